"""Withdraw consents: at the person's request, and all those to an agency that the person excludes."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.consent import rules
from services.intake.agencies.consent.actions.consents import same_consents, standing_consents
from services.intake.agencies.consent.actions.coverage import narrow
from services.intake.agencies.consent.hooks import WITHDRAWN
from services.intake.agencies.consent.models import Consent
from services.intake.agencies.consent.schemas import WithdrawConsent
from services.intake.facts.case.actions import announce, record_of
from services.intake.facts.case.models import Case
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import dates, times
from shared.events.envelope import Announcement


def withdraw_consent(
    session: Session, case_id: UUID, consent_id: UUID, command: WithdrawConsent, now: datetime, *, by: Principal
) -> Shown:
    """Record that a consent was withdrawn.

    It may have been withdrawn days ago. The event informs every holder. Consents that are alike are withdrawn with it.
    The withdrawal applies from its own day, not from the day on which
    it is recorded. Raises `StepForbidden`, `FactRefused`.
    """
    consent, case = record_of(session, Consent, case_id, consent_id), session.get_one(Case, case_id)
    rules.check_not_withdrawn(withdrawn=consent.withdrawn_on is not None, taken_back=consent.taken_back_at is not None)
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.withdrawn_on, field="withdrawn_on"
    )
    granted = times.of_record(consent.happened, consent.granted_on, case.jurisdiction)
    rules.check_after_consent(comes_before=when.moment.surely_before(granted) or when.day < consent.granted_on)
    for same in same_consents(session, consent):
        _withdraw(session, same, when.day, erase_requested=command.erase_requested)
        same.withdrawal_happened, same.withdrawal_learnt = when.happened, when.learnt
        same.withdrawal_recorded_at, same.withdrawal_recorded_by = now, UUID(by.subject)
        narrow(session, case, same.agency, same.purposes, now)
    return {"id": consent_id, "withdrawn": True}


def end_consents(session: Session, case: Case, agency: UUID, now: datetime) -> None:
    """Withdraw all valid consents to an agency that the person excludes."""
    today = dates.today(now, case.jurisdiction)
    for consent in standing_consents(session, case.id, today):
        if consent.agency == agency:
            _withdraw(session, consent, today, erase_requested=False)
            consent.withdrawal_recorded_at = now
            narrow(session, case, agency, consent.purposes, now)


def _withdraw(session: Session, consent: Consent, day: date, *, erase_requested: bool | None) -> None:
    consent.withdrawn_on, consent.erase_requested = day, erase_requested
    consent.answer_due_on = rules.answer_due(day) if erase_requested else None
    session.flush()
    WITHDRAWN.announce(session, consent)
    announce(session, consent.case_id, [withdrawn(consent, consent.agency, consent.purposes, day)])


def withdrawn(consent: Consent, agency: UUID, purposes: Collection[str], day: date) -> Announcement:
    """Return the event that ends an agency's access to a consent's data for these purposes."""
    payload = {
        "consent": consent.id,
        "agency": agency,
        "purposes": list(purposes),
        # The event has no null. It asks for deletion only if the person did.
        "erase_requested": bool(consent.erase_requested),
        "withdrawn_on": day,
        # An agency that is notified had received data of the person or a referral. It reports what it did with it.
        "answer_by": rules.answer_due(day),
    }
    return Announcement("consent.withdrawn", payload, rules.NAMED_BY_ID)
