"""Legal's clocks, changed by what somebody decided: a period stands still, runs on, or ends later."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.deadline.schemas import ExtendClock, PauseClock, ResumeClock
from shared import deadlines
from shared.casework.dates import dated
from shared.casework.refusals import FactRefused
from shared.reference.periods import ImpossibleDate


def pause_clock(session: Session, case: UUID, clock: UUID, command: PauseClock, now: datetime) -> int:
    """Pause a clock; return the case's version. Raises `NoSuchDeadline`, `DeadlineForbids` and `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    deadlines.pause(session, case, clock, dated("since", command.since, today))
    return locked_case.version


def resume_clock(
    session: Session, case: UUID, clock: UUID, command: ResumeClock, now: datetime
) -> tuple[date | None, int]:
    """Resume a paused clock; return its new due date (None if its length is not known) and the case's version.

    Raises `NoSuchDeadline`, `DeadlineForbids` and `FactRefused`.
    """
    locked_case, today = CASES.begin_change(session, case, now)
    again = dated("again", command.again, today)
    try:
        due_on = deadlines.resume(session, case, clock, again, now=now)
    except ImpossibleDate as error:
        raise FactRefused("again", "runs_on_after_its_pause", str(error)) from error
    return due_on, locked_case.version


def extend_clock(session: Session, case: UUID, clock: UUID, command: ExtendClock, now: datetime) -> int:
    """Extend a period to a later day; return the case's version. Raises `NoSuchDeadline` and `DeadlineForbids`."""
    locked_case, _today = CASES.begin_change(session, case, now)
    deadlines.extend(session, case, clock, command.until, now=now)
    return locked_case.version
