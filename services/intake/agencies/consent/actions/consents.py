"""Record and check consents, and find the valid consents before data is sent to an agency."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.agencies.consent import rules
from services.intake.agencies.consent.actions.agencies import check_takes_part
from services.intake.agencies.consent.hooks import WIDENED, Coverage
from services.intake.agencies.consent.models import Consent
from services.intake.agencies.consent.schemas import RecordConsent
from services.intake.facts.case.actions import alike, announce, recorded
from services.intake.facts.case.models import Case, bump
from services.intake.facts.case.rules import check_wanted
from services.intake.facts.person.actions import part
from services.intake.facts.person.rules import agreed_as_adult
from shared.access import exclusions
from shared.access.tokens import Principal
from shared.casework import dates, times
from shared.events.envelope import Announcement
from shared.http import Created
from shared.reference import profile

_STATED: Final = ("agency", "purposes", "data_categories")


def standing_consents(session: Session, case: UUID, today: date) -> list[Consent]:
    """Return a case's consents that are not withdrawn, not taken back, and not past their last day."""
    stands = (Consent.withdrawn_on.is_(None), Consent.taken_back_at.is_(None), Consent.expires_on >= today)
    return list(session.execute(select(Consent).where(Consent.case_id == case, *stands)).scalars())


def valid_consents(session: Session, case_id: UUID, consents: Iterable[Consent], today: date) -> list[Consent]:
    """Return the valid consents: not to an agency that the person excluded, nor given for a child who is an adult now.

    An exclusion in one case overrides a consent in a case that is merged with it.
    """
    birth, excluded = part(session, case_id, "birth"), exclusions.agencies_of(session, case_id)
    return [
        consent
        for consent in consents
        if consent.agency not in excluded and agreed_as_adult(birth, consent.granted_on, today)
    ]


def record_consent(session: Session, case_id: UUID, command: RecordConsent, now: datetime, *, by: Principal) -> Created:
    """Record a consent, and send the referrals that waited for it.

    `by` explained it to the person. Raises `FactRefused`, `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.granted_on, field="granted_on"
    )
    stored = command.stored(granted_on=when.day)
    stored |= named(stored)
    check_takes_part(session, command.agency)
    check(session, case, stored, today=dates.today(now, case.jurisdiction))
    said = {name: stored[name] for name in (*_STATED, "expires_on", *rules.NAMES)} | {"withdrawn_on": None}
    earlier = alike(session, Consent, case_id, said, when, day="granted_on")
    consent = Consent(case_id=case_id, explained_by=UUID(by.subject), alike=earlier, **stored | recorded(when, now, by))
    session.add(consent)
    bump(session, case_id)
    announce(session, case_id, [granted(consent)])
    WIDENED.announce(session, Coverage(case, consent.agency, now))
    return Created(consent.id, earlier)


def named(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a consent names; null for an empty list, which names nothing."""
    return {name: stated[name] or None for name in rules.NAMES if name in stated}


def check(session: Session, case: Case, stored: Mapping[str, Any], *, today: date) -> None:
    """Check the stated fields of a consent or of its correction. Raises `FactRefused`, `StepForbidden`."""
    check_wanted(stored["agency"], [exclusion.agency for exclusion in exclusions.of_case(session, case.id)])
    rules.check_consent(
        purposes=stored["purposes"],
        checklist=stored["checklist"],
        granted_on=stored["granted_on"],
        expires_on=stored["expires_on"],
        today=today,
    )
    rules.check_named(
        purposes=stored["purposes"],
        remedies=stored["only_remedies"],
        stages=stored["only_stages"],
        profile=profile(case.jurisdiction),
    )


def granted(consent: Consent) -> Announcement:
    """Return the event of a valid consent, with its current fields."""
    payload = {name: getattr(consent, name) for name in (*_STATED, "language", "granted_on", "expires_on")}
    names = {name: getattr(consent, name) for name in rules.NAMES if getattr(consent, name)}
    if names:
        return Announcement("consent.granted_in_part", {"consent": consent.id, **payload, **names})
    return Announcement("consent.granted", {"consent": consent.id, **payload}, rules.NAMED_BY_ID)


def same_consents(session: Session, consent: Consent) -> list[Consent]:
    """Return a consent and the valid consents that are alike. They are withdrawn together."""
    first = consent.alike or consent.id
    same = (Consent.id == first) | (Consent.alike == first)
    stands = Consent.withdrawn_on.is_(None) & Consent.taken_back_at.is_(None)
    query = select(Consent).where(Consent.case_id == consent.case_id, same, stands, Consent.id != consent.id)
    return [consent, *session.scalars(query.order_by(Consent.id))]
