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
    Recovery,
    SupportPlan,
    UrgentNeed,
)
from shared import encryption
from shared.casework.cases import rows_of, shown
from shared.encryption import Cell


def view(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole case, its parts as rows; its reply schema says what a reader sees. Raises `NotFound`."""
    return {
        **shown(CASES.read(session, case), "id", "jurisdiction", "status", "version"),
        "recovery": {"periods": rows_of(session, Recovery, case), "support_continues": True},
        "urgent_needs": rows_of(session, UrgentNeed, case),
        "services": rows_of(session, Delivery, case),
        "assessments": [_assessment(session, assessment) for assessment in rows_of(session, Assessment, case)],
        "plans": rows_of(session, SupportPlan, case),
        "counselling": rows_of(session, Course, case),
        "alerts": rows_of(session, Alert, case),
    }


def _assessment(session: Session, assessment: Assessment) -> dict[str, Any]:
    columns = shown(assessment, "id", "type", "overall_risk", "high_domains", "assessed_on", "reassess_on")
    return columns | {"domains": scores_of(session, assessment)}


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
