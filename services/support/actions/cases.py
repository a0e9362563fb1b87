"""A case's support, as it is shown."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.models import (
    CASES,
    Alert,
    Assessment,
    Course,
    Delivery,
    Record,
    Recovery,
    SupportPlan,
    UrgentNeed,
)
from shared import encryption
from shared.casework.cases import rows_of, shown
from shared.encryption import Cell


def view(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole case; what a reader sees of it is decided by `rules.SIGHT`. Raises `NotFound`."""
    periods = rows_of(session, Recovery, case)
    return {
        **shown(CASES.read(session, case), "id", "jurisdiction", "status", "version"),
        "recovery": {
            "periods": [shown(period, "clock", "code", "due_on", "state") for period in periods],
            "support_continues": True,
        },
        "urgent_needs": _all(session, UrgentNeed, case, "service_type", "noted_on", "met_on"),
        "services": _all(session, Delivery, case, "id", "service_type", "urgent", "delivered_on"),
        "assessments": [_assessment(session, assessment) for assessment in rows_of(session, Assessment, case)],
        "plans": _all(session, SupportPlan, case, "id", "goal_types", "review_on", "person_has_copy", "agreed_on"),
        "counselling": _all(session, Course, case, "id", "modality", "started_on", "ended_on", "end_reason"),
        "alerts": [_alert(alert) for alert in rows_of(session, Alert, case)],
    }


def _all(session: Session, kind: type[Record], case: UUID, *names: str) -> list[dict[str, Any]]:
    return [shown(row, *names) for row in rows_of(session, kind, case)]


def _assessment(session: Session, assessment: Assessment) -> dict[str, Any]:
    fields = shown(assessment, "id", "type", "overall_risk", "high_domains", "assessed_on", "reassess_on")
    return {**fields, "domains": scores_of(session, assessment)}


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
    fields = shown(alert, "id", "danger_type", "urgency", "level", "acknowledged_by")
    at = {"raised_at": alert.raised_at, "acknowledged_at": alert.acknowledged_at}
    return {**fields, **{name: moment and moment.isoformat() for name, moment in at.items()}}
