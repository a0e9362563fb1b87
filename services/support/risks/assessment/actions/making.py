"""Record an assessment, continue it on another day, and correct it. An event reports that it was made.

An urgent result raises an alert, which does not state what is urgent.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.safety.actions import ask_for_plan
from services.support.risks.assessment import rules
from services.support.risks.assessment.actions.reading import SCORES, Domains, finding_of, opened_scores
from services.support.risks.assessment.models import Assessment
from services.support.risks.assessment.schemas import (
    CompleteAssessment,
    ContinueAssessment,
    CorrectAssessment,
)
from shared.casework import corrections
from shared.casework.corrections import Correct
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.http import Created


def complete_assessment(change: Change, command: CompleteAssessment) -> Created:
    """Record an assessment of needs and risks.

    Scores and the result never leave the service. Urgent need raises an alert. Return its id, and that of an earlier
    equal record. Raises `FactRefused`.
    """
    stored, assessment_id = change.recorded(command, "assessed_on"), new_id()
    finding = finding_of(change.session, change.case, assessment_id, stored.pop("domains"), stored["assessed_on"])
    assessment = change.add(Assessment, id=assessment_id, **stored, **finding)
    alike = change.alike(assessment, "assessed_on", ("type",))
    ask_for_plan(change.session, change.case, assessment.overall_risk, change.today)
    change.announce(_announcement(assessment))
    return Created(assessment.id, alike)


def continue_assessment(change: Change, assessment_id: UUID, command: ContinueAssessment) -> None:
    """Continue an assessment that was stopped.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    assessment = change.one(Assessment, assessment_id)
    before = opened_scores(change.session, change.case, assessment.id, assessment.scores) or {}
    is_open = assessment.unfinished and assessment.taken_back_at is None
    rules.check_continues(before, command.domains, unfinished=is_open)
    domains = {**before, **command.domains}
    for name, value in finding_of(change.session, change.case, assessment.id, domains, assessment.assessed_on).items():
        setattr(assessment, name, value)
    assessment.unfinished, assessment.revision = command.unfinished, assessment.revision + 1
    assessment.person_copy = command.person_copy or assessment.person_copy
    ask_for_plan(change.session, change.case, assessment.overall_risk, change.today)
    eventlog.record(change.session, change.case, _valid_event(change.session, change.case))


def correct_assessment(change: Change, assessment_id: UUID, command: CorrectAssessment) -> UUID:
    """Correct or withdraw an assessment; the earlier values are kept.

    Return the correction's id. An alert is raised if the correction makes the result urgent; an earlier
    alert continues until a member ends it. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    assessment = change.one(Assessment, assessment_id)
    stated = corrections.stated(command)
    corrections.check(command, taken_back=assessment.taken_back_at is not None, changes=stated)
    day = change.corrected_day("assessed_on", assessment, command)
    domains = stated.pop("domains", None)
    return change.correct(
        assessment,
        "assessment",
        Correct(reason=command.reason),
        lambda _: eventlog.record(change.session, change.case, _valid_event(change.session, change.case)),
        **{**stated, **_recomputed(change.session, assessment, domains, day)},
    )


def _recomputed(session: Session, assessment: Assessment, domains: Domains | None, day: date) -> dict[str, object]:
    """Return the columns that follow from corrected scores or a corrected day; only the day if scores were dropped."""
    scores = domains or opened_scores(session, assessment.case_id, assessment.id, assessment.scores)
    if scores is None:
        return {"assessed_on": day}
    finding = finding_of(session, assessment.case_id, assessment.id, scores, day)
    if domains is None:
        # Unchanged scores would look changed if they were sealed again.
        del finding[SCORES]
    return {"assessed_on": day, **finding}


def _valid_event(session: Session, case: UUID) -> list[Announcement]:
    """Return the event of the valid assessment: the latest one that was not withdrawn. No event if there is none."""
    session.flush()
    standing = select(Assessment).where(Assessment.case_id == case, Assessment.taken_back_at.is_(None))
    latest = session.scalars(standing.order_by(Assessment.assessed_on.desc(), Assessment.id.desc()).limit(1)).first()
    return [] if latest is None else [_announcement(latest)]


def _announcement(assessment: Assessment) -> Announcement:
    return rules.assessment_completed(
        assessment.id, assessment.type, assessment.overall_risk, assessment.reassess_on, revision=assessment.revision
    )
