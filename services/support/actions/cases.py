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
from shared import encryption
from shared.access.permissions import NotFound
from shared.access.subjects import Subjects
from shared.encryption import Cell

_Of = TypeVar("_Of", Alert, UrgentNeed, Delivery, Assessment, SupportPlan, Course, Recovery)


_CASES = Subjects(Case, TeamMember)
lock, version, relation = _CASES.lock, _CASES.version, _CASES.relation


def locked(session: Session, case: UUID) -> Case:
    """Load a case and lock its row. Raises `NotFound`."""
    locked_case = session.get(Case, case, with_for_update=True)
    if locked_case is None:
        raise NotFound
    return locked_case


def begin_change(session: Session, case: UUID, now: datetime) -> tuple[Case, date]:
    """Lock a case and increment its version; return it and today's date in its jurisdiction. Raises `NotFound`."""
    locked_case = locked(session, case)
    locked_case.version += 1
    return locked_case, local_day(now, locked_case.jurisdiction)


def view(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole case; what a reader sees of it is decided by `rules.SIGHT`. Raises `NotFound`."""
    support_case = session.get(Case, case)
    if support_case is None:
        raise NotFound
    return {
        "id": support_case.id,
        "jurisdiction": support_case.jurisdiction,
        "status": support_case.status,
        "recovery": _recovery(_all(session, Recovery, case)),
        "version": support_case.version,
        **_work(session, case),
    }


def _all(session: Session, kind: type[_Of], case: UUID) -> list[_Of]:
    order = kind.__mapper__.primary_key  # ids begin with the time at which they were made
    return list(session.scalars(select(kind).where(kind.case_id == case).order_by(*order)))


def _recovery(periods: list[Recovery]) -> dict[str, Any]:
    shown = [
        {"clock": period.clock, "code": period.code, "due_on": period.due_on, "state": period.state}
        for period in periods
    ]
    return {"periods": shown, "support_continues": True}


def _work(session: Session, case: UUID) -> dict[str, Any]:
    needs = _all(session, UrgentNeed, case)
    return {
        "urgent_needs": [_shown(need, "service_type", "noted_on", "met_on") for need in needs],
        "services": [
            _shown(delivery, "id", "service_type", "urgent", "delivered_on")
            for delivery in _all(session, Delivery, case)
        ],
        "assessments": [_assessment(session, assessment) for assessment in _all(session, Assessment, case)],
        "plans": [
            _shown(plan, "id", "goal_types", "review_on", "person_has_copy", "agreed_on")
            for plan in _all(session, SupportPlan, case)
        ],
        "counselling": [
            _shown(course, "id", "modality", "started_on", "ended_on", "end_reason")
            for course in _all(session, Course, case)
        ],
        "alerts": [_alert(alert) for alert in _all(session, Alert, case)],
    }


def _assessment(session: Session, assessment: Assessment) -> dict[str, Any]:
    shown = _shown(assessment, "id", "type", "overall_risk", "high_domains", "assessed_on", "reassess_on")
    return {**shown, "domains": scores_of(session, assessment)}


def scores_of(session: Session, assessment: Assessment) -> dict[str, Any] | None:
    """Open the scores of an assessment; None if they were dropped before there were seals."""
    if assessment.scores is None:
        return None
    scores: dict[str, Any] = json.loads(
        encryption.of(session).unseal(assessment.case_id, _scores(assessment.id), assessment.scores)
    )
    return scores


def sealed_scores(session: Session, case: UUID, assessment: UUID, scores: dict[str, Any]) -> bytes:
    """Seal the scores of an assessment; they leave support by no event, log or dump."""
    return encryption.of(session).seal(case, _scores(assessment), json.dumps(scores))


def _scores(assessment: UUID) -> Cell:
    return Cell("assessments", "scores", assessment)


def _alert(alert: Alert) -> dict[str, Any]:
    shown = _shown(alert, "id", "danger_type", "urgency", "level", "acknowledged_by")
    at = {"raised_at": alert.raised_at, "acknowledged_at": alert.acknowledged_at}
    return {**shown, **{name: moment and moment.isoformat() for name, moment in at.items()}}


def _shown(record: object, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
