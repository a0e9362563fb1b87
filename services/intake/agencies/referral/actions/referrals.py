"""Draft referrals to other agencies, and record their steps until the person has arrived or the referral comes back.

A step is stored as it was stated. The state of the referral follows from all its steps (`rules.stands`), and the
difference is announced. An answer therefore has the same effect if it is recorded before the referral or after its end.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions.agencies import check_known, check_takes_referrals
from services.intake.agencies.referral import rules
from services.intake.agencies.referral.actions.packages import covered_today
from services.intake.agencies.referral.actions.settling import send_or_hold, settle
from services.intake.agencies.referral.actions.steps import asked_by, asked_of, happened, keep_step, standing, steps_of
from services.intake.agencies.referral.models import Referral, ReferralStep
from services.intake.agencies.referral.schemas import AnswerReferral, DraftReferral, TakeReferralStep
from services.intake.facts.case.actions import record_of, recorded
from services.intake.facts.case.models import Case, bump
from services.intake.facts.case.rules import check_wanted
from shared.access import exclusions
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import dates, times
from shared.casework.refusals import StepForbidden
from shared.casework.times import When
from shared.events.envelope import new_id
from shared.http import Created
from shared.reference import profile

_SAME: Final = ("agency", "purpose", "urgent", "reply_by", "reply_by_at")
_SAME_SETS: Final = ("service_types", "data_categories")


class Step(NamedTuple):
    """A recorded step, its effect, and the state of the referral."""

    id: UUID
    effect: str
    state: str
    alike: UUID | None = None


def draft_referral(session: Session, case_id: UUID, command: DraftReferral, now: datetime, *, by: Principal) -> Created:
    """Draft a referral to another agency.

    No event is emitted until it is sent. Raises `FactRefused`.
    """
    case = session.get_one(Case, case_id)
    check_takes_referrals(session, command.agency)
    _check_wanted(session, case_id, command.agency)
    when = times.stated(command.happened, command.learnt, now, case.jurisdiction)
    asked = asked_by(command.reply_by, case.jurisdiction)
    rules.check_asked(asked, when.moment, profile(case.jurisdiction).timezone)
    stored = command.stored(reply_by=asked.reply_by, reply_by_at=asked.reply_by_at) | recorded(when, now, by)
    referral = Referral(
        id=new_id(), case_id=case_id, state=rules.DRAFT, made_by=UUID(by.subject), conditions=[], **stored
    )
    referral.alike = _alike(session, case, referral, when)
    session.add(referral)
    bump(session, case_id)
    return Created(referral.id, referral.alike)


def _alike(session: Session, case: Case, referral: Referral, when: When) -> UUID | None:
    """Return the earliest referral with the same content that has not ended and may be from the same time."""
    standing_ones = (
        Referral.case_id == case.id,
        Referral.taken_back_at.is_(None),
        Referral.state.not_in(rules.ENDED),
        *(getattr(Referral, name).is_not_distinct_from(getattr(referral, name)) for name in _SAME),
    )
    for other in session.scalars(select(Referral).where(*standing_ones).order_by(Referral.id)):
        is_same = all(set(getattr(other, name)) == set(getattr(referral, name)) for name in _SAME_SETS)
        both_dated = when.happened is not None and other.happened is not None
        made_at = times.of_record(other.happened, referral.reply_by, case.jurisdiction)
        if is_same and (not both_dated or times.may_be_one(made_at, when.moment)):
            return other.id
    return None


def take_referral_step(
    session: Session, case_id: UUID, referral_id: UUID, command: TakeReferralStep, now: datetime, *, by: Principal
) -> Shown:
    """Send a referral, record the agency's answer or the person's, or withdraw it.

    A referral that is made before its consent is recorded is held: it reaches no agency. Raises `NotFound`,
    `StepForbidden`, `FactRefused`.
    """
    referral, case = record_of(session, Referral, case_id, referral_id), session.get_one(Case, case_id)
    rules.check_counts(taken_back=referral.taken_back_at is not None)
    when = times.stated(command.happened, command.learnt, now, case.jurisdiction)
    asked = asked_by(command.reply_by, case.jurisdiction)
    details = rules.StepDetails(
        reply_by=asked.reply_by,
        reply_by_at=asked.reply_by_at,
        reason=command.reason,
        outcome=command.outcome,
        conditions=command.conditions,
    )
    if command.step == rules.SEND:
        taken = _send(session, case, referral, details, when, now, by=by)
    else:
        taken = _take(session, case, referral, command.step, details, when, now, by=by)
    alike = {} if taken.alike is None else {"alike": taken.alike}
    return {"id": referral_id, "step": command.step, "effect": taken.effect, "state": taken.state, **alike}


def record_referral_answer(
    session: Session, case_id: UUID, command: AnswerReferral, now: datetime, *, by: Principal
) -> Created:
    """Record what an agency answered, also to a referral that is not recorded yet."""
    case = session.get_one(Case, case_id)
    check_known(session, command.agency)
    when = times.stated(command.happened, command.learnt, now, case.jurisdiction)
    asked = asked_by(command.reply_by, case.jurisdiction)
    details = rules.StepDetails(
        reply_by=asked.reply_by, reply_by_at=asked.reply_by_at, reason=command.reason, conditions=command.conditions
    )
    is_open = Referral.state.in_(rules.WAITING | rules.UNSENT) & Referral.taken_back_at.is_(None)
    to_agency = select(Referral).where(Referral.case_id == case_id, Referral.agency == command.agency, is_open)
    for referral in session.scalars(to_agency.order_by(Referral.id.desc())):
        sent = next((step for step in steps_of(session, referral.id) if step.step == rules.SEND), None)
        if sent is None or not when.moment.surely_before(happened(sent, case.jurisdiction)):
            taken = _take(session, case, referral, command.step, details, when, now, by=by)
            return Created(taken.id, taken.alike)
    rules.check_said(command.step, details, when.day)
    waiting = keep_step(session, case, command.agency, command.step, details, when, now, referral=None, by=by)
    bump(session, case_id)
    return Created(waiting.id)


def answer_as_agency(
    session: Session,
    case: Case,
    referral: Referral,
    name: str,
    details: rules.StepDetails,
    when: When,
    now: datetime,
    *,
    report: UUID,
) -> Step:
    """Record a step that the referral's agency itself reports, by the same rules as a step that staff record.

    Raises `StepForbidden`, `FactRefused`.
    """
    rules.check_counts(taken_back=referral.taken_back_at is not None)
    return _take(session, case, referral, name, details, when, now, by=None, report=report)


def withdraw_uncovered(
    session: Session, case: Case, agency: UUID, purposes: Collection[str] | None, now: datetime
) -> None:
    """Withdraw an agency's referrals for these purposes (or any) that no consent or sharing covers now.

    A referral to an agency that the person excluded is never covered.
    """
    is_excluded = agency in [exclusion.agency for exclusion in exclusions.of_case(session, case.id)]
    # A held referral waits for a consent, but an excluded agency will not get one.
    states = rules.UNDER_WAY | {rules.ARRIVED} | ({rules.HELD} if is_excluded else set())
    same = (Referral.case_id == case.id) & (Referral.agency == agency) & Referral.state.in_(states)
    if purposes is not None:
        same &= Referral.purpose.in_(purposes)
    for referral in session.scalars(select(Referral).where(same).order_by(Referral.id)).all():
        try:
            _check_wanted(session, case.id, agency)
            today = dates.today(now, case.jurisdiction)
            rules.check_shared(referral.data_categories, covered_today(session, referral, today))
        except StepForbidden:
            withdraw(session, case, referral, now)


def withdraw(session: Session, case: Case, referral: Referral, now: datetime) -> None:
    """Withdraw a referral unless it has ended. Raise the case's version in any case."""
    if referral.state in rules.ENDED:
        bump(session, case.id)
        return
    when = times.stated(None, None, now, case.jurisdiction)
    details = rules.StepDetails()
    keep_step(session, case, referral.agency, "withdraw", details, when, now, referral=referral.id, by=None)
    settle(session, case, referral, now)


