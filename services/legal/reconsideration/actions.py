"""Requests to look at a negative decision again. One stops no clock by itself: only the new decision does."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.deadline.rules import is_late
from services.legal.identification.actions import steps_of
from services.legal.reconsideration import rules
from services.legal.reconsideration.models import Reconsideration
from services.legal.reconsideration.schemas import RequestReconsideration
from shared import deadlines
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.reference import profile


def request_reconsideration(
    session: Session, case: UUID, command: RequestReconsideration, now: datetime
) -> tuple[UUID, int]:
    """Record a request; return its id and the case's version. Raises `NotArrivedYet`, `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    rules.reconsider(command.stage, [(step.stage, step.outcome) for step in steps_of(session, case)])
    requested_on = dated("requested_on", command.requested_on, today)
    late = is_late(requested_on, _last_days(session, case, locked_case.jurisdiction, command.stage), counts="latest")
    stored = command.stored(requested_on=requested_on, late=late)
    reconsideration = Reconsideration(id=new_id(), case_id=case, **stored)
    session.add(reconsideration)
    eventlog.record(session, case, [Announcement("reconsideration.requested", stored)])
    return reconsideration.id, locked_case.version


def _last_days(session: Session, case: UUID, jurisdiction: str | None, stage: str) -> list[date | None]:
    if jurisdiction is None:
        return []
    codes = rules.reconsideration_clocks(profile(jurisdiction), stage)
    periods = [period for period in deadlines.all_of(session, case) if period.code in codes]
    # One that was withdrawn began with a decision that was recorded wrongly.
    return [period.due_on for period in periods if not period.is_withdrawn]
