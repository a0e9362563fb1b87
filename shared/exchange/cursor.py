"""A follower's cursor in each source's log, and the pure decision about the next event.

Each source has one cursor for projections and reactions, because both run in one transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from shared.exchange.eventlog import Epoch
from shared.store.database import Database, metadata
from shared.store.statements import WrittenOnce

cursors = Table(
    "follow_cursors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("epoch", Uuid, comment="null until the first event"),
    Column("position", BigInteger, nullable=False, comment="the last event that was taken"),
    Column("attempt_position", BigInteger, nullable=False, server_default="0"),
    Column("attempt_count", SmallInteger, nullable=False, server_default="0"),
    Column("diverged_at", DateTime(timezone=True), comment="we applied events that the source's log no longer has"),
    Column("moved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("verified", BigInteger, nullable=False, server_default="0", comment="up to where the feed has agreed"),
    Column("lives", JSONB, comment="the source's epochs as they were last agreed with: [epoch, after], oldest first"),
)
_LOCKED = WrittenOnce(
    select(cursors.c.position, cursors.c.epoch, cursors.c.diverged_at.is_not(None))
    .where(cursors.c.source == bindparam("source", type_=Text))
    .with_for_update()
)
#: Create the cursor on first use, as `lock` does.
_COUNT_NEXT = """
    with counted as (
        insert into follow_cursors as ours (source, position, attempt_position, attempt_count)
        values (%(source)s, 0, %(position)s, 1)
        on conflict (source) do update set
            attempt_position = %(position)s,
            attempt_count = case ours.attempt_position when %(position)s then ours.attempt_count else 0 end + 1
        where ours.position = %(position)s - 1
        returning attempt_count
    )
    select (select attempt_count from counted) as tries
"""
skipped = Table(
    "follow_skipped",
    metadata,
    Column("source", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("version", SmallInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_position", BigInteger, nullable=False),
    Column("last_position", BigInteger, nullable=False),
)


class Verdict(Enum):
    """What to do with an event."""

    APPLY = "apply it and move on"
    BEHIND = "move on; it waits behind a held event of its subject"
    SEEN = "nothing: it was applied before"
    HINT = "only a hint that the source has more than we have: ask its feed"


@dataclass(frozen=True, slots=True)
class CursorState:
    """A follower's position in one source's log."""

    position: int
    epoch: UUID | None
    diverged: bool = False


def decide(state: CursorState, held: Collection[UUID], position: int, epoch: UUID, subject: UUID) -> Verdict:
    """Decide about one event from the follower's position and the held subjects.

    From the broker, only the next position of the same epoch is applied. An event further ahead gives no information
    about those in between. An event of another epoch means that the log's database was replaced. In both cases the
    follower reads the feed.
    """
    if state.diverged or state.epoch not in (None, epoch):
        return Verdict.HINT
    if position <= state.position:
        return Verdict.SEEN
    if position > state.position + 1:
        return Verdict.HINT
    return Verdict.BEHIND if subject in held else Verdict.APPLY


def still_agrees(state: CursorState, lives: Sequence[Epoch]) -> UUID | None:
    """Return the epoch to continue with, given the source's epochs; None if the follower has diverged.

    `lives` are ordered oldest first. A follower at or before the position after which the next epoch began has not read
    any event that was lost. A follower past it has applied events that the log has lost.
    """
    if state.epoch is None:
        # A log can be moved before its first event: its first epoch is then not the epoch of its first event.
        return epoch_at(state.position, lives)
    epochs = [life.epoch for life in lives]
    if state.epoch not in epochs:
        return None
    for later in lives[epochs.index(state.epoch) + 1 :]:
        if state.position > later.after:
            return None
    return epoch_at(state.position, lives)


def epoch_at(position: int, lives: Sequence[Epoch]) -> UUID:
    """Return the epoch of the next position, so that a reader of past events sees each epoch under its id."""
    return next(life.epoch for life in reversed(lives) if life.after <= position)


def parting(state: CursorState, agreed: Sequence[Epoch], lives: Sequence[Epoch]) -> int:
    """Return the last position that a diverged follower and the source's present log have in common.

    `agreed` are the source's epochs as of the last agreement; `lives` are its present epochs. A follower that shares no
    epoch might not have read any of this log.
    """
    epochs = [life.epoch for life in lives]
    if state.epoch in epochs:
        ours: Sequence[Epoch] = ()
        theirs = lives[epochs.index(state.epoch) + 1 :]
    else:
        same = sum(1 for mine, other in zip(agreed, lives, strict=False) if mine == other)
        ours, theirs = agreed[same:], lives[same:]
        if not same:
            return 0
    return min([state.position, *(life.after for life in (*ours, *theirs))])


def lock(session: Session, source: str) -> CursorState:
    """Lock the cursor of a source, and create it on first use. Every batch starts with this call."""
    locked = _LOCKED.execute(session, {"source": source}).first()
    if locked is None:
        session.execute(insert(cursors).values(source=source, position=0).on_conflict_do_nothing())
        locked = _LOCKED.execute(session, {"source": source}).one()
    return CursorState(*locked)


def read_state(session: Session, source: str) -> CursorState:
    """Read a follower's position without locking it."""
    row = session.execute(select(cursors).where(cursors.c.source == source)).first()
    return CursorState(0, None) if row is None else CursorState(row.position, row.epoch, row.diverged_at is not None)