def _send(
    session: Session,
    case: Case,
    referral: Referral,
    details: rules.StepDetails,
    when: When,
    now: datetime,
    *,
    by: Principal,
) -> Step:
    """Make a referral: send it if a consent covers it, otherwise hold it until one does."""
    if referral.state not in rules.UNSENT:
        rules.refuse(referral.state, rules.SEND)
    rules.check_said(rules.SEND, details, when.day)
    rules.check_asked(asked_of(referral), _made(case, referral, when).moment, profile(case.jurisdiction).timezone)
    check_takes_referrals(session, referral.agency)
    _check_wanted(session, case.id, referral.agency)
    rules.check_sent_once(_state_of_alike(session, referral))
    sending = next((step for step in steps_of(session, referral.id) if step.step == rules.SEND), None)
    if sending is None:
        sending = keep_step(
            session,
            case,
            referral.agency,
            rules.SEND,
            asked_of(referral),
            _made(case, referral, when),
            now,
            referral=referral.id,
            by=by,
        )
        _adopt_answers(session, case, referral, sending)
    send_or_hold(session, case, referral, now)
    settle(session, case, referral, now)
    return Step(sending.id, sending.effect, referral.state)


def _made(case: Case, referral: Referral, when: When) -> When:
    """Return when a referral was made: as stated for its sending, otherwise as stated for its draft."""
    if when.happened is not None or referral.happened is None or referral.recorded_at is None:
        return when
    return times.stated(referral.happened, referral.learnt, referral.recorded_at, case.jurisdiction)


