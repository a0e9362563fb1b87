"""What a worker does with the person: a service, an assessment, a plan. Open to a closed case too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.support import rules
from services.support.actions.cases import sealed_scores
from services.support.models import CASES, Assessment, Delivery, SupportPlan, UrgentNeed
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def deliver_service(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record a service, and the urgent need that it meets; return its id and the case's version."""
    locked_case, today = CASES.begin_change(session, case, now)
    day = dated("delivered_on", body.get("delivered_on"), today)
    delivery = Delivery(
        id=new_id(), case_id=case, service_type=body["service_type"], urgent=body["urgent"], delivered_on=day
    )
    session.add(delivery)
    waiting = (
        (UrgentNeed.case_id == case)
        & (UrgentNeed.service_type == delivery.service_type)
        & UrgentNeed.met_on.is_(None)
        & (UrgentNeed.noted_on <= day)
    )
    met = session.execute(update(UrgentNeed).where(waiting).values(met_on=day).returning(UrgentNeed.service_type)).all()
    announced = {
        "service": delivery.id,
        "service_type": delivery.service_type,
        "urgent": delivery.urgent,
        "delivered_on": day,
        "met_urgent_need": bool(met),
    }
    eventlog.record(session, case, [Announcement("service.delivered", announced)])
    return delivery.id, locked_case.version


def complete_assessment(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record an assessment; its scores stay here, its finding is announced."""
    locked_case, today = CASES.begin_change(session, case, now)
    day = dated("assessed_on", body.get("assessed_on"), today)
    domains = {name: rules.Scores(**scores) for name, scores in body["domains"].items()}
    finding = rules.assess(domains, day)
    assessment_id = new_id()
    assessment = Assessment(
        id=assessment_id,
        case_id=case,
        type=body["type"],
        scores=sealed_scores(session, case, assessment_id, body["domains"]),
        overall_risk=finding.overall_risk,
        high_domains=list(finding.high_domains),
        assessed_on=day,
        reassess_on=finding.reassess_on,
    )
    session.add(assessment)
    eventlog.record(session, case, [rules.assessment_completed(assessment.id, assessment.type, day, finding)])
    return assessment.id, locked_case.version


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
