"""A plan that was agreed with the person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.case.models import CASES
from services.support.plan import rules
from services.support.plan.models import SupportPlan
from services.support.plan.schemas import AgreePlan
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def agree_plan(session: Session, case: UUID, command: AgreePlan, now: datetime) -> tuple[UUID, int]:
    """Record a plan that was agreed with the person; return its id and the case's version. Raises `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    day = dated("agreed_on", command.agreed_on, today)
    rules.check_review(day, command.review_on)
    stored = command.stored(agreed_on=day)
    plan = SupportPlan(id=new_id(), case_id=case, **stored)
    session.add(plan)
    eventlog.record(session, case, [Announcement("plan.agreed", {"plan": plan.id, **stored})])
    return plan.id, locked_case.version
