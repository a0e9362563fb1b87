"""Publish, list and lift the barriers that close a case to a staff member. No matter is named."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, OTHER_SIDE, FileBarrier
from services.legal.matters.matter_file import rules
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.exchange import eventlog

_ANNOUNCE: Final = "barriers"


# control: H-PRIVILEGE-3 barrier-ends-access-at-intake
def announce_barrier(session: Session, case: UUID, barrier: FileBarrier) -> None:
    """Publish that a case is closed to a staff member."""
    eventlog.record(session, case, [rules.barrier_set(barrier.id, barrier.member, barrier.set_by)])


def barriers_shown(session: Session, case: UUID) -> dict[str, object]:
    """List the staff members who cannot access the case because they act for the other side, without matters."""
    return {"barriers": _closing_barriers(session, case)}


def _closing_barriers(session: Session, case: UUID) -> Sequence[FileBarrier]:
    """Return the barriers that close a case to a staff member, earliest first, including lifted ones."""
    of_case = select(FileBarrier).where(FileBarrier.case_id == case, FileBarrier.reason == OTHER_SIDE)
    return session.scalars(of_case.order_by(FileBarrier.set_at, FileBarrier.member)).all()


# control: H-PRIVILEGE-4 second-person-lifts
def lift_barrier(session: Session, case: UUID, barrier_id: UUID, now: datetime, *, by: Principal) -> UUID:
    """Lift a barrier that was set by mistake, as a second person.

    Return its id. The staff member does not return to a team or a matter. Raises `NotFound`, `StepForbidden`.
    """
    CASES.lock(session, case)
    barrier = existing(next((each for each in _closing_barriers(session, case) if each.id == barrier_id), None))
    who = UUID(by.subject)
    rules.check_lifting(is_lifted=barrier.lifted_at is not None, parties=(barrier.set_by, barrier.member), by=who)
    barrier.lifted_by, barrier.lifted_at = who, now
    eventlog.record(session, case, [rules.barrier_lifted(barrier.id, barrier.member)])
    return barrier.id


def _announce_all(session: Session, timer: Timer, _now: datetime) -> None:
    """Publish the barriers of a case that an earlier release set."""
    CASES.lock(session, timer.owner)
    for barrier in _closing_barriers(session, timer.owner):
        if barrier.lifted_at is None:
            announce_barrier(session, timer.owner, barrier)


ON_TIMER: Final[timers.Handlers] = {_ANNOUNCE: _announce_all}
