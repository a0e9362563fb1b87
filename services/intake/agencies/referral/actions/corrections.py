"""Correct referrals and their steps. The state of a referral follows from the corrected steps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions.agencies import check_takes_referrals
from services.intake.agencies.referral import rules
from services.intake.agencies.referral.actions.referrals import withdraw
from services.intake.agencies.referral.actions.settling import send_or_hold, settle
from services.intake.agencies.referral.actions.steps import asked_by, steps_of
from services.intake.agencies.referral.models import Referral, ReferralStep
from services.intake.agencies.referral.schemas import CorrectReferral, CorrectReferralStep
from services.intake.facts.case.actions import record_of
from services.intake.facts.case.models import Case, Correction, bump
from services.intake.facts.case.rules import check_wanted
from shared.access import exclusions
from shared.access.tokens import Principal
from shared.casework import corrections, dates, times
from shared.exchange.eventlog import record


def correct_referral(
    session: Session, case_id: UUID, referral_id: UUID, command: CorrectReferral, now: datetime, *, by: Principal
) -> UUID:
    """Put a referral right, or take it back as recorded wrongly.

    An agency that received it receives its withdrawal. Return the correction's id. Raises
    `NotFound`, `StepForbidden`, `FactRefused`.
    """
    case, referral = session.get_one(Case, case_id), record_of(session, Referral, case_id, referral_id)
    changes = corrections.stated(command)
    rules.check_correctable(referral.state, changes)
    if command.agency is not None:
        check_takes_referrals(session, command.agency)
        check_wanted(command.agency, [exclusion.agency for exclusion in exclusions.of_case(session, case_id)])
    if command.reply_by is not None:
        asked = asked_by(command.reply_by, case.jurisdiction)
        changes |= {"reply_by": asked.reply_by, "reply_by_at": asked.reply_by_at}
    today = dates.today(now, case.jurisdiction)
    corrected = corrections.put_right(
        session, Correction, referral, "referral", command, now=now, today=today, by=by, says=changes
    )
    record(session, case_id, [corrected.announcement])
    if corrected.takes_back:
        withdraw(session, case, referral, now)
        return corrected.id
    for step in steps_of(session, referral_id):
        if step.step == rules.SEND:
            step.agency, step.reply_by, step.reply_by_at = referral.agency, referral.reply_by, referral.reply_by_at
    if referral.state == rules.HELD:
        send_or_hold(session, case, referral, now)
    if referral.state == rules.DRAFT:
        bump(session, case_id)
        return corrected.id
    settle(session, case, referral, now, undone=True)
    return corrected.id


def correct_referral_step(
    session: Session, case_id: UUID, step_id: UUID, command: CorrectReferralStep, now: datetime, *, by: Principal
) -> UUID:
    """Put a step of a referral right, or take it back as recorded wrongly.

    The referral gets the state that it would have without the mistake. Return the correction's id. Raises `NotFound`,
    `StepForbidden`, `FactRefused`.
    """
    case, step = session.get_one(Case, case_id), record_of(session, ReferralStep, case_id, step_id)
    rules.check_step_correctable(step.step, takes_back=command.reason in corrections.TAKES_BACK)
    changes = corrections.stated(command)
    if "rejected_because" in changes:
        changes["reason"] = changes.pop("rejected_because")
    if command.happened is not None:
        changes["happened"] = times.stated(command.happened, command.learnt, now, case.jurisdiction).happened
    today = dates.today(now, case.jurisdiction)
    corrected = corrections.put_right(
        session, Correction, step, "referral", command, now=now, today=today, by=by, says=changes
    )
    details = rules.StepDetails(
        reply_by=None if step.step == rules.SEND else step.reply_by,
        reason=step.reason,
        outcome=step.outcome,
        conditions=step.conditions,
    )
    rules.check_said(step.step, details, step.reply_by or today)
    record(session, case_id, [corrected.announcement])
    if step.referral_id is None:
        bump(session, case_id)
        return corrected.id
    referral = record_of(session, Referral, case_id, step.referral_id)
    settle(session, case, referral, now, undone=True)
    return corrected.id
