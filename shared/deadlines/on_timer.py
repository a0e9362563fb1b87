"""What a deadline's timer sets off: the subject is locked, then what has come is announced, once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.deadlines import timers
from shared.deadlines.tables import ENDS, REACHED, RUNNING, clocks, mark
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.reference import profile
from shared.reference.periods import Due, days_left
from shared.store.database import TableRow


def timer_handlers(lock: Callable[[Session, UUID], int]) -> timers.Handlers:
    """Return the handlers of a deadline's timers: the subject is locked, then what the timer is for is announced."""

    def on_timer(session: Session, timer: Timer, _now: datetime) -> None:
        subject = session.execute(select(clocks.c.subject).where(clocks.c.id == timer.owner)).scalar_one()
        lock(session, subject)
        row = session.execute(select(clocks).where(clocks.c.id == timer.owner)).one()
        announcement_mark = mark(timer.name, timer.due_at)
        if row.state != RUNNING or announcement_mark in row.announced:
            return
        values: dict[str, object] = {"announced": func.array_append(clocks.c.announced, announcement_mark)}
        if timer.kind == "end":
            values["state"] = ENDS[row.kind]
        session.execute(update(clocks).where(clocks.c.id == row.id).values(**values))
        eventlog.record(session, subject, [_announcement(row, timer.kind, timer.due_at)])

    return dict.fromkeys(("due_soon", "due", "end"), on_timer)


def _announcement(row: TableRow, milestone: str, at: datetime) -> Announcement:
    data: dict[str, object] = {"clock": row.id, "code": row.code, "kind": row.kind, "due_on": row.due_on}
    if milestone == "due_soon":
        due = Due(row.due_on, row.due_at, row.ends_at)
        left = days_left(due, at, profile(row.jurisdiction).timezone)
        return Announcement("clock.due_soon", {**data, "days_left": left})
    if milestone == "due":
        return Announcement("clock.due", data)
    if ENDS[row.kind] == REACHED:
        return Announcement("clock.reached", data)
    return Announcement("clock.missed", {**data, "late_filing_possible": row.late_filing})
