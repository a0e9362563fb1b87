"""The handler of a case's timer: it derives the periods of the case again."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.deadlines import timers
from shared.deadlines.keeping import ADOPT, WAKE_UP, Keeping
from shared.deadlines.tables import clocks
from shared.deadlines.time_source import TIME_SOURCE
from shared.deadlines.timers import Timer

#: Timer kinds of an older release, in which each period had its own timers.
_OF_A_CLOCK: Final = ("due_soon", "due", "end")


def timer_handlers(
    keeping: Keeping, state: Callable[[Session, UUID, datetime], object] = lambda _session, _case, _now: None
) -> timers.Handlers:
    """Return the handlers of the timers that wake a case.

    They lock the case and derive its periods for the current time.

    A test clock that was set ahead fires timer after timer, so each step is published. After a jump of real time (the
    service was down), the periods are derived for the current time immediately, so no warning contains old numbers.

    `state` stores the facts that the records of an older release state. It runs in a locked case after an upgrade.
    """

    def wake(session: Session, timer: Timer, now: datetime) -> None:
        keeping.lock(session, timer.owner)
        keeping.derive(session, timer.owner, _at(session, timer, now))

    def wake_by_clock(session: Session, timer: Timer, now: datetime) -> None:
        subject = session.execute(select(clocks.c.subject).where(clocks.c.id == timer.owner)).scalar_one_or_none()
        if subject is not None:
            keeping.lock(session, subject)
            keeping.derive(session, subject, _at(session, timer, now))

    def adopt(session: Session, timer: Timer, now: datetime) -> None:
        keeping.lock(session, timer.owner)
        state(session, timer.owner, _at(session, timer, now))
        wake(session, timer, now)

    return {WAKE_UP: wake, ADOPT: adopt, **dict.fromkeys(_OF_A_CLOCK, wake_by_clock)}


def _at(session: Session, timer: Timer, now: datetime) -> datetime:
    return timer.due_at if TIME_SOURCE.of(session).moved_to(session) is not None else now
