"""Draft, send, answer and correct referrals, and write and read their packages. No function commits."""

from services.intake.agencies.referral.actions.copies import copied
from services.intake.agencies.referral.actions.corrections import correct_referral, correct_referral_step
from services.intake.agencies.referral.actions.coverage import follow_narrowed, follow_widened, follow_withdrawn
from services.intake.agencies.referral.actions.freezing import REACTIONS, settle_freezes
from services.intake.agencies.referral.actions.measuring import MEASURES
from services.intake.agencies.referral.actions.packages import (
    move_package,
    packages_of,
    preview_package,
    read_package,
    write_package,
)
from services.intake.agencies.referral.actions.received import correct_referral_in, received, record_referral_in
from services.intake.agencies.referral.actions.referrals import (
    answer_as_agency,
    draft_referral,
    record_referral_answer,
    referral_states,
    take_referral_step,
    withdraw_uncovered,
)
from services.intake.agencies.referral.actions.settling import ON_TIMER, hand_over, release, sending_of
from services.intake.agencies.referral.actions.steps import asked_by
from services.intake.agencies.referral.actions.withdrawals import preview_withdrawal, unanswered_withdrawals

__all__ = [
    "MEASURES",
    "ON_TIMER",
    "REACTIONS",
    "answer_as_agency",
    "asked_by",
    "copied",
    "correct_referral",
    "correct_referral_in",
    "correct_referral_step",
    "draft_referral",
    "follow_narrowed",
    "follow_widened",
    "follow_withdrawn",
    "hand_over",
    "move_package",
    "packages_of",
    "preview_package",
    "preview_withdrawal",
    "read_package",
    "received",
    "record_referral_answer",
    "record_referral_in",
    "referral_states",
    "release",
    "sending_of",
    "settle_freezes",
    "take_referral_step",
    "unanswered_withdrawals",
    "withdraw_uncovered",
    "write_package",
]
