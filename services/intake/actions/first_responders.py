"""First responders of a case: requests to them, and their answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.actions.coming_of_age import age_of
from services.intake.actions.identification import agencies_consented_to
from services.intake.actions.records import record_of
from services.intake.actions.today import local_today
from services.intake.models import Case, FirstResponder, bump
from services.intake.rules import first_responders
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.reference import profile


def ask(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record that a body is asked to put the case to the authority. Raises `FactRefused`, `StepForbidden`."""
    case = session.get_one(Case, case_id)
    law, today = profile(case.jurisdiction), local_today(case.jurisdiction, now)
    states = session.execute(select(FirstResponder.state).where(FirstResponder.case_id == case_id)).scalars().all()
    needed = law.consent.needed(age_of(session, case, today), able=body["can_decide"])
    consented = not needed or bool(agencies_consented_to(session, case_id, law.consent.purpose, today))
    first_responders.ask(law, body["body"], states, today, consented=consented)
    first_responder = FirstResponder(
        id=new_id(), case_id=case_id, body=body["body"], state=first_responders.ASKED, asked_on=today
    )
    session.add(first_responder)
    version = bump(session, case_id)
    payload = {"first_responder": first_responder.id, "body": first_responder.body, "asked_on": today}
    record(session, case_id, [Announcement("first_responder.asked", payload)])
    return first_responder.id, version


def answer(session: Session, now: datetime, case_id: UUID, first_responder_id: UUID, body: dict[str, Any]) -> int:
    """Record what a first responder answered; return the case's new version.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    first_responder = record_of(session, FirstResponder, case_id, first_responder_id)
    first_responder.state = first_responders.answer(first_responder.state, body["answer"], body["reason"])
    first_responder.reason = body["reason"]
    first_responder.answered_on = local_today(session.get_one(Case, case_id).jurisdiction, now)
    version = bump(session, case_id)
    payload: dict[str, Any] = {
        "first_responder": first_responder_id,
        "body": first_responder.body,
        "answered_on": first_responder.answered_on,
    }
    if first_responder.state == first_responders.DECLINED:
        payload["reason"] = first_responder.reason
    record(session, case_id, [Announcement(f"first_responder.{first_responder.state}", payload)])
    return version
