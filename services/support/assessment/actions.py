"""An assessment: its scores stay here, sealed; its finding is announced."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.assessment import rules
from services.support.assessment.models import Assessment
from services.support.assessment.schemas import CompleteAssessment
from services.support.case.models import CASES
from shared import encryption
from shared.casework.dates import dated
from shared.encryption import Cell
from shared.events.envelope import new_id
from shared.exchange import eventlog
from shared.store.database import NamedRow


def complete_assessment(session: Session, case: UUID, command: CompleteAssessment, now: datetime) -> tuple[UUID, int]:
    """Record an assessment; its scores stay here, its finding is announced."""
    locked_case, today = CASES.begin_change(session, case, now)
    day = dated("assessed_on", command.assessed_on, today)
    domains = {name: rules.Scores(**scores) for name, scores in command.domains.items()}
    finding = rules.assess(domains, day)
    assessment_id = new_id()
    assessment = Assessment(
        id=assessment_id,
        case_id=case,
        type=command.type,
        scores=encryption.of(session).seal(case, _cell(assessment_id), json.dumps(command.domains)),
        overall_risk=finding.overall_risk,
        high_domains=list(finding.high_domains),
        assessed_on=day,
        reassess_on=finding.reassess_on,
    )
    session.add(assessment)
    eventlog.record(session, case, [rules.assessment_completed(assessment.id, assessment.type, day, finding)])
    return assessment.id, locked_case.version


def with_scores(session: Session, case: UUID, assessments: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of a case's assessments with their scores."""
    return [{**assessment, "domains": _scores_of(session, case, assessment)} for assessment in assessments]


def _scores_of(session: Session, case: UUID, assessment: NamedRow) -> dict[str, Any] | None:
    """Return the scores of an assessment; None if they were dropped before there were seals."""
    if assessment["scores"] is None:
        return None
    opened = encryption.of(session).unseal(case, _cell(assessment["id"]), assessment["scores"])
    scores: dict[str, Any] = json.loads(opened)
    return scores


def _cell(assessment: UUID) -> Cell:
    return Cell("assessments", "scores", assessment)
