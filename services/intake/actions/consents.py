"""Consents: granted per agency, purpose, data category and time, and withdrawn."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.records import record_of
from services.intake.actions.referrals import withdraw_uncovered
from services.intake.actions.today import local_today
from services.intake.models import Case, Consent, bump
from shared.access import exclusions
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.reference import profile


def give_consent(session: Session, now: datetime, case_id: UUID, by: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record a consent, explained by `by`: agency, purposes, data categories and end; return its id and the version."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    body.setdefault("granted_on", today)
    rules.consent_agency(body["agency"], profile(case.jurisdiction))
    rules.wanted(body["agency"], [exclusion.agency for exclusion in exclusions.of_case(session, case_id)])
    rules.consent(body, today)
    consent = Consent(case_id=case_id, explained_by=by, **body)
    session.add(consent)
    version = bump(session, case_id)
    payload = {name: value for name, value in body.items() if name != "checklist"}
    record(session, case_id, [Announcement("consent.granted", {"consent": consent.id, **payload})])
    return consent.id, version


def withdraw_consent(session: Session, now: datetime, case_id: UUID, consent_id: UUID, *, erase_requested: bool) -> int:
    """Record that a consent was withdrawn; the event informs every holder. Return the case's new version."""
    consent = record_of(session, Consent, case_id, consent_id)
    rules.withdraw(withdrawn=consent.withdrawn_on is not None)
    case = session.get_one(Case, case_id)
    consent.withdrawn_on = local_today(case.jurisdiction, now)
    consent.erase_requested = erase_requested
    version = bump(session, case_id)
    payload = {
        "consent": consent.id,
        "agency": consent.agency,
        "purposes": consent.purposes,
        "erase_requested": erase_requested,
        "withdrawn_on": consent.withdrawn_on,
    }
    record(session, case_id, [Announcement("consent.withdrawn", payload)])
    return withdraw_uncovered(session, now, case, consent.agency, consent.purposes) or version
