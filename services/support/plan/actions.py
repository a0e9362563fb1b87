"""A plan that was agreed with the person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.case.models import CASES
from services.support.plan import rules
from services.support.plan.models import SupportPlan
from shared.casework.cases import rows_of, shown
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog

_SHOWN: Final = ("id", "goal_types", "review_on", "person_has_copy", "agreed_on")


def agree_plan(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record a plan that was agreed with the person."""
    locked_case, today = CASES.begin_change(session, case, now)
    day = dated("agreed_on", body.get("agreed_on"), today)
    rules.check_review(day, body.get("review_on"))
    plan_fields = {
        "goal_types": body["goal_types"],
        "review_on": body.get("review_on"),
        "person_has_copy": body["person_has_copy"],
        "agreed_on": day,
    }
    plan = SupportPlan(id=new_id(), case_id=case, **plan_fields)
    session.add(plan)
    eventlog.record(session, case, [Announcement("plan.agreed", {"plan": plan.id, **plan_fields})])
    return plan.id, locked_case.version


def plans_of(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Return a case's plans as they are shown, oldest first."""
    return [shown(plan, *_SHOWN) for plan in rows_of(session, SupportPlan, case)]
