"""Withdrawals of consent and reversed sharings: their preview, their effect on referrals, and the agency's answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from services.intake.case.actions import alike, announce, record_of, recorded
from services.intake.case.models import Case, TeamMember, bump
from services.intake.case.rules import OFFICER
from services.intake.consent.actions import same_consents, standing_consents, valid_consents
from services.intake.consent.models import Consent
from services.intake.consent.rules import NAMED_BY_ID
from services.intake.referral.actions import withdraw_uncovered
from services.intake.referral.models import Referral
from services.intake.sharing.actions import covered, untold_of
from services.intake.withdrawal import rules
from services.intake.withdrawal.models import WithdrawalAnswer
from services.intake.withdrawal.schemas import AnswerWithdrawal, FollowedWithdrawal, GivenAnswer, WithdrawConsent
from shared.access import agencies
from shared.access.exclusions import excludes
from shared.access.supervisions import leads, supervisions
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework import dates, times
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.http import Created
from shared.reference import profile

#: The longest list of unanswered withdrawals; the oldest come first.
MOST_UNANSWERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What an agency received under a consent, and whether it keeps that once the consent is withdrawn.

    `still_covered`: what continues to reach it, by another consent or without one. `verify`: ask the agency.
    """

    agency: UUID
    data_categories: list[str]
    referrals: list[UUID]
    still_covered: list[str]
    keeps: str
    verify: bool


def withdraw_consent(
    session: Session, case_id: UUID, consent_id: UUID, command: WithdrawConsent, now: datetime, *, by: Principal
) -> int:
    """Record that a consent was withdrawn, perhaps days ago. The event informs every holder.

    Consents that are alike are withdrawn with it. The withdrawal applies from its own day, not from the day on which
    it is recorded. Return the case's new version. Raises `StepForbidden`, `FactRefused`.
    """
    consent, case = record_of(session, Consent, case_id, consent_id), session.get_one(Case, case_id)
    rules.check_not_withdrawn(withdrawn=consent.withdrawn_on is not None, taken_back=consent.taken_back_at is not None)
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.withdrawn_on, field="withdrawn_on"
    )
    granted = times.of_record(consent.happened, consent.granted_on, case.jurisdiction)
    rules.check_after_consent(comes_before=when.moment.surely_before(granted) or when.day < consent.granted_on)
    version = 0
    for same in same_consents(session, consent):
        _withdraw(session, same, when.day, erase_requested=command.erase_requested)
        same.withdrawal_happened, same.withdrawal_learnt = when.happened, when.learnt
        same.withdrawal_recorded_at, same.withdrawal_recorded_by = now, UUID(by.subject)
        version = withdraw_uncovered(session, case, same.agency, same.purposes, now) or bump(session, case_id)
    return version


def end_consents(session: Session, case: Case, agency: UUID, now: datetime) -> int | None:
    """Withdraw all valid consents to an agency that the person excludes. Return the version, None if there are none."""
    today, version = dates.today(now, case.jurisdiction), None
    for consent in standing_consents(session, case.id, today):
        if consent.agency == agency:
            _withdraw(session, consent, today, erase_requested=False)
            consent.withdrawal_recorded_at = now
            version = withdraw_uncovered(session, case, agency, consent.purposes, now) or bump(session, case.id)
    return version


def _withdraw(session: Session, consent: Consent, day: date, *, erase_requested: bool | None) -> None:
    consent.withdrawn_on, consent.erase_requested = day, erase_requested
    session.flush()
    is_asked = bool(erase_requested) or bool(_sent_on(session, consent))
    consent.answer_due_on = day + timedelta(days=rules.OVERDUE_DAYS) if is_asked else None
    announce(session, consent.case_id, [withdrawn(consent, consent.agency, consent.purposes, day)])


def withdrawn(consent: Consent, agency: UUID, purposes: Collection[str], day: date) -> Announcement:
    """Return the event that an agency may no longer receive data of a consent for these purposes."""
    payload = {
        "consent": consent.id,
        "agency": agency,
        "purposes": list(purposes),
        # The event has no null. It asks for deletion only if the person did.
        "erase_requested": bool(consent.erase_requested),
        "withdrawn_on": day,
        # An agency that is notified had received data of the person or a referral. It reports what it did with it.
        "answer_by": day + timedelta(days=rules.OVERDUE_DAYS),
    }
    return Announcement("consent.withdrawn", payload, NAMED_BY_ID)


