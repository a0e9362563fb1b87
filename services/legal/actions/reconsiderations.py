"""Requests to look at a negative decision again. One stops no clock by itself: only the new decision does."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal import models, rules
from shared import deadlines
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.reference import profile


def request(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record a request; return its id and the case's new version. Raises `NotArrivedYet`, `FieldRefused`."""
    jurisdiction = models.jurisdiction(session, case)
    rules.reconsider(body["stage"], [(step.stage, step.outcome) for step in models.identification(session, case)])
    requested_on = rules.dated("requested_on", body.get("requested_on"), rules.today(now, jurisdiction))
    late = rules.is_late(requested_on, _last_days(session, case, jurisdiction, body["stage"]), counts="latest")
    stored = {"stage": body["stage"], "ground": body["ground"], "requested_on": requested_on, "late": late}
    reconsideration = models.Reconsideration(id=new_id(), case_id=case, **stored)
    session.add(reconsideration)
    eventlog.record(session, case, [Announcement("reconsideration.requested", stored)])
    return reconsideration.id, models.bump(session, case)


def _last_days(session: Session, case: UUID, jurisdiction: str | None, stage: str) -> list[date | None]:
    if jurisdiction is None:
        return []
    codes = rules.reconsideration_clocks(profile(jurisdiction), stage)
    periods = [period for period in deadlines.of_subject(session, case) if period["code"] in codes]
    # One that was withdrawn began with a decision that was recorded wrongly.
    standing = [period for period in periods if period["state"] != "withdrawn"]
    return [date.fromisoformat(period["due_on"]) if period["due_on"] else None for period in standing]
