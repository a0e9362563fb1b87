"""Data that an agency received under a consent: before its withdrawal, and if the agency does not answer one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, or_, select
from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions.answers import listed_to
from services.intake.agencies.consent.actions.consents import same_consents, standing_consents, valid_consents
from services.intake.agencies.consent.actions.sharings import covered, untold_of
from services.intake.agencies.consent.models import Consent, WithdrawalAnswer
from services.intake.agencies.consent.rules import keeps
from services.intake.agencies.referral.models import Referral
from services.intake.facts.case.actions import record_of
from services.intake.facts.case.models import Case, current_version
from shared.access import agencies
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import dates
from shared.events.openings import of_a_referral
from shared.reference import profile

#: The longest list of unanswered withdrawals; the oldest come first.
MOST_UNANSWERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The data that an agency received under a consent, and whether it keeps them after a withdrawal.

    `still_covered`: the data that continue to reach it, by another consent or without one. `verify`: ask the agency.
    """

    agency: UUID
    data_categories: list[str]
    referrals: list[UUID]
    still_covered: list[str]
    keeps: str
    verify: bool


def preview_withdrawal(session: Session, case_id: UUID, consent_id: UUID, now: datetime) -> tuple[Shown, int]:
    """Return what the agency received under a consent, and whether it is known to keep that once withdrawn.

    The preview is for the person, so it omits a sharing without consent of which they were not informed. A count of
    what the agency received could reveal it. Raises `NotFound`.
    """
    consent, case = record_of(session, Consent, case_id, consent_id), session.get_one(Case, case_id)
    untold = untold_of(session, case_id)
    sent = [referral for referral in sent_on(session, consent) if (referral.agency, referral.purpose) not in untold]
    version = current_version(session, case_id)
    # control: H-AGENCY-12 counts-reveal-no-sharing
    shown = {"id": consent_id, "counts_deliveries": consent.agency not in {agency for agency, _purpose in untold}}
    if not sent:
        return {**shown, "holders": []}, version
    agency = agencies.find(session, consent.agency)
    holder = Holder(
        agency=consent.agency,
        data_categories=sorted({name for referral in sent for name in referral.data_categories}),
        referrals=[referral.id for referral in sent],
        still_covered=sorted(_still_covered(session, case, consent, untold, now)),
        keeps=keeps(None if agency is None else agency.authority, profile(case.jurisdiction)),
        # No profile has a source for the data that an agency keeps, so the caller has to ask the agency in any case.
        verify=True,
    )
    return {**shown, "holders": [holder]}, version


def unanswered_withdrawals(session: Session, days: int, now: datetime, *, by: Principal) -> list[Consent]:
    """List the withdrawals that the agency has left unanswered for `days` days, the oldest first.

    The reader sees the same cases as in `followed_withdrawals`.
    """
    # A set that is built once, because nearly every withdrawal was answered.
    answered = select(WithdrawalAnswer.consent_id).where(WithdrawalAnswer.taken_back_at.is_(None))
    late = (
        Consent.withdrawn_on <= (now - timedelta(days=days)).date(),
        Consent.taken_back_at.is_(None),
        Consent.id.not_in(answered),
    )
    is_asked = or_(Consent.erase_requested.is_(True), Consent.answer_due_on.is_not(None), _was_sent())
    withdrawn = select(Consent).where(*late, is_asked, *listed_to(by)).order_by(Consent.withdrawn_on, Consent.id)
    return list(session.scalars(withdrawn.limit(MOST_UNANSWERED)))


def _was_sent() -> ColumnElement[bool]:
    same = (Referral.case_id == Consent.case_id) & (Referral.agency == Consent.agency)
    return exists().where(same, Referral.sent_on.is_not(None), Referral.purpose == any_(Consent.purposes))


def sent_on(session: Session, consent: Consent) -> list[Referral]:
    """Return the referrals that an agency received under a consent."""
    to_agency = (Referral.case_id == consent.case_id) & (Referral.agency == consent.agency)
    sent = to_agency & Referral.purpose.in_(consent.purposes) & Referral.sent_on.is_not(None)
    return list(session.scalars(select(Referral).where(sent).order_by(Referral.id)))


def _still_covered(
    session: Session, case: Case, consent: Consent, untold: Collection[tuple[UUID, str]], now: datetime
) -> set[str]:
    today = dates.today(now, case.jurisdiction)
    ends = {same.id for same in same_consents(session, consent)}
    standing = valid_consents(session, case.id, standing_consents(session, case.id, today), today)
    others = [
        of_a_referral(purpose, other.data_categories)
        for other in standing
        if other.id not in ends and other.agency == consent.agency and not other.is_narrowed
        for purpose in sorted(set(other.purposes) & set(consent.purposes))
    ]
    without = [
        of_a_referral(purpose, categories)
        for purpose in consent.purposes
        if (consent.agency, purpose) not in untold
        for categories in covered(session, case.id, consent.agency, purpose, today)
    ]
    return {name for categories in (*others, *without) for name in categories}