def preview_withdrawal(session: Session, case_id: UUID, consent_id: UUID, now: datetime) -> list[Holder]:
    """Return what the agency received under a consent, and whether it will keep that, before the consent is withdrawn.

    The preview is for the person, so it omits a sharing without consent of which they were not informed.
    Raises `NotFound`.
    """
    consent, case = record_of(session, Consent, case_id, consent_id), session.get_one(Case, case_id)
    untold = untold_of(session, case_id)
    sent = [referral for referral in _sent_on(session, consent) if (referral.agency, referral.purpose) not in untold]
    if not sent:
        return []
    agency = agencies.find(session, consent.agency)
    keeps = rules.keeps(None if agency is None else agency.authority, profile(case.jurisdiction))
    return [
        Holder(
            agency=consent.agency,
            data_categories=sorted({name for referral in sent for name in referral.data_categories}),
            referrals=[referral.id for referral in sent],
            still_covered=sorted(_still_covered(session, case, consent, untold, now)),
            keeps=keeps,
            # No profile has a source for what an agency keeps, so the caller has to ask the agency in any case.
            verify=True,
        )
    ]


def record_answer(
    session: Session,
    case_id: UUID,
    consent_id: UUID,
    command: AnswerWithdrawal,
    now: datetime,
    *,
    by: Principal | None,
    report: UUID | None = None,
) -> Created:
    """Record what the agency did after a withdrawal of consent: deleted, stopped, or kept on a legal basis.

    `by` is None if the agency reports it itself, in `report`. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    consent, case = record_of(session, Consent, case_id, consent_id), session.get_one(Case, case_id)
    counts = (WithdrawalAnswer.consent_id == consent_id, WithdrawalAnswer.taken_back_at.is_(None))
    before = session.scalars(select(WithdrawalAnswer.answer).where(*counts)).all()
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.answered_on, field="answered_on"
    )
    said = {"consent_id": consent_id, "answer": command.answer, "basis": command.basis}
    earlier = alike(session, WithdrawalAnswer, case_id, said, when, day="answered_on")
    is_withdrawn = consent.withdrawn_on is not None
    # A repeated answer contradicts no earlier answer.
    others = before if earlier is None else ()
    rules.check_answer(withdrawn=is_withdrawn, before=others, answer=command.answer, basis=command.basis)
    stored = command.stored(answered_on=when.day) | recorded(when, now, by)
    awaited = {"due_on": consent.answer_due_on, "report": report}
    answer = WithdrawalAnswer(case_id=case_id, consent_id=consent_id, alike=earlier, **awaited, **stored)
    session.add(answer)
    consent.answer_due_on = None
    version = bump(session, case_id)
    record(session, case_id, [answered(answer)] if earlier is None else [])
    return Created(answer.id, version, earlier)


def answered(answer: WithdrawalAnswer) -> Announcement:
    """Return the event of an agency's answer, with its current fields."""
    payload = {"consent": answer.consent_id, "answer": answer.answer, "basis": answer.basis}
    return Announcement("consent.withdrawal_answered", payload)


def unanswered_withdrawals(session: Session, days: int, now: datetime, *, by: Principal) -> list[Consent]:
    """List the withdrawals that the agency has left unanswered for `days` days, the oldest first.

    A data protection officer sees all, except those of a person who excluded the officer. Other readers see those of
    the cases whose team they are on or supervise.
    """
    # A set that is built once, because nearly every withdrawal was answered.
    answered = select(WithdrawalAnswer.consent_id).where(WithdrawalAnswer.taken_back_at.is_(None))
    late = (
        Consent.withdrawn_on <= (now - timedelta(days=days)).date(),
        Consent.taken_back_at.is_(None),
        Consent.id.not_in(answered),
    )
    is_asked = or_(Consent.erase_requested.is_(True), Consent.answer_due_on.is_not(None), _was_sent())
    withdrawn = select(Consent).where(*late, is_asked, *_listed_to(by)).order_by(Consent.withdrawn_on, Consent.id)
    return list(session.scalars(withdrawn.limit(MOST_UNANSWERED)))


