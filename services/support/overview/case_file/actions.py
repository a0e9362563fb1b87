"""Read the support file of a case, copy it for the person, and build the timeline from what the reader sees of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.models import CASES, Case, Correction
from services.support.cases.case.rules import Answered
from services.support.cases.note.actions import NOTES
from services.support.cases.safety.actions import with_steps
from services.support.cases.safety.models import SafetyPlan
from services.support.cases.task.models import Task
from services.support.counselling.aim.actions import with_words
from services.support.counselling.aim.models import Aim
from services.support.counselling.attendance.models import CounsellingSession
from services.support.counselling.counselling.models import CounsellingRequest, Course, Pause
from services.support.counselling.measure.actions import with_results, without_answers
from services.support.counselling.measure.models import Measure
from services.support.help.delivery.models import Delivery, UrgentNeed
from services.support.help.dependant.models import Dependant
from services.support.help.entitlement.actions import recovery_from, with_law
from services.support.help.entitlement.actions.proposals import with_codes
from services.support.help.entitlement.models import Entitlement, EntitlementProposal, Recovery
from services.support.help.entitlement.rules import is_recovery
from services.support.help.placement.models import Placement
from services.support.help.plan.actions import with_content
from services.support.help.plan.models import Goal, SupportPlan
from services.support.help.practical_help.models import PracticalHelp
from services.support.overview.case_file.rules import CATEGORIES, DATES
from services.support.overview.case_file.schemas import SupportFile
from services.support.risks.alert.actions import alerts_beside, reasons_beside
from services.support.risks.alert.models import Alert, AlertCall, AlertReason
from services.support.risks.assessment.actions.reading import with_scores, without_scores
from services.support.risks.assessment.actions.sharing import shared_alone
from services.support.risks.assessment.models import Assessment, AssessmentShare
from services.support.risks.missing.models import Absence
from services.support.risks.missing.rules import LOOKING
from services.support.risks.move_on.actions import with_outcomes
from services.support.risks.move_on.models import CheckIn, Transition
from shared.access.permissions import ALL, Sight
from shared.access.tokens import Principal
from shared.casework import joined
from shared.casework.timeline import Timeline, read_page
from shared.casework.whole import WholeCase, part_of
from shared.deadlines import sees_period
from shared.store.database import NamedRow

#: The names of sealed columns.
_SEALED: Final = frozenset(("steps", "code_word", "content"))

_ALERTS, _REASONS = Alert.__table__, AlertReason.__table__

WHOLE: Final = WholeCase(
    Case,
    {
        "recovery": part_of(Recovery),
        "urgent_needs": part_of(UrgentNeed),
        "services": part_of(Delivery),
        "assessments": part_of(Assessment),
        "assessment_shares": part_of(AssessmentShare),
        "measures": part_of(Measure),
        "safety_plans": part_of(SafetyPlan),
        "goals": part_of(Goal),
        "absences": part_of(Absence),
        "tasks": part_of(Task),
        "plans": part_of(SupportPlan),
        "counselling": part_of(Course),
        "counselling_pauses": part_of(Pause),
        "counselling_aims": part_of(Aim),
        "counselling_sessions": part_of(CounsellingSession),
        "counselling_requests": part_of(CounsellingRequest),
        "placements": part_of(Placement),
        "practical_help": part_of(PracticalHelp),
        "dependants": part_of(Dependant),
        "entitlements": part_of(Entitlement),
        "entitlement_proposals": part_of(EntitlementProposal),
        "transitions": part_of(Transition),
        "check_ins": part_of(CheckIn),
        # Their ids are derived from what raised them, so they are not in order of time.
        "alerts": replace(part_of(Alert), order=(_ALERTS.c.raised_at, _ALERTS.c.id)),
        "alert_reasons": replace(part_of(AlertReason), order=(_REASONS.c.said_at, _REASONS.c.id)),
        "alert_calls": part_of(AlertCall),
        "corrections": part_of(Correction),
    },
)

_TIMELINE: Final = Timeline("support", SupportFile, DATES)


def file_of(session: Session, case: UUID, sight: Sight = ALL) -> Answered:
    """Return the file with its parts as rows. Its view decides what a reader sees. Raises `NotFound`."""
    return _file_of(session, case, WHOLE.read(session, case), sight)


def _file_of(session: Session, case: UUID, rows: Mapping[str, Sequence[NamedRow]], sight: Sight) -> Answered:
    assessments = with_scores(session, case, rows["assessments"], rows["corrections"])
    return {
        **rows,
        "services": _seen_services(rows, sight),
        "recovery": recovery_from(rows["recovery"]),
        "assessments": shared_alone(assessments, _shares(rows), sight),
        "safety_plans": with_steps(session, case, rows["safety_plans"]),
        "entitlements": with_law(rows["entitlements"], rows["recovery"]),
        "entitlement_proposals": with_codes(rows["entitlement_proposals"]),
        "transitions": with_outcomes(rows["transitions"]),
        "counselling_aims": with_words(session, case, rows["counselling_aims"]),
        "goals": with_content(session, case, rows["goals"]),
        "measures": with_results(session, case, rows["measures"], rows["corrections"]),
        "corrections": _unsealed(without_answers(without_scores(rows["corrections"]))),
    }


def read_case(session: Session, case: UUID, sight: Sight, now: datetime, *, by: Principal) -> tuple[Answered, int]:
    """Return a case's support, as far as the reader's role sees it.

    It has what the reader sees of the person's other cases. Raises `NotFound`.
    """
    rows, is_joined = WHOLE.read_joined(session, case)
    shown = _file_of(session, case, rows, sight)
    if not is_joined:
        return shown, shown["version"]
    sights = joined.sights(session, CASES, case, sight, now, by=by)
    periods = [*shown["recovery"]["periods"], *_recovery_beside(session, sights)]
    joined_file = {
        **shown,
        "recovery": {**shown["recovery"], "periods": periods},
        "alerts": [*shown["alerts"], *alerts_beside(session, case, sight, sights)],
        "alert_reasons": [*shown["alert_reasons"], *reasons_beside(session, sights)],
    }
    return joined_file, shown["version"]


def _recovery_beside(session: Session, sights: Mapping[UUID, Sight]) -> list[NamedRow]:
    rows = select(Recovery.__table__).where(Recovery.case_id.in_(sights)).order_by(Recovery.clock)
    periods = session.execute(rows).mappings()
    return [row for row in periods if is_recovery(row["code"]) and sees_period(sights[row["case_id"]], row["code"])]


def _seen_services(rows: Mapping[str, Sequence[NamedRow]], sight: Sight) -> Sequence[NamedRow]:
    """Return the services without those that come from records that the reader does not see."""
    hidden = {row["id"] for part, category in CATEGORIES.items() if not sight.has(category) for row in rows[part]}
    return [row for row in rows["services"] if row["record"] not in hidden]


def _shares(rows: Mapping[str, Sequence[NamedRow]]) -> Sequence[NamedRow]:
    """Return the current shares with agencies; none while staff are looking for the person."""
    looking = any(row["state"] in LOOKING and row["taken_back_at"] is None for row in rows["absences"])
    return () if looking else rows["assessment_shares"]


def _unsealed(corrected: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of a case's corrections without sealed values."""
    return [
        {**row, "was": row["was"] and {name: was for name, was in row["was"].items() if name not in _SEALED}}
        for row in corrected
    ]


def copy_of(session: Session, case: UUID) -> dict[str, object]:
    """Return everything that support stores about a case, with unsealed notes."""
    return {**file_of(session, case), "notes": NOTES.copied(session, case)}


def read_timeline(
    session: Session, case: UUID, query: Mapping[str, str], sight: Sight, now: datetime, *, by: Principal
) -> tuple[dict[str, Any], int]:
    """Return the dated entries of a case's file in four lanes, and its deadlines.

    Support has no deadlines. Raises `NotFound`.
    """
    file, version = read_case(session, case, sight, now, by=by)
    # A service that comes from a record has the entry of the record.
    file = {**file, "services": [row for row in file["services"] if row["record"] is None]}
    return _TIMELINE.body(file, sight, CASES.roles(session, case), read_page(query)), version
