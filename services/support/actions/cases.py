"""A case as support has it: found, locked, shown."""

import json
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.models import (
    Alert,
    Assessment,
    Case,
    Course,
    Delivery,
    Recovery,
    SupportPlan,
    TeamMember,
    UrgentNeed,
)
from services.support.rules import local_day
from shared import keys
from shared.access import NotFound
from shared.keys import Place
from shared.subjects import Subjects

_Of = TypeVar("_Of", Alert, UrgentNeed, Delivery, Assessment, SupportPlan, Course, Recovery)


_CASES = Subjects(Case, TeamMember)
lock, version, relation = _CASES.lock, _CASES.version, _CASES.relation


def locked(session: Session, case: UUID) -> Case:
    """Load a case and lock its row. Raises `NotFound`."""
    found = session.get(Case, case, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def begin_change(session: Session, case: UUID, now: datetime) -> tuple[Case, date]:
    """Lock a case that is about to change, count the change, and give today's date where the case is."""
    found = locked(session, case)
    found.version += 1
    return found, local_day(now, found.jurisdiction)


def view(session: Session, case: UUID) -> dict[str, Any]:
    """Show a case whole; what a reader sees of it is decided by `rules.SIGHT`. Raises `NotFound`."""
    found = session.get(Case, case)
    if found is None:
        raise NotFound
    return {
        "id": found.id,
        "jurisdiction": found.jurisdiction,
        "status": found.status,
        "recovery": _recovery(_all(session, Recovery, case)),
        "version": found.version,
        **_work(session, case),
    }


def _all(session: Session, kind: type[_Of], case: UUID) -> list[_Of]:
    order = kind.__mapper__.primary_key  # ids begin with the time at which they were made
    return list(session.scalars(select(kind).where(kind.case_id == case).order_by(*order)))


def _recovery(periods: list[Recovery]) -> dict[str, Any]:
    shown = [{"clock": each.clock, "code": each.code, "due_on": each.due_on, "state": each.state} for each in periods]
    return {"periods": shown, "support_continues": True}


def _work(session: Session, case: UUID) -> dict[str, Any]:
    needs = _all(session, UrgentNeed, case)
    return {
        "urgent_needs": [_shown(each, "service_type", "noted_on", "met_on") for each in needs],
        "services": [
            _shown(each, "id", "service_type", "urgent", "delivered_on") for each in _all(session, Delivery, case)
        ],
        "assessments": [_assessment(session, each) for each in _all(session, Assessment, case)],
        "plans": [
            _shown(each, "id", "goal_types", "review_on", "person_has_copy", "agreed_on")
            for each in _all(session, SupportPlan, case)
        ],
        "counselling": [
            _shown(each, "id", "modality", "started_on", "ended_on", "end_reason")
            for each in _all(session, Course, case)
        ],
        "alerts": [_alert(each) for each in _all(session, Alert, case)],
    }


def _assessment(session: Session, found: Assessment) -> dict[str, Any]:
    shown = _shown(found, "id", "type", "overall_risk", "high_domains", "assessed_on", "reassess_on")
    return {**shown, "domains": scores_of(session, found)}


def scores_of(session: Session, found: Assessment) -> dict[str, Any] | None:
    """Open the scores of an assessment; None if they were dropped before there were seals."""
    if found.scores is None:
        return None
    scores: dict[str, Any] = json.loads(keys.of(session).unseal(found.case_id, _scores(found.id), found.scores))
    return scores


def sealed_scores(session: Session, case: UUID, assessment: UUID, scores: dict[str, Any]) -> bytes:
    """Seal the scores of an assessment; they leave support by no event, log or dump."""
    return keys.of(session).seal(case, _scores(assessment), json.dumps(scores))


def _scores(assessment: UUID) -> Place:
    return Place("assessments", "scores", assessment)


def _alert(found: Alert) -> dict[str, Any]:
    shown = _shown(found, "id", "danger_type", "urgency", "level", "acknowledged_by")
    at = {"raised_at": found.raised_at, "acknowledged_at": found.acknowledged_at}
    return {**shown, **{name: each and each.isoformat() for name, each in at.items()}}


def _shown(record: object, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
