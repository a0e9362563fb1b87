"""Digests of what was applied last from each source, to be compared with what its feed has, and with what comes again.

A digest has two halves: of the envelope, and of all. An erasure empties an event in place, and then only the first
half can be compared; the second is nought from then on.
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

#: So many positions of each source are remembered; a slot is used again when its turn comes, so that nothing is pruned.
REMEMBERED = 10_000

digests = Table(
    "follow_digests",
    metadata,
    Column("source", Text, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="the position, modulo what is remembered"),
    Column("position", BigInteger, nullable=False),
    Column("subject", Uuid, comment="null once it was erased"),
    Column("digest", LargeBinary, nullable=False, comment="of the envelope, and of all; the second nought once erased"),
    # Rows are written over for ever: with room on each page that is done in place.
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
#: What each row takes travels as one string of bytes: lists of two hundred cost the driver more than all else.
_TYPES = (
    bindparam("first", type_=BigInteger),
    bindparam("remembered", type_=Integer),
    bindparam("count", type_=Integer),
    bindparam("nobody", type_=Uuid),
)
_STORE = text(_INSERT).bindparams(*_TYPES)
#: One round trip for what ends each batch: most of what an event that comes alone costs a follower are round trips.
_MOVE = """
    with moved as (
        update follow_cursors set position = :position, epoch = :epoch, moved_at = now() where source = :source
    )
"""
_STORE_AND_MOVE = text(_MOVE + _INSERT).bindparams(*_TYPES, bindparam("epoch", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was applied at a position."""

    position: int
    subject: UUID | None
    digest: bytes

    def matches(self, other: bytes) -> bool:
        """Return whether another digest is of the same event.

        What was erased here has its envelope left, and its source may erase it a moment later than we.
        """
        if self.subject is None:
            return self.digest[:_HALF] == other[:_HALF]
        return agree(self.digest, other)


def digest_of(event: Event) -> bytes:
    """Return the digest of an event, 32 bytes."""
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
    """Return whether what we have is what the log has, which may have been emptied since."""
    return ours == logged or (logged[_HALF:] == _NOUGHT and ours[:_HALF] == logged[:_HALF])


def store(session: Session, source: str, events: Sequence[Event]) -> None:
    """Remember events of one source, one behind the other, that the cursor has passed."""
    session.execute(_STORE, _rows(source, events, ()))


def store_and_move(session: Session, source: str, events: Sequence[Event], unnamed: Collection[UUID]) -> None:
    """Remember the next events of one source, and move the cursor past them; `unnamed` subjects are not stored."""
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
    """Return what is remembered of these positions; those that are not are left out."""
    slots = {position % REMEMBERED for position in positions}
    query = select(digests).where(digests.c.source == source, digests.c.slot.in_(slots))
    remembered = (Remembered(row.position, row.subject, row.digest) for row in session.execute(query))
    return {row.position: row for row in remembered if row.position in positions}


def after(session: Session, source: str, position: int) -> list[Remembered]:
    """Return what is remembered of positions past this one, in order."""
    past = (digests.c.source == source) & (digests.c.position > position)
    query = select(digests).where(past).order_by(digests.c.position)
    return [Remembered(row.position, row.subject, row.digest) for row in session.execute(query)]


def forget_after(session: Session, source: str, position: int) -> None:
    """Forget what was applied past a position: the source's log has nothing there, or something else."""
    session.execute(delete(digests).where(digests.c.source == source, digests.c.position > position))


def empty(session: Session, subject: UUID) -> None:
    """Forget of whom the digests of an erased subject are, and all that is not of their envelopes."""
    erased = {
        "subject": None,
        "digest": text(f"substring(digest from 1 for {_HALF}) || decode(repeat('00', {_HALF}), 'hex')"),
    }
    session.execute(update(digests).where(digests.c.subject == subject).values(erased))


def disagreeing(ours: Mapping[int, Remembered], logged: Mapping[int, bytes]) -> list[int]:
    """Return the positions at which what was applied is not what the log has, in order."""
    both = ours.keys() & logged.keys()
    return sorted(position for position in both if not ours[position].matches(logged[position]))
