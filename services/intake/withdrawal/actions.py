"""Withdrawals of consent and reversed sharings: their preview, their effect on referrals, and the agency's answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, or_, select
from sqlalchemy.orm import Session

from services.intake.case.actions import record_of
from services.intake.case.models import Case, bump, relations
from services.intake.case.rules import OFFICER
from services.intake.consent.actions import standing_consents, valid_consents
from services.intake.consent.models import Consent
from services.intake.referral.actions import withdraw_uncovered
from services.intake.referral.models import Referral
from services.intake.sharing.actions import covered, decide, untold_of
from services.intake.sharing.models import Sharing
from services.intake.withdrawal import rules
from services.intake.withdrawal.models import WithdrawalAnswer
from services.intake.withdrawal.schemas import AnswerWithdrawal
from shared.access.permissions import Relation
from shared.access.tokens import Principal
from shared.casework import dates
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.reference import profile

#: The longest list of unanswered withdrawals; the oldest come first.
MOST_UNANSWERED = 200
_PARTS = (Relation.TEAM, Relation.SUPERVISOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What an agency received under a consent, and whether it keeps that once the consent is withdrawn.

    `still_covered`: what continues to reach it, by another consent or without one. `verify`: ask the agency.
    """

    agency: str
    data_categories: list[str]
    referrals: list[UUID]
    still_covered: list[str]
    keeps: str
    verify: bool


def withdraw_consent(session: Session, case_id: UUID, consent_id: UUID, now: datetime, *, erase_requested: bool) -> int:
    """Record that a consent was withdrawn; the event informs every holder. Return the case's new version."""
    consent = record_of(session, Consent, case_id, consent_id)
    rules.check_not_withdrawn(withdrawn=consent.withdrawn_on is not None)
    case = session.get_one(Case, case_id)
    consent.withdrawn_on = dates.today(now, case.jurisdiction)
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
    return withdraw_uncovered(session, case, consent.agency, consent.purposes, now) or version


def preview_withdrawal(session: Session, case_id: UUID, consent_id: UUID, now: datetime) -> list[Holder]:
    """Return what the agency received under a consent, and whether it will keep that, before the consent is withdrawn.

    The preview is for the person, so a sharing without consent that they were not informed of is left out.
    Raises `NotFound`.
    """
    consent, case = record_of(session, Consent, case_id, consent_id), session.get_one(Case, case_id)
    untold = untold_of(session, case_id)
    sent = [referral for referral in _sent_on(session, consent) if (referral.agency, referral.purpose) not in untold]
    if not sent:
        return []
    keeps = rules.keeps(consent.agency, profile(case.jurisdiction))
    return [
        Holder(
            agency=consent.agency,
            data_categories=sorted({name for referral in sent for name in referral.data_categories}),
            referrals=[referral.id for referral in sent],
            still_covered=sorted(_still_covered(session, case, consent, untold, now)),
            keeps=keeps,
            # No profile has a source for what an agency keeps, so that the caller has to ask the agency in any case.
            verify=True,
        )
    ]


def record_answer(
    session: Session, case_id: UUID, consent_id: UUID, command: AnswerWithdrawal, now: datetime
) -> tuple[UUID, int]:
    """Record what the agency answered. Raises `NotFound`, `StepForbidden`, `FactRefused`."""
    consent, case = record_of(session, Consent, case_id, consent_id), session.get_one(Case, case_id)
    before = session.scalars(select(WithdrawalAnswer.answer).where(WithdrawalAnswer.consent_id == consent_id)).all()
    is_withdrawn = consent.withdrawn_on is not None
    rules.check_answer(withdrawn=is_withdrawn, before=before, answer=command.answer, basis=command.basis)
    today = dates.today(now, case.jurisdiction)
    answered_on = command.answered_on or today
    dates.not_in_future("answered_on", answered_on, today)
    stored = command.stored(answered_on=answered_on)
    withdrawal_answer = WithdrawalAnswer(case_id=case_id, consent_id=consent_id, **stored)
    session.add(withdrawal_answer)
    version = bump(session, case_id)
    payload = {"consent": consent_id, "answer": command.answer, "basis": command.basis}
    record(session, case_id, [Announcement("consent.withdrawal_answered", payload)])
    return withdrawal_answer.id, version


def unanswered_withdrawals(session: Session, days: int, now: datetime, *, by: Principal) -> list[Consent]:
    """List the withdrawals that the agency has left unanswered for `days` days, the oldest first.

    A data-protection officer sees all but those of a person who excluded the officer; anybody else sees those of the
    cases whose team they are on or supervise.
    """
    answered = exists().where(WithdrawalAnswer.consent_id == Consent.id)
    late = (Consent.withdrawn_on <= (now - timedelta(days=days)).date(), ~answered)
    is_asked = or_(Consent.erase_requested.is_(True), _was_sent())
    withdrawn = session.scalars(select(Consent).where(*late, is_asked).order_by(Consent.withdrawn_on, Consent.id)).all()
    return _listed_to(session, by, withdrawn)[:MOST_UNANSWERED]


def _listed_to(session: Session, principal: Principal, withdrawn: Sequence[Consent]) -> list[Consent]:
    relation_by_case = relations(session, {consent.case_id for consent in withdrawn}, principal)
    if OFFICER in principal.roles:
        return [consent for consent in withdrawn if relation_by_case.get(consent.case_id) is not Relation.EXCLUDED]
    return [consent for consent in withdrawn if relation_by_case.get(consent.case_id) in _PARTS]


def _was_sent() -> ColumnElement[bool]:
    same = (Referral.case_id == Consent.case_id) & (Referral.agency == Consent.agency)
    return exists().where(same, Referral.sent_on.is_not(None), Referral.purpose == any_(Consent.purposes))


def _sent_on(session: Session, consent: Consent) -> list[Referral]:
    to_agency = (Referral.case_id == consent.case_id) & (Referral.agency == consent.agency)
    sent = to_agency & Referral.purpose.in_(consent.purposes) & Referral.sent_on.is_not(None)
    return list(session.scalars(select(Referral).where(sent).order_by(Referral.id)))


def _still_covered(
    session: Session, case: Case, consent: Consent, untold: Collection[tuple[str, str]], now: datetime
) -> set[str]:
    today = dates.today(now, case.jurisdiction)
    others = [
        other.data_categories
        for other in valid_consents(session, case.id, standing_consents(session, case.id, today), today)
        if other.id != consent.id and other.agency == consent.agency and set(other.purposes) & set(consent.purposes)
    ]
    without = [
        categories
        for purpose in consent.purposes
        if (consent.agency, purpose) not in untold
        for categories in covered(session, case.id, consent.agency, purpose, today)
    ]
    return {name for categories in (*others, *without) for name in categories}


def decide_sharing(
    session: Session, case_id: UUID, sharing_id: UUID, now: datetime, *, by: Principal, approves: bool
) -> int:
    """Decide on a sharing as a second person, and withdraw the referrals that nothing covers any more.

    Return the case's new version. Raises `NotFound`, `StepForbidden`.
    """
    version = decide(session, case_id, sharing_id, now, by=by, approves=approves)
    sharing = record_of(session, Sharing, case_id, sharing_id)
    if sharing.review_by is None:  # nothing went to the agency before this decision
        return version
    case = session.get_one(Case, case_id)
    return withdraw_uncovered(session, case, sharing.agency, [sharing.purpose], now) or version
