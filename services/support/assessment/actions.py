"""An assessment: its scores and finding stay here; that it was made is announced, and again once it was put right.

What it finds urgent reaches those who must act as an alert, which does not say what it is.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.alert.actions import raise_for_assessment
from services.support.assessment import rules
from services.support.assessment.models import Assessment
from services.support.assessment.schemas import CompleteAssessment, CorrectAssessment
from services.support.case.actions import begin_change
from shared import encryption
from shared.access.tokens import Principal
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.corrections import Correct
from shared.encryption import Cell
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.reference import codes
from shared.store.database import NamedRow

#: What a correction keeps of scores: as they were sealed, in hexadecimal.
SCORES = "scores"
_Domains = Mapping[str, Mapping[str, Any]]


def complete_assessment(
    session: Session, case: UUID, command: CompleteAssessment, now: datetime, *, by: Principal
) -> tuple[UUID, UUID | None, int]:
    """Record an assessment; its scores and finding stay here. Urgent need raises an alert.

    Return its id, that of an earlier one that says the same, and the case's version. Raises `FactRefused`.
    """
    change = begin_change(session, case, now, by)
    stored, assessment_id = change.recorded(command, "assessed_on"), new_id()
    finding = _found(session, case, assessment_id, stored.pop("domains"), stored["assessed_on"])
    assessment = Assessment(id=assessment_id, case_id=case, **stored, **finding)
    session.add(assessment)
    alike = change.alike(assessment, "assessed_on", ("type",))
    eventlog.record(session, case, [_announcement(assessment)])
    if rules.raises_alert(assessment.overall_risk):
        raise_for_assessment(session, case, now, by=by)
    return assessment.id, alike, change.version


def correct_assessment(
    session: Session, case: UUID, assessment_id: UUID, command: CorrectAssessment, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Put an assessment right, and announce the one that counts then; return the correction's id and the version.

    An alert is raised if it finds urgent need only now; one that was raised goes on until somebody ends it.
    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    change = begin_change(session, case, now, by)
    assessment = one(session, Assessment, case, assessment_id)
    stated = corrections.stated(command)
    corrections.check(command, taken_back=assessment.taken_back_at is not None, changes=stated)
    day = change.corrected_day("assessed_on", assessment, command)
    domains = stated.pop("domains", None)
    before, changes = assessment.overall_risk, {**stated, **_said_anew(session, assessment, domains, day)}
    corrected = change.put_right(assessment, "assessment", Correct(reason=command.reason), **changes)
    eventlog.record(session, case, [corrected.announcement, *_counting(session, case)])
    if rules.raises_alert(assessment.overall_risk, before):
        raise_for_assessment(session, case, now, by=by)
    return corrected.id, change.version


def _said_anew(session: Session, assessment: Assessment, domains: _Domains | None, day: date) -> dict[str, object]:
    """Return what follows from other scores or another day; of scores that were dropped, the day alone does."""
    scores = domains or _opened(session, assessment.case_id, assessment.id, assessment.scores)
    if scores is None:
        return {"assessed_on": day}
    finding = _found(session, assessment.case_id, assessment.id, scores, day)
    if domains is None:
        # Sealed anew they would seem to be others.
        del finding[SCORES]
    return {"assessed_on": day, **finding}


def _counting(session: Session, case: UUID) -> list[Announcement]:
    """Return the announcement of the assessment that counts: the latest of those that stand, if there is one."""
    session.flush()
    standing = select(Assessment).where(Assessment.case_id == case, Assessment.taken_back_at.is_(None))
    latest = session.scalars(standing.order_by(Assessment.assessed_on.desc(), Assessment.id.desc()).limit(1)).first()
    return [] if latest is None else [_announcement(latest)]


def _found(session: Session, case: UUID, assessment: UUID, domains: _Domains, day: date) -> dict[str, object]:
    """Return the columns that follow from the scores of an assessment."""
    scores = {name: rules.Scores(**score) for name, score in domains.items()}
    finding = rules.assess(scores, day, codes("need_domain").values)
    unasked = finding.unasked_domains
    return {
        SCORES: encryption.of(session).seal(case, _cell(assessment), json.dumps(domains)),
        "overall_risk": finding.overall_risk,
        "high_domains": list(finding.high_domains),
        "unasked_domains": None if unasked is None else list(unasked),
        "reassess_on": finding.reassess_on,
    }


def _announcement(assessment: Assessment) -> Announcement:
    return rules.assessment_completed(
        assessment.id, assessment.type, assessment.overall_risk, assessment.reassess_on, revision=assessment.revision
    )


def with_scores(
    session: Session, case: UUID, assessments: Iterable[NamedRow], corrected: Iterable[NamedRow]
) -> list[dict[str, object]]:
    """Return the rows of a case's assessments with their scores, those of before their corrections too."""
    former: dict[UUID, list[bytes]] = {}
    for correction in corrected:
        sealed = (correction["was"] or {}).get(SCORES)
        if sealed is not None:
            former.setdefault(correction["record"], []).append(bytes.fromhex(sealed))
    return [
        {
            **assessment,
            "domains": _opened(session, case, assessment["id"], assessment[SCORES]),
            "former_domains": [
                {"domains": _opened(session, case, assessment["id"], sealed)}
                for sealed in former.get(assessment["id"], ())
            ],
            "unasked": None if assessment["unasked_domains"] is None else len(assessment["unasked_domains"]),
        }
        for assessment in assessments
    ]


def without_scores(corrected: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of a case's corrections without the scores, which are shown by the assessments alone."""
    return [
        {**row, "was": row["was"] and {name: value for name, value in row["was"].items() if name != SCORES}}
        for row in corrected
    ]


def _opened(session: Session, case: UUID, assessment: UUID, sealed: bytes | None) -> _Domains | None:
    """Return the scores of an assessment; None if they were dropped before there were seals."""
    if sealed is None:
        return None
    scores: _Domains = json.loads(encryption.of(session).unseal(case, _cell(assessment), sealed))
    return scores


def _cell(assessment: UUID) -> Cell:
    return Cell("assessments", SCORES, assessment)
