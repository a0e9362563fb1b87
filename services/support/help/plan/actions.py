"""Record and correct support plans."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.cases.case.actions import begin_change
from services.support.help.plan import rules
from services.support.help.plan.events import PlanAgreed
from services.support.help.plan.models import SupportPlan
from services.support.help.plan.schemas import AgreePlan, CorrectPlan
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.cases import one
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.http import Created


def agree_plan(session: Session, case: UUID, command: AgreePlan, now: datetime, *, by: Principal) -> Created:
    """Record a support plan that was agreed with the person.

    Return its id and that of an earlier one that says the same. Raises `FactRefused`.
    """
    change = begin_change(session, case, now, by)
    stored = change.recorded(command, "agreed_on")
    rules.check_review(stored["agreed_on"], command.review_on)
    plan = SupportPlan(id=new_id(), case_id=case, **stored)
    session.add(plan)
    alike = change.alike(plan, "agreed_on", ("goal_types", "review_on"))
    eventlog.record(session, case, [_announcement(plan)])
    return Created(plan.id, alike)


def correct_plan(
    session: Session, case: UUID, plan_id: UUID, command: CorrectPlan, now: datetime, *, by: Principal
) -> UUID:
    """Put a plan right, or take it back; what it said before is kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    change = begin_change(session, case, now, by)
    plan = one(session, SupportPlan, case, plan_id)
    day = change.corrected_day("agreed_on", plan, command)
    rules.check_review(day, command.review_on or plan.review_on)
    corrected = change.put_right(plan, "plan", command, agreed_on=day)
    announced = [] if corrected.takes_back else [_announcement(plan)]
    eventlog.record(session, case, [corrected.announcement, *announced])
    return corrected.id


def _announcement(plan: SupportPlan) -> Announcement:
    return Announcement("plan.agreed", shown(plan, PlanAgreed, plan=plan.id))
