"""The work list, from one query, and the latest risk that support announced."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from services.intake.case.models import Case, TeamMember
from services.intake.case.rules import OPEN, SEEN_BY
from services.intake.identification.models import IdentificationStep, StepCorrection
from services.intake.merging.models import CaseMerge
from services.intake.referral.models import Referral
from services.intake.referral.rules import COMES_BACK, WAITING
from services.intake.work import rules
from services.intake.work.models import HeardRisk
from shared.access.case_restrictions import restrictions
from shared.access.exclusions import exclusions
from shared.access.permissions import FieldClass, Relation, permits
from shared.access.tokens import Principal
from shared.casework import dates
from shared.deadlines import clocks
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable


def project_risk(session: Session, events: Sequence[Received]) -> None:
    """Store the latest overall risk that support announced."""
    latest = {received.subject: received for received in events}
    rows = [
        {"case_id": case, "overall_risk": received.data["overall_risk"], "position": received.event.position}
        for case, received in latest.items()
    ]
    row = insert(HeardRisk)
    newer = {"overall_risk": row.excluded.overall_risk, "position": row.excluded.position}
    session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=newer), rows)


def work_list(
    session: Session, after: rules.Place | None, limit: int, now: datetime, *, by: Principal
) -> dict[str, Any]:
    """List the open cases on whose team the principal is, the most overdue first, then the riskiest.

    For a principal who may not see health, the risk is neither shown nor part of the order or the cursor.
    """
    sees_risk = permits(SEEN_BY, FieldClass.HEALTH.value, by, Relation.TEAM)
    rows = session.execute(_mine(UUID(by.subject), after, sees_risk=sees_risk).limit(limit + 1)).all()
    shown = [_shown(row, now) | ({"overall_risk": row.overall_risk} if sees_risk else {}) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    risk = last.overall_risk if last is not None and sees_risk else None
    return {"cases": shown, "next": last and rules.place(last.due_on, risk, last.id).written()}


def _shown(row: Any, now: datetime) -> dict[str, Any]:
    return {
        "case": row.id,
        "jurisdiction": row.jurisdiction,
        "opened_on": row.opened_on,
        "lead": row.lead,
        "due_on": row.due_on,
        "days_late": rules.days_late(row.due_on, dates.today(now, row.jurisdiction)),
        "clock_due_on": row.clock_due_on,
        "answer_due_on": row.answer_due_on,
        "came_back_on": row.came_back_on,
        "alias_of": row.alias_of,
    }


def _mine(member: UUID, after: rules.Place | None, *, sees_risk: bool) -> Select[Any]:
    clock, answer, back = _clock_due(), _answer_due(), _came_back(member)
    cases = (
        select(
            Case.id,
            Case.jurisdiction,
            Case.opened_on,
            TeamMember.lead,
            HeardRisk.overall_risk,
            clock.label("clock_due_on"),
            answer.label("answer_due_on"),
            back.label("came_back_on"),
            _alias_of(member).label("alias_of"),
            func.least(clock, answer, back).label("due_on"),
            (_ease() if sees_risk else literal(-rules.NOT_ASSESSED)).label("ease"),
        )
        .join_from(TeamMember, Case)
        .outerjoin(HeardRisk, HeardRisk.case_id == Case.id)
        .where(TeamMember.member == member, Case.status == OPEN, ~_excluded(member), ~_restricted())
        .subquery()
    )
    order = (func.coalesce(cases.c.due_on, literal(rules.NEVER)), cases.c.ease, cases.c.id)
    listed = select(cases).order_by(*order)
    if after is not None:
        listed = listed.where(tuple_(*order) > tuple_(literal(after.due_on), literal(after.ease), literal(after.case)))
    return listed


def _ease() -> ColumnElement[int]:
    eases: dict[Any, Any] = {risk: -rank for risk, rank in rules.RANKS.items()}
    return case(eases, value=HeardRisk.overall_risk, else_=-rules.NOT_ASSESSED)


def _excluded(member: UUID, case: Any = Case.id) -> ColumnElement[bool]:
    return exists().where(exclusions.c.case_id == case, exclusions.c.member == member)


def _restricted(case: Any = Case.id) -> ColumnElement[bool]:
    return exists().where(restrictions.c.case_id == case)


def _alias_of(member: UUID) -> ColumnElement[Any]:
    """Select the case that this one is an alias of, if the member is on the team of both."""
    kept_id, team = CaseMerge.kept_id, aliased(TeamMember)
    on_team = exists().where(team.case_id == kept_id, team.member == member)
    return (
        select(kept_id)
        .where(CaseMerge.alias_id == Case.id, CaseMerge.unmerged_on.is_(None))
        .where(on_team, ~_excluded(member, kept_id), ~_restricted(kept_id))
        .correlate(Case)
        .scalar_subquery()
    )


def _clock_due() -> ColumnElement[Any]:
    """Select the earliest due day of a clock that runs, or that was missed without a step since."""
    wrong = exists().where(StepCorrection.step == IdentificationStep.id)
    standing_steps = (IdentificationStep.case_id == Case.id) & ~wrong
    followed = exists().where(standing_steps, IdentificationStep.received_on >= clocks.c.due_on)
    late = (clocks.c.state == "missed") & ~followed
    return (
        select(func.min(clocks.c.due_on))
        .where(clocks.c.subject == Case.id, (clocks.c.state == "running") | late)
        .correlate(Case)
        .scalar_subquery()
    )


def _answer_due() -> ColumnElement[Any]:
    waiting = select(func.min(Referral.reply_by)).where(Referral.case_id == Case.id, Referral.state.in_(WAITING))
    return waiting.correlate(Case).scalar_subquery()


def _came_back(member: UUID) -> ColumnElement[Any]:
    """Select the earliest day of a referral that came back to the member and has not been replaced."""
    later = aliased(Referral)
    replaced = exists().where(later.case_id == Referral.case_id, later.id > Referral.id)
    back = select(func.min(Referral.reply_by)).where(
        Referral.case_id == Case.id,
        Referral.state.in_(COMES_BACK),
        Referral.returned_to == member,
        ~replaced,
    )
    return back.correlate(Case).scalar_subquery()


PROJECTIONS: Final = (
    Projection(
        "heard_risks", frozenset({"support.assessment.completed"}), project_risk, (ReadModelTable("heard_risks"),)
    ),
)
