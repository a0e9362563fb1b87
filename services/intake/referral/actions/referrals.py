"""Referrals: from other agencies, and to them, until the person has arrived or the referral has come back."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.case.actions import record_of
from services.intake.case.models import Case, TeamMember, bump, lock
from services.intake.case.rules import check_wanted
from services.intake.consent.rules import check_agency
from services.intake.referral import rules
from services.intake.referral.actions.packages import covered_today, freeze_package
from services.intake.referral.models import Referral, ReferralIn
from services.intake.referral.schemas import DraftReferral, RecordReferralIn, TakeReferralStep
from shared.access import exclusions
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.refusals import StepForbidden
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.reference import profile
from shared.reference.periods import start_of_day

#: The name of the timer of a referral that waits for an answer.
EXPIRY: Final = "referral.expiry"
_NO_DETAILS: Final = rules.StepDetails()


def record_referral_in(session: Session, case_id: UUID, command: RecordReferralIn, now: datetime) -> tuple[UUID, int]:
    """Record that another agency referred the person to us. Raises `FactRefused`."""
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    received_on = command.received_on or today
    dates.not_in_future("received_on", received_on, today)
    stored = command.stored(received_on=received_on)
    referral_in = ReferralIn(case_id=case_id, **stored)
    session.add(referral_in)
    version = bump(session, case_id)
    payload = {name: value for name, value in stored.items() if name != "reason"}
    record(session, case_id, [Announcement("referral_in.recorded", {"referral": referral_in.id, **payload})])
    return referral_in.id, version


def draft_referral(
    session: Session, case_id: UUID, command: DraftReferral, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Draft a referral; no event is emitted until it is sent. Raises `FactRefused`."""
    case = session.get_one(Case, case_id)
    check_agency(command.agency, profile(case.jurisdiction))
    _check_wanted(session, case_id, command.agency)
    rules.check_answer_by(command.reply_by, dates.today(now, case.jurisdiction))
    referral = Referral(case_id=case_id, state=rules.DRAFT, made_by=UUID(by.subject), conditions=[], **command.stored())
    session.add(referral)
    version = bump(session, case_id)
    return referral.id, version


def take_referral_step(
    session: Session, case_id: UUID, referral_id: UUID, command: TakeReferralStep, now: datetime
) -> int:
    """Apply a step to a referral; return the case's new version. Raises `NotFound`, `StepForbidden`, `FactRefused`."""
    referral = record_of(session, Referral, case_id, referral_id)
    case = session.get_one(Case, case_id)
    details = rules.StepDetails(
        reply_by=command.reply_by, reason=command.reason, outcome=command.outcome, conditions=command.conditions
    )
    return _take(session, case, referral, command.step, details, now)


def withdraw_uncovered(
    session: Session, case: Case, agency: str, purposes: Collection[str] | None, now: datetime
) -> int | None:
    """Withdraw an agency's referrals, for these purposes (or any), that no consent and no sharing covers any more.

    Nothing covers a referral to an agency that the person excluded. Return the case's new version, or None if nothing
    was withdrawn.
    """
    version = None
    same = (
        (Referral.case_id == case.id)
        & (Referral.agency == agency)
        & Referral.state.in_(rules.UNDER_WAY | {rules.ARRIVED})
    )
    if purposes is not None:
        same &= Referral.purpose.in_(purposes)
    for referral in session.execute(select(Referral).where(same).order_by(Referral.id)).scalars():
        try:
            _check_wanted(session, case.id, agency)
            _check_consent(session, case, referral, now)
        except StepForbidden:
            version = _take(session, case, referral, "withdraw", _NO_DETAILS, now)
    return version


def _expire(session: Session, timer: Timer, now: datetime) -> None:
    referral_id = timer.owner
    case_id = session.execute(select(Referral.case_id).where(Referral.id == referral_id)).scalar_one()
    lock(session, case_id)
    referral, case = session.get_one(Referral, referral_id), session.get_one(Case, case_id)
    if referral.state in rules.WAITING and _expires_at(case, referral) <= now:
        _take(session, case, referral, "expire", _NO_DETAILS, now)


ON_TIMER: Final[timers.Handlers] = {EXPIRY: _expire}


def _take(
    session: Session, case: Case, referral: Referral, name: str, details: rules.StepDetails, now: datetime
) -> int:
    today, before = dates.today(now, case.jurisdiction), referral.state
    state = rules.step(before, name, details, today)
    if name == "send":
        rules.check_answer_by(referral.reply_by, today)
        _check_wanted(session, case.id, referral.agency)
        _check_consent(session, case, referral, now)
        referral.sent_on = today
        freeze_package(session, referral, today)
    referral.state = state
    for field, detail in details.stated().items():
        setattr(referral, field, detail)
    if state in rules.COMES_BACK:
        referral.returned_to = _lead(session, case.id) or referral.made_by
    _set_timer(session, case, referral)
    version = bump(session, case.id)
    record(session, case.id, rules.announced(referral.id, before, name, details, _event_fields(referral)))
    return version


def _set_timer(session: Session, case: Case, referral: Referral) -> None:
    timers.cancel(session, referral.id)
    if referral.state in rules.WAITING:
        timers.schedule(session, referral.id, EXPIRY, _expires_at(case, referral))


def _expires_at(case: Case, referral: Referral) -> datetime:
    """Return the end of the last day for an answer, in the time zone of the case's jurisdiction."""
    return start_of_day(referral.reply_by + timedelta(days=1), profile(case.jurisdiction).timezone)


def _check_wanted(session: Session, case: UUID, agency: str) -> None:
    check_wanted(agency, [exclusion.agency for exclusion in exclusions.of_case(session, case)])


def _check_consent(session: Session, case: Case, referral: Referral, now: datetime) -> None:
    today = dates.today(now, case.jurisdiction)
    rules.check_shared(referral.data_categories, covered_today(session, referral, today))


def _lead(session: Session, case: UUID) -> UUID | None:
    leads = select(TeamMember.member).where(TeamMember.case_id == case, TeamMember.lead)
    return session.execute(leads.order_by(TeamMember.member).limit(1)).scalar_one_or_none()


def _event_fields(referral: Referral) -> dict[str, object]:
    names = ("agency", "purpose", "service_types", "data_categories", "urgent", "reply_by", "returned_to")
    return {name: getattr(referral, name) for name in names}


def referral_states(session: Session, case: UUID) -> Iterable[str]:
    """Return the states of a case's referrals."""
    return session.execute(select(Referral.state).where(Referral.case_id == case)).scalars()
