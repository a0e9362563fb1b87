"""A service, and the urgent need that it meets. Open to a closed case too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.support.case.models import CASES
from services.support.delivery import rules
from services.support.delivery.models import Delivery, UrgentNeed
from shared.casework.cases import rows_of, shown
from shared.casework.dates import dated
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.exchange.follower import Reaction


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


def note_urgent_needs(session: Session, received: Received) -> None:
    """Record the urgent needs of the first contact."""
    needs = received.data["urgent_needs"]
    if not needs:
        return
    case = received.subject
    CASES.lock(session, case)
    noted_on = received.data["opened_on"]
    rows = [{"case_id": case, "service_type": need, "noted_on": noted_on} for need in needs]
    session.execute(insert(UrgentNeed).values(rows).on_conflict_do_nothing())
    eventlog.record(session, case, [rules.urgent_need_noted(needs)])


def urgent_needs_of(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Return a case's urgent needs as they are shown."""
    return [shown(need, "service_type", "noted_on", "met_on") for need in rows_of(session, UrgentNeed, case)]


def services_of(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Return the services that were given, oldest first."""
    deliveries = rows_of(session, Delivery, case)
    return [shown(delivery, "id", "service_type", "urgent", "delivered_on") for delivery in deliveries]


REACTIONS: Final = (Reaction("urgent_needs", "intake.contact.opened", note_urgent_needs),)
