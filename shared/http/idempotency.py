"""A POST that creates is done once per key, however often it is sent. Kept: status and id, never a reply's body."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, SmallInteger, Table, Text, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import encryption as own_keys
from shared.audit import trail
from shared.http.problems import Refused
from shared.store.database import metadata

keys = Table(
    "idempotency_keys",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False, comment="keyed digest of method, path and body"),
    Column("status", SmallInteger),
    Column("created", Uuid),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("idempotency_keys_at_index", keys.c.at)
LONGEST_KEY = 200
_CLAIM: Final = insert(keys).on_conflict_do_nothing().returning(keys.c.key)
_FINISH: Final = (
    update(keys)
    .where(keys.c.actor == bindparam("finished_by"), keys.c.key == bindparam("finished"))
    .values(status=bindparam("came_to", type_=SmallInteger), created=bindparam("made", type_=Uuid))
)
#: One round trip for the last two things that a request does.
_FINISH_AND_NOTE: Final = trail.INSERT.add_cte(_FINISH.cte("finished_key"))


@dataclass(frozen=True)
class Done:
    """What an earlier request with the same key came to."""

    status: int
    created: UUID | None


def fingerprint(session: Session, key: str | None, method: str, path: str, body: bytes) -> str:
    """Return the fingerprint of a request, which distinguishes it from any other without storing it.

    Made with the request's key, which is kept nowhere, and with one of the service's ring, since a key may be a poor
    one: bodies are codes and short words, and who has the table could try them all, long after a case was erased.
    """
    digest = hmac.digest(
        (key or "").encode(errors="replace"), b"\0".join((method.encode(), path.encode(), body)), "sha256"
    )
    return own_keys.of(session).fingerprint("request", digest.hex()).hex()


def begin(session: Session, actor: str, key: str | None, request: str) -> Done | None:
    """Claim a key for this transaction; returns what it came to before, if it was used.

    A second request with the same key waits here until the first has ended. Raises `Refused`: 400 without a usable
    key, 422 when the key belongs to another request.
    """
    if key is None or not 0 < len(key) <= LONGEST_KEY:
        raise Refused(
            400,
            "Idempotency-Key is missing",
            "Send an Idempotency-Key header, for example a new UUID, and the same one when you send the request again.",
        )
    key = _key_hash(key)
    if session.execute(_CLAIM, {"actor": actor, "key": key, "request": request}).first() is not None:
        return None
    row = session.execute(select(keys).where(keys.c.actor == actor, keys.c.key == key)).one()
    if row.request != request:
        raise Refused(
            422,
            "Idempotency-Key was used before",
            "This key belongs to another request. Use a new key for a new request.",
        )
    return Done(row.status, row.created)


def _key_hash(key: str) -> str:
    """Return the hash by which a key is stored: whoever sends one may have put words into it."""
    return sha256(key.encode(errors="replace")).hexdigest()


def finish(
    session: Session, actor: str, key: str, status: int, created: UUID | None, noted: Mapping[str, object] | None
) -> None:
    """Record a request's outcome, in its own transaction, and with it the row that the audit notes, if any."""
    outcome = {"finished_by": actor, "finished": _key_hash(key), "came_to": status, "made": created}
    if noted is None:
        session.execute(_FINISH, outcome)
    else:
        session.execute(_FINISH_AND_NOTE, {**outcome, **noted})