def _state_of_alike(session: Session, referral: Referral) -> str | None:
    earlier = None if referral.alike is None else session.get(Referral, referral.alike)
    return None if earlier is None or earlier.taken_back_at is not None else earlier.state


def _adopt_answers(session: Session, case: Case, referral: Referral, sending: ReferralStep) -> None:
    """Assign earlier answers of the agency to the referral, if they were recorded without one and can belong to it."""
    sent = happened(sending, case.jurisdiction)
    unclaimed = (ReferralStep.case_id == case.id, ReferralStep.referral_id.is_(None))
    waiting = select(ReferralStep).where(*unclaimed, ReferralStep.agency == referral.agency)
    for step in session.scalars(waiting.order_by(ReferralStep.number)).all():
        if step.taken_back_at is None and not happened(step, case.jurisdiction).surely_before(sent):
            step.referral_id = referral.id


def _take(
    session: Session,
    case: Case,
    referral: Referral,
    name: str,
    details: rules.StepDetails,
    when: When,
    now: datetime,
    *,
    by: Principal | None,
    report: UUID | None = None,
) -> Step:
    """Store a step and its effect. Raises `StepForbidden` for a step that does not fit into the history either."""
    rules.check_said(name, details, when.day)
    again = _again(session, case, referral, name, details, when)
    if again is not None:
        bump(session, case.id)
        return Step(again.id, again.effect, referral.state, again.id)
    before = standing(session, case, referral, now).state
    taken = keep_step(
        session, case, referral.agency, name, details, when, now, referral=referral.id, by=by, report=report
    )
    effect = standing(session, case, referral, now).effects.get(taken.id, rules.NO_EFFECT)
    is_dated = when.happened is not None
    if effect == rules.NO_EFFECT and not rules.completes_history(name, is_dated=is_dated, by_agency=report is not None):
        rules.refuse(before, name)
    if effect in (rules.LATE, rules.PERHAPS_LATE) and not is_dated:
        rules.refuse(before, name)
    settle(session, case, referral, now)
    return Step(taken.id, effect, referral.state)


def _again(
    session: Session, case: Case, referral: Referral, name: str, details: rules.StepDetails, when: When
) -> ReferralStep | None:
    """Return an equal step of the referral from the same time; None if the new step does not state its time."""
    if when.happened is None:
        return None
    for step in steps_of(session, referral.id):
        recorded_step = (step.step, step.reply_by, step.reply_by_at, step.reason, step.outcome, set(step.conditions))
        asked = (name, details.reply_by, details.reply_by_at, details.reason, details.outcome, set(details.conditions))
        if (
            recorded_step == asked
            and step.happened
            and times.may_be_one(happened(step, case.jurisdiction), when.moment)
        ):
            return step
    return None


def _check_wanted(session: Session, case: UUID, agency: UUID) -> None:
    check_wanted(agency, [exclusion.agency for exclusion in exclusions.of_case(session, case)])


def referral_states(session: Session, case: UUID) -> Iterable[str]:
    """Return the states of a case's referrals."""
    counts = (Referral.case_id == case, Referral.taken_back_at.is_(None))
    return session.execute(select(Referral.state).where(*counts)).scalars()
