"""Store the steps of referrals, and load them for the rules."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.intake.agencies.referral import rules
from services.intake.agencies.referral.models import Referral, ReferralStep
from services.intake.facts.case.actions import recorded
from services.intake.facts.case.models import Case
from shared.access.tokens import Principal
from shared.casework.times import When
from shared.events.envelope import new_id
from shared.reference import profile
from shared.reference.periods import Moment, local_date, moment, moment_of


def asked_by(reply_by: str | None, jurisdiction: str) -> rules.StepDetails:
    """Return until when an answer is requested: the end of a day, or an instant and its day in the case's time zone.

    Raises `ImpossibleDate`.
    """
    if reply_by is None:
        return rules.StepDetails()
    read = moment(reply_by)
    if isinstance(read, datetime):
        return rules.StepDetails(reply_by=local_date(read, profile(jurisdiction).timezone), reply_by_at=read)
    return rules.StepDetails(reply_by=date.fromisoformat(read))


def asked_of(row: Referral | ReferralStep) -> rules.StepDetails:
    """Return until when an answer is requested."""
    return rules.StepDetails(reply_by=row.reply_by, reply_by_at=row.reply_by_at)


def steps_of(session: Session, referral: UUID) -> Sequence[ReferralStep]:
    """Return the valid steps of a referral in the order in which they were recorded, without an expiry."""
    own = (ReferralStep.referral_id == referral, ReferralStep.taken_back_at.is_(None))
    query = select(ReferralStep).where(*own, ReferralStep.step != rules.EXPIRE)
    return session.scalars(query.order_by(ReferralStep.number)).all()


def expiry_of(session: Session, referral: UUID) -> ReferralStep | None:
    """Return the valid expiry of a referral, if it has one."""
    own = (ReferralStep.referral_id == referral, ReferralStep.taken_back_at.is_(None))
    return session.scalars(select(ReferralStep).where(*own, ReferralStep.step == rules.EXPIRE)).one_or_none()


def keep_step(
    session: Session,
    case: Case,
    agency: UUID,
    name: str,
    details: rules.StepDetails,
    when: When,
    now: datetime,
    *,
    referral: UUID | None,
    by: Principal | None,
    report: UUID | None = None,
) -> ReferralStep:
    """Store a step as it was stated, before its effect is known.

    `by` is None for a step of the system, and for a step that the agency itself states in a `report`.
    """
    step = ReferralStep(
        id=new_id(),
        case_id=case.id,
        referral_id=referral,
        number=_next_number(session, case.id),
        agency=agency,
        step=name,
        reply_by=details.reply_by,
        reply_by_at=details.reply_by_at,
        reason=details.reason,
        outcome=details.outcome,
        conditions=list(details.conditions),
        effect=rules.WAITS,
        report=report,
        **recorded(when, now, by),
    )
    session.add(step)
    session.flush()
    return step


def _next_number(session: Session, case: UUID) -> int:
    highest = session.execute(select(func.max(ReferralStep.number)).where(ReferralStep.case_id == case)).scalar_one()
    return (highest or 0) + 1


def happened(step: ReferralStep, jurisdiction: str) -> Moment:
    """Return when a step happened: as stated, otherwise when it was recorded."""
    if step.happened is None:
        return Moment(step.recorded_at, step.recorded_at)
    read = moment_of(step.happened, profile(jurisdiction).timezone)
    learnt = None if step.learnt is None else moment_of(step.learnt, profile(jurisdiction).timezone).hi
    return read.within(learnt).within(step.recorded_at)


def standing(session: Session, case: Case, referral: Referral, now: datetime) -> rules.Standing:
    """Return the current state of a referral, by its steps."""
    steps = steps_of(session, referral.id)
    sent = next((step for step in steps if step.step == rules.SEND and step.reply_by is not None), None)
    recorded_steps = [
        rules.Recorded(
            id=step.id,
            step=step.step,
            moment=happened(step, case.jurisdiction),
            number=step.number,
            details=_details(step),
        )
        for step in steps
    ]
    return rules.stands(
        recorded_steps,
        asked_of(referral if sent is None else sent),
        profile(case.jurisdiction).timezone,
        now,
        is_sent=referral.sent_on is not None,
    )


def _details(step: ReferralStep) -> rules.StepDetails:
    asked = rules.StepDetails() if step.step == rules.SEND else asked_of(step)
    return rules.StepDetails(
        reply_by=asked.reply_by,
        reply_by_at=asked.reply_by_at,
        reason=step.reason,
        outcome=step.outcome,
        conditions=step.conditions,
    )
