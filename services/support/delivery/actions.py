"""A service, and the urgent need that it meets. Open to a closed case too."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.support.case.models import CASES
from services.support.delivery import rules
from services.support.delivery.models import Delivery, UrgentNeed
from services.support.delivery.schemas import DeliverService
from shared.casework.dates import dated
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.exchange.follower import Reaction


def deliver_service(session: Session, case: UUID, command: DeliverService, now: datetime) -> tuple[UUID, int]:
    """Record a service, and the urgent need that it meets; return its id and the case's version."""
    locked_case, today = CASES.begin_change(session, case, now)
    day = dated("delivered_on", command.delivered_on, today)
    stored = command.stored(delivered_on=day)
    delivery = Delivery(id=new_id(), case_id=case, **stored)
    session.add(delivery)
    waiting = (
        (UrgentNeed.case_id == case)
        & (UrgentNeed.service_type == delivery.service_type)
        & UrgentNeed.met_on.is_(None)
        & (UrgentNeed.noted_on <= day)
    )
    met = session.execute(update(UrgentNeed).where(waiting).values(met_on=day).returning(UrgentNeed.service_type)).all()
    announced = {"service": delivery.id, **stored, "met_urgent_need": bool(met)}
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


REACTIONS: Final = (Reaction("urgent_needs", "intake.contact.opened", note_urgent_needs),)
