"""Where a follower stands in each source's log, and the pure decision about the next event.

One cursor per source. `projected` is what the follower's picture of the source holds; `reacted` is what it has answered
with actions of its own. They move together, except while a projection is rebuilt.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Integer, SmallInteger, Table, Text, Uuid, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.database import metadata
from shared.eventlog import Epoch

cursors = Table(
    "follow_cursors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("epoch", Uuid, comment="null until the first event"),
    Column("projected", BigInteger, nullable=False),
    Column("reacted", BigInteger, nullable=False),
    Column("attempt_position", BigInteger, nullable=False, server_default="0"),
    Column("attempt_count", SmallInteger, nullable=False, server_default="0"),
    Column("diverged_at", DateTime(timezone=True), comment="we applied events that the source's log no longer has"),
    Column("moved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
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
class Stand:
    """Where a follower stands in one source's log."""

    position: int
    epoch: UUID | None
    diverged: bool = False


def decide(stand: Stand, held: Collection[UUID], position: int, epoch: UUID, subject: UUID) -> Verdict:
    """Decide about one event from where the follower stands and which subjects are held.

    Only the very next position of the same epoch is applied from the broker. An event further on says nothing about
    those between; one of another epoch says that the log's database was replaced. Both are answered from the feed.
    """
    if stand.diverged or stand.epoch not in (None, epoch):
        return Verdict.HINT
    if position <= stand.position:
        return Verdict.SEEN
    if position > stand.position + 1:
        return Verdict.HINT
    return Verdict.BEHIND if subject in held else Verdict.APPLY


def still_agrees(stand: Stand, lives: Sequence[Epoch]) -> UUID | None:
    """Give the epoch to go on with, given the source's epochs, oldest first; None if the follower has diverged.

    A follower that stands at or before the position after which the next epoch began has seen nothing that was lost;
    one that stands past it has applied events that no longer exist.
    """
    if stand.epoch is None:
        return lives[0].epoch
    known = [each.epoch for each in lives]
    if stand.epoch not in known:
        return None
    for later in lives[known.index(stand.epoch) + 1 :]:
        if stand.position > later.after:
            return None
    # The epoch that the next position belongs to, so that a follower in the past reads each life under its own name.
    return next(each.epoch for each in reversed(lives) if each.after <= stand.position)


def lock(session: Session, source: str) -> Stand:
    """Lock the cursor of a source, making it at its first use; every batch begins here."""
    session.execute(insert(cursors).values(source=source, projected=0, reacted=0).on_conflict_do_nothing())
    row = session.execute(select(cursors).where(cursors.c.source == source).with_for_update()).one()
    return Stand(row.projected, row.epoch, row.diverged_at is not None)


def stand(session: Session, source: str) -> Stand:
    """Read where a follower stands, without the lock."""
    row = session.execute(select(cursors).where(cursors.c.source == source)).first()
    return Stand(0, None) if row is None else Stand(row.projected, row.epoch, row.diverged_at is not None)


def move(session: Session, source: str, position: int, epoch: UUID) -> None:
    """Move the cursor, in the transaction of the effects."""
    session.execute(
        update(cursors)
        .where(cursors.c.source == source)
        .values(projected=position, reacted=position, epoch=epoch, moved_at=func.now())
    )


def mark_diverged(session: Session, source: str) -> None:
    """Note that the source's log no longer has what was applied; nothing is applied from it until a rebuild."""
    session.execute(update(cursors).where(cursors.c.source == source).values(diverged_at=func.now()))


def count_attempt(session: Session, source: str, position: int) -> int:
    """Count a try at one event before it is made, so that one that kills the process is found; returns the count."""
    row = session.execute(
        select(cursors.c.attempt_position, cursors.c.attempt_count).where(cursors.c.source == source).with_for_update()
    ).one()
    count = row.attempt_count + 1 if row.attempt_position == position else 1
    session.execute(
        update(cursors).where(cursors.c.source == source).values(attempt_position=position, attempt_count=count)
    )
    return int(count)


def count_skipped(session: Session, source: str, name: str, version: int, position: int) -> None:
    """Note an event of a type that is neither read nor ignored."""
    statement = insert(skipped).values(
        source=source, name=name, version=version, count=1, first_position=position, last_position=position
    )
    again: dict[str, Any] = {"count": skipped.c.count + 1, "last_position": statement.excluded.last_position}
    session.execute(statement.on_conflict_do_update(index_elements=["source", "name", "version"], set_=again))
