"""Operator actions on held subjects: list them, retry them, or skip the one event that fails.

The output contains no case data: only source, subject, position, type, attempts, a reason code and times.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from shared.access import exclusions
from shared.events.contract import Reads
from shared.events.envelope import type_of
from shared.exchange import holds
from shared.store.context import ContextKey
from shared.store.database import TableRow, metadata

skips = Table(
    "follow_skips",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False, comment="the event that was never applied here"),
    Column("name", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("error", Text, nullable=False, comment="why it was held: the class of the error"),
    Column("reason", Text, nullable=False, comment="why it was skipped: a code of SKIP_REASONS"),
    Column("actor", Text, nullable=False, comment="the operator's staff id"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), comment="real time"),
    Column("vanished_at", DateTime(timezone=True), comment="the source's log no longer has the event"),
)
Index("follow_skips_position_index", skips.c.source, skips.c.position)

#: Reasons for skipping an event. A fixed list, so that no free text about a case is stored here.
SKIP_REASONS = {
    "recorded_by_hand": "what the event says was entered here by hand",
    "superseded": "a later event of the subject says it better",
    "sent_by_mistake": "the source should never have sent it",
    "breaks_contract": "its data do not fit what the source promised",
    "not_needed": "this service does not need what it says",
}
STATES = ("held", "parked")

_table = holds.holds


class NotHeld(Exception):
    """No event of the subject waits: it is not held."""

    status = 404
    title = "Not held"

    def __init__(self) -> None:
        """Build the message with the possible reasons."""
        super().__init__(
            "No event of this subject is held or parked here. Read the list again: the event may have been applied "
            "meanwhile."
        )


class NotThatEvent(Exception):
    """The event to skip is not the one that fails, or has stopped failing."""

    status = 409
    title = "Another event is held"

    def __init__(self) -> None:
        """Build the message with the next step."""
        super().__init__("Another event of this subject fails now. Read the list again before you skip an event.")


class ProtectsAPerson(Exception):
    """The event to skip ends access, restricts it, or orders an erasure."""

    status = 409
    retryable = False
    title = "This event protects a person"

    def __init__(self) -> None:
        """Build the message with the next step."""
        super().__init__(
            "Without this event, the service would keep using data that it must no longer use. Correct the cause, or"
            " install a release that can apply the event. Then retry."
        )


#: What this service reads, for the check that a skipped event protects nobody.
READS: Final[ContextKey[Reads]] = ContextKey("reads")


@dataclass(frozen=True)
class Choice:
    """A selection of holds; None means no restriction. `reader` is a staff member whom a person may have excluded."""

    state: str | None = None
    source: str | None = None
    subject: UUID | None = None
    name: str | None = None
    version: int | None = None
    reader: UUID | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """The selection as query conditions."""
        matches = [
            _table.c[column] == value
            for column in ("source", "subject", "name", "version")
            if (value := getattr(self, column)) is not None
        ]
        parked = {"held": _table.c.parked_at.is_(None), "parked": _table.c.parked_at.is_not(None)}
        wanted = [] if self.reader is None else [~exclusions.excludes(_table.c.subject, self.reader)]
        return [*matches, *wanted, *([parked[self.state]] if self.state else [])]


def find(session: Session, choice: Choice, *, after: tuple[str, UUID] | None, limit: int) -> list[dict[str, object]]:
    """List holds by source and subject, starting behind `after`."""
    query = select(_table).where(*choice.conditions).order_by(_table.c.source, _table.c.subject).limit(limit)
    if after is not None:
        query = query.where(tuple_(_table.c.source, _table.c.subject) > after)
    return [_shown(row) for row in session.execute(query)]


def one(session: Session, source: str, subject: UUID, *, reader: UUID | None = None) -> dict[str, object]:
    """Return one hold. Raises `NotHeld`, also for a reader whom the person excluded."""
    matching = find(session, Choice(source=source, subject=subject, reader=reader), after=None, limit=1)
    if not matching:
        raise NotHeld
    return matching[0]


def retry(session: Session, choice: Choice) -> int:
    """Make the selected holds due now and reset their attempts; return their number."""
    again = {"attempts": 0, "next_try_at": func.now(), "parked_at": None}
    changed = session.execute(update(_table).where(*choice.conditions).values(again).returning(_table.c.position))
    return len(changed.all())


def skip(
    session: Session, source: str, subject: UUID, *, reason: str, actor: str, position: int | None = None
) -> dict[str, object]:
    """Skip only the event that holds a subject; the events behind it are drained.

    `position` is that event as the operator saw it. Raises `NotHeld`, or `NotThatEvent` if the hold is elsewhere by now
    or its event has not failed: an event that was never tried cannot be skipped. Raises `ProtectsAPerson` if the event
    protects a person or ends access.
    """
    own_hold = (_table.c.source == source) & (_table.c.subject == subject)
    row = session.execute(select(_table).where(own_hold).with_for_update()).first()
    if row is None:
        raise NotHeld
    if position not in (None, row.position) or not holds.is_known_to_fail(row):
        raise NotThatEvent
    # control: H-OPERATION-11 protecting-events-stay
    if READS.of(session).must_be_applied(f"{row.source}.{row.name}"):
        raise ProtectsAPerson
    skipped_event = {name: getattr(row, name) for name in ("source", "subject", "position", "name", "version")}
    session.execute(insert(skips).values(**skipped_event, error=row.reason, reason=reason, actor=actor))
    past = {"position": row.position + 1, "attempts": 0, "reason": holds.PASSED}
    session.execute(update(_table).where(own_hold).values(past | {"next_try_at": func.now(), "parked_at": None}))
    return {"source": source, "subject": str(subject), "position": row.position, "type": _type(row), "reason": reason}


def find_skips(session: Session, *, after: int, limit: int, reader: UUID) -> list[dict[str, object]]:
    """List skipped events in the order of skipping, without persons who excluded the reader."""
    shown = (skips.c.number > after, ~exclusions.excludes(skips.c.subject, reader))
    rows = session.execute(select(skips).where(*shown).order_by(skips.c.number).limit(limit))
    return [
        {
            "number": row.number,
            "source": row.source,
            "subject": str(row.subject),
            "position": row.position,
            "type": _type(row),
            "version": row.version,
            "error": row.error,
            "reason": row.reason,
            "actor": row.actor,
            "at": row.at.isoformat(),
        }
        for row in rows
    ]


def skipped(session: Session, source: str, positions: Collection[int]) -> set[int]:
    """Return which of these positions of a source hold skipped events."""
    own_skips = (skips.c.source == source) & skips.c.position.in_(positions) & skips.c.vanished_at.is_(None)
    return set(session.execute(select(skips.c.position).where(own_skips)).scalars())


def forget_skips_after(session: Session, source: str, position: int) -> None:
    """Mark the skips of events past a position as vanished, because the source's log has other events there."""
    vanishing = (skips.c.source == source) & (skips.c.position > position) & skips.c.vanished_at.is_(None)
    session.execute(update(skips).where(vanishing).values(vanished_at=func.now()))


def _shown(row: TableRow) -> dict[str, object]:
    # Once the failed event has passed, the row's type can be that of an earlier event.
    is_known_to_fail = holds.is_known_to_fail(row)
    return {
        "source": row.source,
        "subject": str(row.subject),
        "state": "held" if row.parked_at is None else "parked",
        "position": row.position,
        "type": _type(row) if is_known_to_fail else None,
        "version": row.version if is_known_to_fail else None,
        "attempts": row.attempts,
        "reason": row.reason,
        "held_at": row.held_at.isoformat(),
        "next_try_at": _iso(row.next_try_at),
        "parked_at": _iso(row.parked_at),
    }


def _type(row: TableRow) -> str:
    return type_of(row.source, row.name, row.version)


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
