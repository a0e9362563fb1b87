"""Legal's clocks, changed by what somebody decided: a period stands still, runs on, or ends later."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal import models, rules
from shared import deadlines
from shared.reference.periods import ImpossibleDate

Body = Mapping[str, Any]


def pause(session: Session, case: UUID, clock: UUID, body: Body, now: datetime) -> int:
    """Pause a clock; return the case's new version.

    Raises `NoSuchClock`, `ClockForbids` and `FieldRefused`.
    """
    since = rules.dated("since", body.get("since"), _today(session, case, now))
    deadlines.pause(session, case, clock, since)
    return models.bump(session, case)


def resume(session: Session, case: UUID, clock: UUID, body: Body, now: datetime) -> tuple[date | None, int]:
    """Resume a paused clock; return its new due date (None if its length is not known) and the case's new version.

    Raises `NoSuchClock`, `ClockForbids` and `FieldRefused`.
    """
    again = rules.dated("again", body.get("again"), _today(session, case, now))
    try:
        due_on = deadlines.resume(session, case, clock, again, now=now)
    except ImpossibleDate as error:
        raise rules.FieldRefused("again", "runs_on_after_its_pause", str(error)) from error
    return due_on, models.bump(session, case)


def extend(session: Session, case: UUID, clock: UUID, until: date, now: datetime) -> int:
    """Extend a period to a later day; return the case's new version. Raises `NoSuchClock` and `ClockForbids`."""
    deadlines.extend(session, case, clock, until, now=now)
    return models.bump(session, case)


def _today(session: Session, case: UUID, now: datetime) -> date:
    return rules.today(now, models.jurisdiction(session, case))
