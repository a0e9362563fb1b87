"""Requests to look at a negative decision again. One stops no clock by itself: only the new decision does."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.deadline.rules import is_late
from services.legal.identification.actions import steps_of
from services.legal.reconsideration import rules
from services.legal.reconsideration.models import Reconsideration
from shared import deadlines
from shared.casework.cases import rows_of, shown
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.reference import profile

_SHOWN: Final = ("id", "stage", "ground", "requested_on", "late")


def request_reconsideration(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record a request; return its id and the case's version. Raises `NotArrivedYet`, `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    rules.reconsider(body["stage"], [(step.stage, step.outcome) for step in steps_of(session, case)])
    requested_on = dated("requested_on", body.get("requested_on"), today)
    late = is_late(requested_on, _last_days(session, case, locked_case.jurisdiction, body["stage"]), counts="latest")
    stored = {"stage": body["stage"], "ground": body["ground"], "requested_on": requested_on, "late": late}
    reconsideration = Reconsideration(id=new_id(), case_id=case, **stored)
    session.add(reconsideration)
    eventlog.record(session, case, [Announcement("reconsideration.requested", stored)])
    return reconsideration.id, locked_case.version


def reconsiderations_of(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Return a case's requests as they are shown, oldest first."""
    return [shown(request, *_SHOWN) for request in rows_of(session, Reconsideration, case)]


def _last_days(session: Session, case: UUID, jurisdiction: str | None, stage: str) -> list[date | None]:
    if jurisdiction is None:
        return []
    codes = rules.reconsideration_clocks(profile(jurisdiction), stage)
    periods = [period for period in deadlines.all_of(session, case) if period.code in codes]
    # One that was withdrawn began with a decision that was recorded wrongly.
    return [period.due_on for period in periods if not period.is_withdrawn]
