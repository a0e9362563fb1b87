"""Do a change once per Idempotency-Key, however often it is sent, and give the same answer each time.

The answer is stored for a month: status, id, version, and a body of codes, dates and references. A change is never
answered with free text (see `Route`), so no free text is stored.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSON, insert
from sqlalchemy.orm import Session

from shared import encryption as own_keys
from shared.access.views import Shown
from shared.audit import trail
from shared.http.problems import Refused
from shared.store.database import metadata
from shared.store.statements import WrittenOnce

keys = Table(
    "idempotency_keys",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False, comment="keyed digest of method, path and body"),
    Column("status", SmallInteger),
    Column("created", Uuid),
    Column("case_id", Uuid, comment="the case that was changed; null: it opened one, or was about none"),
    Column("version", Integer, comment="of the case, as answered"),
    Column("body", JSON, comment="as answered; codes, dates and references"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("idempotency_keys_at_index", keys.c.at)
Index("idempotency_keys_case_id_index", keys.c.case_id)
LONGEST_KEY = 200
_CLAIMED: Final = ("actor", "key", "request", "case_id")
#: The parameters have their own names, because the library reserves those of the columns.
_CLAIM: Final = WrittenOnce(
    insert(keys)
    .values(
        {name: bindparam(f"claimed_{name}", type_=keys.c[name].type) for name in ("actor", "key", "request", "case_id")}
    )
    .on_conflict_do_nothing()
    .returning(keys.c.key)
)
_FINISH: Final = (
    update(keys)
    .where(keys.c.actor == bindparam("finished_by"), keys.c.key == bindparam("finished"))
    .values(
        status=bindparam("came_to", type_=SmallInteger),
        created=bindparam("made", type_=Uuid),
        version=bindparam("as_version", type_=Integer),
        body=bindparam("answered", type_=JSON(none_as_null=True)),
    )
)
_FINISH_ALONE: Final = WrittenOnce(_FINISH)
#: One round trip for the last two statements of a request.
_FINISH_AND_NOTE: Final = WrittenOnce(trail.INSERT.add_cte(_FINISH.cte("finished_key")))


class KeyUsed(Refused):
    """The key belongs to another request."""

    def __init__(self) -> None:
        """Store the text, which is the same for every key."""
        super().__init__(
            422,
            "Idempotency-Key was used before",
            "This key belongs to another request. Use a new key for a new request.",
        )


@dataclass(frozen=True)
class Done:
    """The outcome of an earlier request with the same key. Its body has the types of JSON."""

    status: int
    created: UUID | None = None
    version: int | None = None
    body: Shown | None = None


def fingerprint(session: Session, key: str | None, method: str, path: str, body: bytes) -> str:
    """Return the fingerprint of a request, which distinguishes it from every other request without storing it.

    The fingerprint uses the request's key, which is not stored, and a key of the service's key ring, because the
    former can be weak. Bodies are codes and short words: with only a plain digest, a reader of the table could try all
    of them, even long after a case was erased.
    """
    digest = hmac.digest(
        (key or "").encode(errors="replace"), b"\0".join((method.encode(), path.encode(), body)), "sha256"
    )
    return own_keys.of(session).fingerprint("request", digest.hex()).hex()


def begin(session: Session, actor: str, key: str | None, request: str, case: UUID | None = None) -> Done | None:
    """Claim a key for this transaction; return its earlier outcome if it was used.

    The erasure of the case deletes the key, also in this transaction. A second request with the same key waits here
    until the first has ended. Raises `Refused`: 400 without a usable key, 422 (`KeyUsed`) if it belongs to another
    request.
    """
    if key is None or not 0 < len(key) <= LONGEST_KEY:
        raise Refused(
            400,
            "Idempotency-Key is missing",
            "The Idempotency-Key header is missing, so a retry could not be recognised. Send a new UUID as the "
            "key, and the same key when you retry.",
        )
    key = _key_hash(key)
    claim = {"claimed_actor": actor, "claimed_key": key, "claimed_request": request, "claimed_case_id": case}
    if _CLAIM.execute(session, claim).first() is not None:
        return None
    row = session.execute(select(keys).where(keys.c.actor == actor, keys.c.key == key)).one()
    if row.request != request:
        raise KeyUsed
    return Done(row.status, row.created, row.version, row.body)


def begin_anew(session: Session, actor: str, key: str, request: str, within: timedelta) -> Done | None:
    """Claim a key as `begin` does. A key that was claimed longer ago than `within` is free again."""
    is_old = keys.c.at < func.now() - within
    session.execute(delete(keys).where(keys.c.actor == actor, keys.c.key == _key_hash(key), is_old))
    return begin(session, actor, key, request)


def piece_key(session: Session, *of: str) -> str:
    """Return the key of a piece of a request, from the values that distinguish it.

    The key is a keyed digest: a client's own reference to a person can be short, and a reader of the table could
    otherwise try all values.
    """
    return own_keys.of(session).fingerprint("piece", json.dumps(of)).hex()


def _key_hash(key: str) -> str:
    """Return the hash under which a key is stored, because its sender can have put words into it."""
    return sha256(key.encode(errors="replace")).hexdigest()


def finish(session: Session, actor: str, key: str, done: Done, noted: Mapping[str, object] | None) -> None:
    """Record the outcome of a request in its transaction, and with it the audit row (`noted`), if any."""
    outcome = {
        "finished_by": actor,
        "finished": _key_hash(key),
        "came_to": done.status,
        "made": done.created,
        "as_version": done.version,
        "answered": None if done.body is None else json.dumps(done.body, default=str),
    }
    if noted is None:
        _FINISH_ALONE.execute(session, outcome)
    else:
        _FINISH_AND_NOTE.execute(session, {**outcome, **noted})
