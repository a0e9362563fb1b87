"""Clocks that a service keeps for a subject: counted by a profile's rule, each step announced exactly once.

A clock keeps the version of the rule that it began with, however the law changes. Its kind decides what its end means:
reaching a *minimum* or *maximum* ends nothing by itself; a *target* or *limitation* that passes is missed, and a late
step may still be possible.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Boolean, Column, Date, DateTime, Index, Table, Text, Uuid, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from shared import eventlog, timers
from shared.contract import Code, Count, Day, EventType, Flag, Reference
from shared.database import metadata
from shared.envelope import Announcement, new_id
from shared.periods import warnings
from shared.reference import Deadline, deadline, profile
from shared.timers import Timer

clocks = Table(
    "clocks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", Uuid, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rule_version", Text, nullable=False, comment="the rule that it began with, by its first day in force"),
    Column("began_on", Date, nullable=False),
    Column("due_on", Date, comment="null: the length of the period is not known"),
    Column("due_at", DateTime(timezone=True)),
    Column("ends_at", DateTime(timezone=True)),
    Column("other_due_on", Date, comment="by the rule's second reading"),
    Column("verify", Boolean, nullable=False),
    Column("late_filing", Boolean, nullable=False),
    Column("state", Text, nullable=False, comment="running, reached, missed or stopped"),
)
Index("clocks_subject_index", clocks.c.subject)

_KINDS = ("minimum", "maximum", "target", "limitation")


class ClockStarted(Schema):
    """A clock began."""

    clock = Reference(required=True)
    code = Code(required=True)
    kind = Code(_KINDS, required=True)
    jurisdiction = Code(required=True)
    began_on = Day(required=True)
    due_on = Day(allow_none=True, required=True)
    rule_version = Code(required=True)
    verify = Flag(required=True)


class ClockDue(Schema):
    """A clock comes to its day, or has passed it."""

    clock = Reference(required=True)
    code = Code(required=True)
    kind = Code(_KINDS, required=True)
    due_on = Day(required=True)


class ClockDueSoon(ClockDue):
    """A clock's day is near."""

    days_left = Count(required=True)


class ClockMissed(ClockDue):
    """A target or limitation has passed."""

    late_filing_possible = Flag(required=True)


class ClockStopped(Schema):
    """A clock was stopped by what it waited for."""

    clock = Reference(required=True)
    code = Code(required=True)
    kind = Code(_KINDS, required=True)


EVENTS = (
    EventType("clock.started", ClockStarted, "deadlines", "A period of the law began to run."),
    EventType("clock.due_soon", ClockDueSoon, "deadlines", "A period's day is near; time to prepare what follows it."),
    EventType("clock.due", ClockDue, "deadlines", "Today is the last day of a period, in the jurisdiction's own time."),
    EventType(
        "clock.missed", ClockMissed, "deadlines", "A target or ordinary limit passed; a late step may be possible."
    ),
    EventType(
        "clock.reached", ClockDue, "deadlines", "A minimum or maximum period was reached; it ends nothing by itself."
    ),
    EventType("clock.stopped", ClockStopped, "deadlines", "A period stopped, since what it waited for has come."),
)


def start(
    session: Session, subject: UUID, jurisdiction: str, code: str, begins: date | datetime | str, *, now: datetime
) -> UUID | None:
    """Start a clock, in the caller's transaction, with the subject's row locked; None if one of its code is running.

    `begins` may leave day or month open, and then counts from its first day. `now` decides which warnings are past.
    """
    if _running(session, subject, code) is not None:
        return None
    counted = deadline(profile(jurisdiction), code, begins)
    row = _row(subject, jurisdiction, counted, begins)
    session.execute(insert(clocks), row)
    _set_timers(session, row, counted, now)
    shown = {
        name: row[name] for name in ("code", "kind", "jurisdiction", "began_on", "due_on", "rule_version", "verify")
    }
    eventlog.record(session, subject, [Announcement("clock.started", {"clock": row["id"], **shown})])
    found: UUID = row["id"]
    return found