def await_answer(session: Session, consent: Consent) -> None:
    """Await the answer to a withdrawal of which the agency was notified, unless one is awaited or was given."""
    counts = (WithdrawalAnswer.consent_id == consent.id, WithdrawalAnswer.taken_back_at.is_(None))
    is_answered = session.scalar(select(WithdrawalAnswer.id).where(*counts).limit(1)) is not None
    if consent.withdrawn_on is not None and consent.answer_due_on is None and not is_answered:
        consent.answer_due_on = consent.withdrawn_on + timedelta(days=rules.OVERDUE_DAYS)
        bump(session, consent.case_id)


def followed_withdrawals(
    session: Session, after: tuple[date, UUID] | None, limit: int, *, by: Principal
) -> tuple[list[dict[str, object]], str | None]:
    """Return a page of withdrawals with their answers, the latest first, and the next page's cursor.

    The reader sees the same cases as in `unanswered_withdrawals`.
    """
    query = select(Consent).where(Consent.withdrawn_on.is_not(None), Consent.taken_back_at.is_(None), *_listed_to(by))
    if after is not None:
        query = query.where(tuple_(Consent.withdrawn_on, Consent.id) < tuple_(*after))
    latest = query.order_by(Consent.withdrawn_on.desc(), Consent.id.desc()).limit(limit + 1)
    rows = session.scalars(latest).all()
    answers = _answers_of(session, [row.id for row in rows[:limit]])
    listed = [shown(row, FollowedWithdrawal, answers=answers[row.id]) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return listed, None if last is None else f"{last.withdrawn_on}~{last.id}"


def _answers_of(session: Session, consents: Collection[UUID]) -> dict[UUID, list[dict[str, object]]]:
    standing = (WithdrawalAnswer.consent_id.in_(consents), WithdrawalAnswer.taken_back_at.is_(None))
    answers: dict[UUID, list[dict[str, object]]] = {consent: [] for consent in consents}
    for row in session.scalars(select(WithdrawalAnswer).where(*standing).order_by(WithdrawalAnswer.id)):
        answers[row.consent_id].append(shown(row, GivenAnswer, by_agency=row.report is not None))
    return answers


def _listed_to(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    reader = UUID(principal.subject)
    shown = ~excludes(Consent.__table__.c.case_id, reader)
    if OFFICER in principal.roles:
        return (shown,)
    member = TeamMember.__table__.c
    own = select(member.case_id).where(member.member == reader)
    supervised = select(member.case_id).join(supervisions, leads(reader, member.member))
    return shown, Consent.case_id.in_(union_all(own, supervised))


def _was_sent() -> ColumnElement[bool]:
    same = (Referral.case_id == Consent.case_id) & (Referral.agency == Consent.agency)
    return exists().where(same, Referral.sent_on.is_not(None), Referral.purpose == any_(Consent.purposes))


def _sent_on(session: Session, consent: Consent) -> list[Referral]:
    to_agency = (Referral.case_id == consent.case_id) & (Referral.agency == consent.agency)
    sent = to_agency & Referral.purpose.in_(consent.purposes) & Referral.sent_on.is_not(None)
    return list(session.scalars(select(Referral).where(sent).order_by(Referral.id)))


def _still_covered(
    session: Session, case: Case, consent: Consent, untold: Collection[tuple[UUID, str]], now: datetime
) -> set[str]:
    today = dates.today(now, case.jurisdiction)
    ends = {same.id for same in same_consents(session, consent)}
    others = [
        other.data_categories
        for other in valid_consents(session, case.id, standing_consents(session, case.id, today), today)
        if other.id not in ends and other.agency == consent.agency and set(other.purposes) & set(consent.purposes)
    ]
    without = [
        categories
        for purpose in consent.purposes
        if (consent.agency, purpose) not in untold
        for categories in covered(session, case.id, consent.agency, purpose, today)
    ]
    return {name for categories in (*others, *without) for name in categories}
