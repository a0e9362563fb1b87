"""Store, announce and time what follows for a referral from its steps, and send covered referrals."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions.agencies import check_takes_referrals
from services.intake.agencies.referral import rules
from services.intake.agencies.referral.actions.packages import covered_today, freeze_package, going_today
from services.intake.agencies.referral.actions.steps import asked_of, expiry_of, keep_step, standing, steps_of
from services.intake.agencies.referral.models import Referral, ReferralStep
from services.intake.facts.case.actions import record_change, record_of
from services.intake.facts.case.models import Case, TeamMember, lock
from shared.casework import dates
from shared.casework.refusals import StepForbidden
from shared.casework.times import stated
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.reference import profile
from shared.reference.periods import local_date

#: The timer of a referral that waits for an answer.
EXPIRY: Final = "referral.expiry"
_LATE: Final = frozenset((rules.LATE, rules.PERHAPS_LATE))


def send_or_hold(session: Session, case: Case, referral: Referral, now: datetime) -> None:
    """Send a referral that was made, if a consent or a sharing covers it; otherwise hold it.

    A held referral reaches no agency. A referral to an agency that does not take part, or takes no referrals, is held
    too: the team sends it later. A referral by consent is also held while the person is missing. It is sent when they
    are found.
    """
    today = dates.today(now, case.jurisdiction)
    because = held_because(session, referral, today)
    if because is not None:
        referral.held_because, referral.held_on = because, referral.held_on or today
        return
    referral.held_because, referral.held_on, referral.sent_on = None, None, today
    freeze_package(session, referral, today)


def held_because(session: Session, referral: Referral, today: date) -> str | None:
    """Return the rule because of which a referral can't be sent today; None if it can."""
    try:
        check_takes_referrals(session, referral.agency)
        rules.check_shared(referral.data_categories, covered_today(session, referral, today))
        rules.check_goes(referral.data_categories, going_today(session, referral, today))
    except StepForbidden as uncovered:
        return uncovered.rule
    return None


def sending_of(session: Session, case_id: UUID, referral_id: UUID, now: datetime) -> dict[str, object]:
    """Return what happens if a referral is sent now: why it would be held, and which categories are not covered.

    Raises `NotFound`.
    """
    referral = record_of(session, Referral, case_id, referral_id)
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    covered = covered_today(session, referral, today)
    return {
        "held_because": None if referral.sent_on else held_because(session, referral, today),
        "not_covered": sorted(set(referral.data_categories).difference(*covered)),
    }


def release(session: Session, case: Case, agency: UUID, now: datetime) -> None:
    """Send the referrals to an agency that waited for the consent or the sharing that is recorded now.

    A referral whose time for answers is over is sent only if an answer is recorded; otherwise the team has to check it
    first.
    """
    held = (Referral.case_id == case.id) & (Referral.agency == agency) & (Referral.state == rules.HELD)
    for referral in session.scalars(select(Referral).where(held).order_by(Referral.id)).all():
        session.flush()
        if _is_over(case, referral, now) and not _has_answer(session, referral):
            referral.held_because = "answer_lies_ahead"
            continue
        send_or_hold(session, case, referral, now)
        if referral.sent_on is not None:
            settle(session, case, referral, now)


def _is_over(case: Case, referral: Referral, now: datetime) -> bool:
    return rules.over_from(asked_of(referral), profile(case.jurisdiction).timezone) <= now


def _has_answer(session: Session, referral: Referral) -> bool:
    return any(step.step in rules.ANSWERS for step in steps_of(session, referral.id))


