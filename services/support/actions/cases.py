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
    """Return the whole case, its parts as rows; its reply schema says what a reader sees. Raises `NotFound`."""
    support_case = session.get(Case, case)
    if support_case is None:
        raise NotFound
    return {
        "id": support_case.id,
        "jurisdiction": support_case.jurisdiction,
        "status": support_case.status,
        "recovery": {"periods": _all(session, Recovery, case), "support_continues": True},
        "version": support_case.version,
        "urgent_needs": _all(session, UrgentNeed, case),
        "services": _all(session, Delivery, case),
        "assessments": [_assessment(session, assessment) for assessment in _all(session, Assessment, case)],
        "plans": _all(session, SupportPlan, case),
        "counselling": _all(session, Course, case),
        "alerts": _all(session, Alert, case),
    }


def _all(session: Session, kind: type[_Of], case: UUID) -> list[_Of]:
    order = kind.__mapper__.primary_key  # ids begin with the time at which they were made
    return list(session.scalars(select(kind).where(kind.case_id == case).order_by(*order)))


def _assessment(session: Session, assessment: Assessment) -> dict[str, Any]:
    columns = ("id", "type", "overall_risk", "high_domains", "assessed_on", "reassess_on")
    return {name: getattr(assessment, name) for name in columns} | {"domains": scores_of(session, assessment)}


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
