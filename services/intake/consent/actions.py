"""Actions about consents: load, decide, store, announce. None commits."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.case.models import Case, bump
from services.intake.case.rules import check_wanted
from services.intake.consent import rules
from services.intake.consent.models import Consent
from services.intake.consent.schemas import RecordConsent
from services.intake.person.actions import part
from services.intake.person.rules import agreed_as_adult
from shared.access import exclusions
from shared.access.tokens import Principal
from shared.casework import dates
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.reference import profile


def standing_consents(session: Session, case: UUID, today: date) -> list[Consent]:
    """Return a case's consents that are neither withdrawn nor past their last day."""
    query = select(Consent).where(Consent.case_id == case, Consent.withdrawn_on.is_(None), Consent.expires_on >= today)
    return list(session.execute(query).scalars())


def valid_consents(session: Session, case_id: UUID, consents: Iterable[Consent], today: date) -> list[Consent]:
    """Return the consents that count: none to an agency that the person excluded, nor for a child who is an adult now.

    An exclusion in one case beats a consent in another that is merged with it.
    """
    birth, excluded = part(session, case_id, "birth"), exclusions.agencies_of(session, case_id)
    return [
        consent
        for consent in consents
        if consent.agency not in excluded and agreed_as_adult(birth, consent.granted_on, today)
    ]


def record_consent(
    session: Session, case_id: UUID, command: RecordConsent, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Record a consent, explained by `by`: agency, purposes, data categories and end; return its id and the version."""
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    granted_on = command.granted_on or today
    rules.check_agency(command.agency, profile(case.jurisdiction))
    check_wanted(command.agency, [exclusion.agency for exclusion in exclusions.of_case(session, case_id)])
    rules.check_consent(
        purposes=command.purposes,
        checklist=command.checklist,
        granted_on=granted_on,
        expires_on=command.expires_on,
        today=today,
    )
    stored = command.stored(granted_on=granted_on)
    consent = Consent(case_id=case_id, explained_by=UUID(by.subject), **stored)
    session.add(consent)
    version = bump(session, case_id)
    payload = {name: value for name, value in stored.items() if name != "checklist"}
    record(session, case_id, [Announcement("consent.granted", {"consent": consent.id, **payload})])
    return consent.id, version