def settle(session: Session, case: Case, referral: Referral, now: datetime, *, undone: bool = False) -> None:
    """Store the state that follows from a referral's steps, announce what is new, and raise the case's version.

    `undone`: a step was corrected, so that an earlier event may be wrong.
    """
    session.flush()
    steps, expiry, state_before = steps_of(session, referral.id), expiry_of(session, referral.id), referral.state
    taken_before = frozenset(step.id for step in steps if step.effect == rules.TAKEN)
    late_before = frozenset(step.id for step in steps if step.effect in _LATE)
    after = standing(session, case, referral, now)
    for step in steps:
        step.effect = after.effects.get(step.id, step.effect)
    _store(session, case, referral, after)
    new = rules.to_announce(taken_before, after.reached, had_expired=expiry is not None)
    is_wrong = _keep_expiry(session, case, referral, after, expiry, now) or (
        undone and state_before not in rules.UNSENT and state_before != after.state and not new
    )
    timers.cancel(session, referral.id)
    if after.state in rules.WAITING:
        timers.schedule(session, referral.id, EXPIRY, after.answer_until)
    fields = _event_fields(referral)
    announcements = [
        announcement
        for reached in new
        for announcement in rules.announced(referral.id, reached.before, reached.step, reached.details, fields)
    ]
    announcements += [
        Announcement("referral.answered_late", {"referral": referral.id, "step": step.step})
        for step in steps
        if step.effect in _LATE and step.id not in late_before
    ]
    record_change(
        session, case.id, rules.with_take_back(announcements, referral.id, state_before, after.state, undone=is_wrong)
    )


def _store(session: Session, case: Case, referral: Referral, after: rules.Standing) -> None:
    details = after.said()
    if details.reply_by is not None:
        referral.reply_by, referral.reply_by_at = details.reply_by, details.reply_by_at
    referral.reason, referral.outcome, referral.conditions = details.reason, details.outcome, list(details.conditions)
    if after.state in rules.COMES_BACK:
        referral.returned_to = referral.returned_to or _lead(session, case.id) or referral.made_by
        if after.came_back is not None:
            referral.came_back_on = local_date(after.came_back, profile(case.jurisdiction).timezone)
    else:
        referral.returned_to = referral.came_back_on = None
    referral.state = after.state


def _keep_expiry(
    session: Session,
    case: Case,
    referral: Referral,
    after: rules.Standing,
    expiry: ReferralStep | None,
    now: datetime,
) -> bool:
    """Store that a referral has expired, or has not after all; return whether an earlier event was wrong."""
    has_expired = any(reached.step == rules.EXPIRE for reached in after.reached)
    if has_expired and expiry is None:
        when = stated(None, None, now, case.jurisdiction)
        details = rules.StepDetails()
        step = keep_step(
            session, case, referral.agency, rules.EXPIRE, details, when, now, referral=referral.id, by=None
        )
        step.effect = rules.TAKEN
    if expiry is not None and not has_expired:
        expiry.taken_back_at, expiry.effect = now, rules.NO_EFFECT
        return True
    return False


def expire(session: Session, timer: Timer, now: datetime) -> None:
    """Settle a referral without an answer in time: it has expired."""
    referral_id = timer.owner
    case_id = session.execute(select(Referral.case_id).where(Referral.id == referral_id)).scalar_one()
    lock(session, case_id)
    referral, case = session.get_one(Referral, referral_id), session.get_one(Case, case_id)
    if referral.state in rules.WAITING and standing(session, case, referral, now).state not in rules.WAITING:
        settle(session, case, referral, now)


ON_TIMER: Final[timers.Handlers] = {EXPIRY: expire}


def _lead(session: Session, case: UUID) -> UUID | None:
    leads = select(TeamMember.member).where(TeamMember.case_id == case, TeamMember.lead)
    return session.execute(leads.order_by(TeamMember.member).limit(1)).scalar_one_or_none()


def hand_over(session: Session, case: UUID, leaver: UUID, heir: UUID) -> None:
    """Assign the referrals that came back to a leaver to the heir of the case."""
    theirs = (Referral.case_id == case, Referral.returned_to == leaver)
    session.execute(update(Referral).where(*theirs).values(returned_to=heir))


def _event_fields(referral: Referral) -> dict[str, object]:
    names = ("agency", "purpose", "service_types", "data_categories", "reply_by", "returned_to")
    by_instant = {} if referral.reply_by_at is None else {"reply_by_at": referral.reply_by_at}
    return {name: getattr(referral, name) for name in names} | rules.urgency(referral.urgent) | by_instant
