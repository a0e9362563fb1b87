"""The handler of a case's timer: it derives the periods of the case again."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, insert, literal, select, text
from sqlalchemy.orm import Session

from shared.deadlines import timers
from shared.deadlines.keeping import ADOPT, WAKE_UP, Keeping
from shared.deadlines.tables import clocks, derivations
from shared.deadlines.time_source import TIME_SOURCE
from shared.deadlines.timers import Timer

#: The name of the timer after an upgrade that sets `ADOPT` for every case without it, and its owner: no case.
ADOPT_EVERY: Final = "adopt_every_case"
EVERY_CASE: Final = UUID("5d1f0c36-7c0b-5d0e-8f6e-2f4d8a3b9c17")
#: Sets the timers that adopt every case, unless they are set. They are due when every replica runs this release.
SET_TIMERS: Final = """
    insert into timers (owner, name, due_at)
    select owner, name, coalesce((select now from test_clock), now()) + interval '15 minutes'
    from (
        select uuid '5d1f0c36-7c0b-5d0e-8f6e-2f4d8a3b9c17' as owner, 'adopt_every_case' as name, 0 as place
        where exists (select from derivations)
        union all
        select case_id, 'adopt', 1 from derivations
    ) due
    where not exists (select from timers where timers.owner = due.owner and timers.name = due.name)
    order by place
"""
#: The name of a case's timer when a release is new to the database, or returns after a roll-back. It adopts the case,
#: but the case is not adopting until then: what is recorded meanwhile is published, also about the distant past.
ADOPT_AGAIN: Final = "adopt_again"
#: Sets them for the cases that no migration has adopted. They are spread, so that other timers fire between them.
_SET_AGAIN: Final = """
    insert into timers (owner, name, due_at)
    select owner, name, coalesce((select now from test_clock), now()) + interval '15 minutes' + later
    from (
        select uuid '5d1f0c36-7c0b-5d0e-8f6e-2f4d8a3b9c17' as owner, 'adopt_every_case' as name, interval '0' as later
        where exists (select from derivations)
        union all
        select case_id, 'adopt_again', (row_number() over (order by case_id) - 1) * interval '20 milliseconds'
        from derivations
        where not exists (select from timers where timers.owner = case_id and timers.name = 'adopt')
    ) due
    where not exists (select from timers where timers.owner = due.owner and timers.name = due.name)
"""
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

    own = {WAKE_UP: wake, ADOPT: adopt, ADOPT_AGAIN: adopt, ADOPT_EVERY: _adopt_every_case}
    return own | dict.fromkeys(_OF_A_CLOCK, wake_by_clock)


# control: H-UPGRADE-2 adopted-by-each-release
def adopt_every_case(session: Session) -> None:
    """Set a timer for every case, so that a release that is new to the database adopts it.

    Migrations do so only once. After a roll-back, the older release opens and changes cases by its own calculation, and
    no migration runs when this release returns.
    """
    session.execute(text(_SET_AGAIN))


# control: H-UPGRADE-2 every-case-is-adopted
def _adopt_every_case(session: Session, timer: Timer, _now: datetime) -> None:
    """Have every case adopted that an older replica opened after the migration, or whose timer it deleted."""
    timer_of = timers.timers.c
    is_set = exists().where(timer_of.owner == derivations.c.case_id, timer_of.name.in_((ADOPT, ADOPT_AGAIN)))
    unset = select(derivations.c.case_id, literal(ADOPT), literal(timer.due_at)).where(~is_set)
    session.execute(insert(timers.timers).from_select(["owner", "name", "due_at"], unset))


def _at(session: Session, timer: Timer, now: datetime) -> datetime:
    return timer.due_at if TIME_SOURCE.of(session).moved_to(session) is not None else now