def read_all(session: Session) -> dict[str, tuple[CursorState, int]]:
    """Return the position in the log of every known source, and the last position that was compared with its feed."""
    return {
        row.source: (CursorState(row.position, row.epoch, row.diverged_at is not None), row.verified)
        for row in session.execute(select(cursors))
    }


def move(session: Session, source: str, position: int, epoch: UUID) -> None:
    """Move the cursor, in the transaction of the effects."""
    session.execute(
        update(cursors).where(cursors.c.source == source).values(position=position, epoch=epoch, moved_at=func.now())
    )


def remember(session: Session, source: str, lives: Sequence[Epoch]) -> None:
    """Store the source's epochs, so that the position of a later divergence can be determined."""
    stored_lives = [[str(life.epoch), life.after] for life in lives]
    session.execute(
        update(cursors)
        .where(cursors.c.source == source, cursors.c.lives.is_distinct_from(stored_lives))
        .values(lives=stored_lives)
    )


def remembered(session: Session, source: str) -> list[Epoch]:
    """Return the source's epochs as of the last agreement."""
    stored_lives = session.execute(select(cursors.c.lives).where(cursors.c.source == source)).scalar_one_or_none()
    return [Epoch(UUID(epoch), after) for epoch, after in stored_lives or ()]


def mark_diverged(session: Session, source: str) -> bool:
    """Record that the source's log does not contain what was applied; applying stops until a rebuild.

    Returns False if this was already recorded.
    """
    fresh = (cursors.c.source == source) & cursors.c.diverged_at.is_(None)
    marked = update(cursors).where(fresh).values(diverged_at=func.now()).returning(cursors.c.source)
    return session.execute(marked).first() is not None


def diverged(session: Session) -> list[str]:
    """Return the sources whose logs do not contain what was applied, sorted by name."""
    diverged_sources = select(cursors.c.source).where(cursors.c.diverged_at.is_not(None)).order_by(cursors.c.source)
    return list(session.execute(diverged_sources).scalars())


def go_back(session: Session, source: str, position: int, lives: Sequence[Epoch]) -> None:
    """Move the cursor back to the last common position, once the effects of later events were removed."""
    move(session, source, position, epoch_at(position, lives))
    verified = func.least(cursors.c.verified, position)
    fresh = {"diverged_at": None, "attempt_position": 0, "attempt_count": 0, "verified": verified}
    session.execute(update(cursors).where(cursors.c.source == source).values(fresh))
    remember(session, source, lives)


def verified(session: Session, source: str) -> int:
    """Return the position up to which the applied events were compared with the source's feed, and equal it."""
    return session.execute(select(cursors.c.verified).where(cursors.c.source == source)).scalar_one_or_none() or 0


def mark_verified(session: Session, source: str, since: int, position: int) -> None:
    """Record that the applied events up to a position equal those in the source's feed.

    `since` is the verified position before the comparison. If it has changed, a replica has found a dispute or
    compared events meanwhile, and nothing is recorded.
    """
    further = (cursors.c.source == source) & (cursors.c.verified == since)
    session.execute(update(cursors).where(further).values(verified=func.least(position, cursors.c.position)))


def unmark_verified(session: Session, source: str, position: int) -> None:
    """Have the event at a position, and all later ones, compared with the source's feed again."""
    at_or_past = (cursors.c.source == source) & (cursors.c.verified >= position)
    session.execute(update(cursors).where(at_or_past).values(verified=position - 1))


def count_attempt(database: Database, source: str, position: int) -> int:
    """Count an attempt at one event before it starts, and return the count.

    An event that kills the process is detected this way. The count is committed immediately, in one round trip. For an
    event that is not the next one, nothing is stored and the attempt counts as the first.
    """
    tries: int | None = database.ask(_COUNT_NEXT, {"source": source, "position": position})["tries"]
    return 1 if tries is None else tries


def uncount_attempt(session: Session, source: str, position: int) -> None:
    """Do not count an attempt that failed for a temporary reason, not because of the event."""
    here = (cursors.c.source == source) & (cursors.c.attempt_position == position)
    fewer = func.greatest(cursors.c.attempt_count - 1, 0)
    session.execute(update(cursors).where(here).values(attempt_count=fewer))


def count_skipped(session: Session, source: str, name: str, version: int, position: int) -> None:
    """Record an event of a type that is not in the catalogue of this release."""
    statement = insert(skipped).values(
        source=source, name=name, version=version, count=1, first_position=position, last_position=position
    )
    again: dict[str, object] = {"count": skipped.c.count + 1, "last_position": statement.excluded.last_position}
    session.execute(statement.on_conflict_do_update(index_elements=["source", "name", "version"], set_=again))
