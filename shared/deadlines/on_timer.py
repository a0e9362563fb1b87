"""What the timer of a case sets off: its periods are derived again."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.deadlines import timers
from shared.deadlines.keeping import WAKE_UP, Keeping
from shared.deadlines.tables import clocks
from shared.deadlines.time_source import TIME_SOURCE
from shared.deadlines.timers import Timer

#: Kinds of an older release, whose timers were a clock's own.
_OF_A_CLOCK: Final = ("due_soon", "due", "end")


def timer_handlers(keeping: Keeping) -> timers.Handlers:
    """Return the handlers of the timers that wake a case: it is locked, then derived as it is now.

    A test clock that was set ahead goes from timer to timer, so that each step is seen; real time that jumped (a
    service was down) derives at once as it is now, so that no warning names old numbers.
    """

    def wake(session: Session, timer: Timer, now: datetime) -> None:
        keeping.lock(session, timer.owner)
        keeping.derive(session, timer.owner, _at(session, timer, now))

    def wake_by_clock(session: Session, timer: Timer, now: datetime) -> None:
        subject = session.execute(select(clocks.c.subject).where(clocks.c.id == timer.owner)).scalar_one_or_none()
        if subject is not None:
            keeping.lock(session, subject)
            keeping.derive(session, subject, _at(session, timer, now))

    return {WAKE_UP: wake, **dict.fromkeys(_OF_A_CLOCK, wake_by_clock)}


def _at(session: Session, timer: Timer, now: datetime) -> datetime:
    return timer.due_at if TIME_SOURCE.of(session).moved_to(session) is not None else now
