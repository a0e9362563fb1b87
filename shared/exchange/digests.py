"""Digests of the last applied events of each source, for comparison with the feed and with redelivered events.

A digest has two halves: one of the envelope, one of the whole event. An erasure redacts an event in place. Only the
first half can be compared after that; the second half is set to zero.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import blake2b
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    bindparam,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from shared.events.envelope import Event
from shared.store.database import metadata

#: Number of positions kept for each source. Slots are reused in turn, so nothing has to be pruned.
REMEMBERED = 10_000

digests = Table(
    "follow_digests",
    metadata,
    Column("source", Text, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="the position, modulo what is remembered"),
    Column("position", BigInteger, nullable=False),
    Column("subject", Uuid, comment="null once it was erased"),
    Column("digest", LargeBinary, nullable=False, comment="of the envelope, and of all; the second nought once erased"),
    # Rows are overwritten continuously. With free space on each page, PostgreSQL updates them in place.
    postgresql_with={"fillfactor": "70"},
)

_HALF = 16
_NOUGHT = bytes(_HALF)
_NOBODY = UUID(int=0)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode

_INSERT = """
    insert into follow_digests (source, slot, position, subject, digest)
    select :source, (:first + place) % :remembered, :first + place,
        nullif(cast(encode(substring(:subjects from 16 * place + 1 for 16), 'hex') as uuid), :nobody),
        substring(:digests from 32 * place + 1 for 32)
    from generate_series(0, :count - 1) as place
    on conflict (source, slot) do update
    set position = excluded.position, subject = excluded.subject, digest = excluded.digest
"""
#: The values of all rows travel as one byte string: lists of 200 values are slow in the driver.
_TYPES = (
    bindparam("first", type_=BigInteger),
    bindparam("remembered", type_=Integer),
    bindparam("count", type_=Integer),
    bindparam("nobody", type_=Uuid),
)
_STORE = text(_INSERT).bindparams(*_TYPES)
#: One round trip at the end of each batch: round trips are most of the cost of a single event.
_MOVE = """
    with moved as (
        update follow_cursors set position = :position, epoch = :epoch, moved_at = now() where source = :source
    )
"""
_STORE_AND_MOVE = text(_MOVE + _INSERT).bindparams(*_TYPES, bindparam("epoch", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Remembered:
    """The digest and subject of the event that was applied at a position."""

    position: int
    subject: UUID | None
    digest: bytes

    def matches(self, other: bytes) -> bool:
        """Return whether another digest is of the same event.

        Only the envelope of an erased event can be compared. The source might erase the event slightly later than this
        service.
        """
        if self.subject is None:
            return self.digest[:_HALF] == other[:_HALF]
        return agree(self.digest, other)


def digest_of(event: Event) -> bytes:
    """Return the digest of an event (32 bytes)."""
    cause = b"" if event.cause is None else event.cause.bytes
    ids = b"".join((event.id.bytes, event.subject.bytes, event.correlation.bytes, cause))
    instant = event.time.astimezone(UTC).isoformat(timespec="microseconds")
    written = f"{event.source} {event.name} {event.version} {event.position} {instant} "
    hashed = blake2b(written.encode() + ids, digest_size=_HALF)
    envelope = hashed.digest()
    if event.is_erased:
        return envelope + _NOUGHT
    hashed.update(f" {event.classification} {_encode(event.data)}".encode())
    return envelope + hashed.digest()


def agree(ours: bytes, logged: bytes) -> bool:
    """Return whether the applied event equals the logged one, which might have been redacted since."""
    return ours == logged or (logged[_HALF:] == _NOUGHT and ours[:_HALF] == logged[:_HALF])


def store(session: Session, source: str, events: Sequence[Event]) -> None:
    """Store the digests of consecutive events of one source that the cursor has passed."""
    session.execute(_STORE, _rows(source, events, ()))


def store_and_move(session: Session, source: str, events: Sequence[Event], unnamed: Collection[UUID]) -> None:
    """Store the digests of a source's next events, without `unnamed` subjects, and move the cursor past them."""
    last = events[-1]
    rows = _rows(source, events, unnamed)
    session.execute(_STORE_AND_MOVE, {**rows, "position": last.position, "epoch": last.epoch})


def _rows(source: str, events: Sequence[Event], unnamed: Collection[UUID]) -> dict[str, object]:
    return {
        "source": source,
        "remembered": REMEMBERED,
        "first": events[0].position,
        "count": len(events),
        "nobody": _NOBODY,
        "subjects": b"".join((_NOBODY if event.subject in unnamed else event.subject).bytes for event in events),
        "digests": b"".join(map(digest_of, events)),
    }


def at(session: Session, source: str, positions: Collection[int]) -> dict[int, Remembered]:
    """Return the stored digests of these positions; positions without a digest are left out."""
    slots = {position % REMEMBERED for position in positions}
    query = select(digests).where(digests.c.source == source, digests.c.slot.in_(slots))
    remembered = (Remembered(row.position, row.subject, row.digest) for row in session.execute(query))
    return {row.position: row for row in remembered if row.position in positions}


def after(session: Session, source: str, position: int) -> list[Remembered]:
    """Return the stored digests after a position, in order."""
    past = (digests.c.source == source) & (digests.c.position > position)
    query = select(digests).where(past).order_by(digests.c.position)
    return [Remembered(row.position, row.subject, row.digest) for row in session.execute(query)]


def forget_after(session: Session, source: str, position: int) -> None:
    """Delete the digests after a position: the source's log has no events there, or different ones."""
    session.execute(delete(digests).where(digests.c.source == source, digests.c.position > position))


def empty(session: Session, subject: UUID) -> None:
    """Remove the subject and the full-event half from the digests of an erased subject."""
    erased = {
        "subject": None,
        "digest": text(f"substring(digest from 1 for {_HALF}) || decode(repeat('00', {_HALF}), 'hex')"),
    }
    session.execute(update(digests).where(digests.c.subject == subject).values(erased))


def disagreeing(ours: Mapping[int, Remembered], logged: Mapping[int, bytes]) -> list[int]:
    """Return the positions, in order, at which the applied event differs from the logged one."""
    both = ours.keys() & logged.keys()
    return sorted(position for position in both if not ours[position].matches(logged[position]))
