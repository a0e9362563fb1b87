"""Requests to look at a negative decision again. One stops no clock by itself: only the new decision does."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal import rules
from services.legal.models import CASES, Reconsideration, identification
from shared import deadlines
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.reference import profile


def request(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record a request; return its id and the case's version. Raises `NotArrivedYet`, `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    rules.reconsider(body["stage"], [(step.stage, step.outcome) for step in identification(session, case)])
    requested_on = dated("requested_on", body.get("requested_on"), today)
    late = rules.is_late(
        requested_on, _last_days(session, case, locked_case.jurisdiction, body["stage"]), counts="latest"
    )
    stored = {"stage": body["stage"], "ground": body["ground"], "requested_on": requested_on, "late": late}
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