def _row(subject: UUID, jurisdiction: str, counted: Deadline, begins: date | datetime | str) -> dict[str, Any]:
    rule, due = counted.rule, counted.due
    return {
        "id": new_id(),
        "subject": subject,
        "jurisdiction": jurisdiction,
        "code": rule.code,
        "kind": rule.kind,
        "rule_version": rule.version,
        "began_on": _first_day(jurisdiction, begins),
        "due_on": due.due_on if due else None,
        "due_at": due.starts_at if due else None,
        "ends_at": due.ends_at if due else None,
        "other_due_on": counted.other.due_on if counted.other else None,
        "verify": rule.verify,
        "late_filing": rule.late_filing,
        "state": "running",
    }


def _first_day(jurisdiction: str, begins: date | datetime | str) -> date:
    from shared.periods import earliest, local_date

    known = earliest(begins) if isinstance(begins, str) else begins
    return local_date(known, profile(jurisdiction).timezone)


def _set_timers(session: Session, row: dict[str, Any], counted: Deadline, now: datetime) -> None:
    due = counted.due
    if due is None:
        return
    zone = profile(row["jurisdiction"]).timezone
    for at in warnings(due, counted.rule.warn_days, zone):
        # A warning that is past when the clock starts would only say what its end says.
        if at >= now:
            timers.schedule(session, row["id"], "due_soon", at)
    if not due.exact and counted.rule.kind in ("target", "limitation", "maximum") and due.ends_at > now:
        timers.schedule(session, row["id"], "due", due.starts_at)
    timers.schedule(session, row["id"], "end", due.ends_at)


def stop(session: Session, subject: UUID, codes: Iterable[str]) -> None:
    """Stop the running clocks of these codes, in the caller's transaction, with the subject's row locked."""
    for code in codes:
        row = _running(session, subject, code)
        if row is None:
            continue
        session.execute(update(clocks).where(clocks.c.id == row.id).values(state="stopped"))
        timers.cancel(session, row.id)
        data = {"clock": row.id, "code": row.code, "kind": row.kind}
        eventlog.record(session, subject, [Announcement("clock.stopped", data)])


def act(lock: Callable[[Session, UUID], int]) -> timers.Act:
    """Make what a service's timers call: it locks the subject, then announces what the timer is for."""

    def on_timer(session: Session, timer: Timer, _now: datetime) -> None:
        subject = session.execute(select(clocks.c.subject).where(clocks.c.id == timer.owner)).scalar_one()
        lock(session, subject)
        row = session.execute(select(clocks).where(clocks.c.id == timer.owner)).one()
        if row.state != "running":
            return
        if timer.name == "end":
            state = "reached" if row.kind in ("minimum", "maximum") else "missed"
            session.execute(update(clocks).where(clocks.c.id == row.id).values(state=state))
        eventlog.record(session, subject, [_announcement(row, timer)])

    return on_timer


def _announcement(row: Row[Any], timer: Timer) -> Announcement:
    data: dict[str, Any] = {"clock": row.id, "code": row.code, "kind": row.kind, "due_on": row.due_on}
    if timer.name == "due_soon":
        return Announcement("clock.due_soon", {**data, "days_left": (row.due_at - timer.due_at).days})
    if timer.name == "due":
        return Announcement("clock.due", data)
    if row.kind in ("minimum", "maximum"):
        return Announcement("clock.reached", data)
    return Announcement("clock.missed", {**data, "late_filing_possible": row.late_filing})


def of_subject(session: Session, subject: UUID) -> list[dict[str, Any]]:
    """Give a subject's clocks as they are shown, the earliest due first; `verify` says that a lawyer should check."""
    rows = session.execute(select(clocks).where(clocks.c.subject == subject).order_by(clocks.c.due_at, clocks.c.code))
    return [
        {
            "id": str(row.id),
            "code": row.code,
            "kind": row.kind,
            "state": row.state,
            "began_on": row.began_on.isoformat(),
            "due_on": row.due_on and row.due_on.isoformat(),
            "other_due_on": row.other_due_on and row.other_due_on.isoformat(),
            "rule_version": row.rule_version,
            "verify": row.verify,
        }
        for row in rows
    ]


def _running(session: Session, subject: UUID, code: str) -> Row[Any] | None:
    same = (clocks.c.subject == subject) & (clocks.c.code == code) & (clocks.c.state == "running")
    return session.execute(select(clocks).where(same)).first()
