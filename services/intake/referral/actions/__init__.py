"""Actions about referrals and their packages: load, decide, store, announce. None commits."""

from services.intake.referral.actions.copies import copied
from services.intake.referral.actions.packages import (
    move_package,
    packages_of,
    preview_package,
    read_package,
    write_package,
)
from services.intake.referral.actions.referrals import (
    ON_TIMER,
    draft_referral,
    record_referral_in,
    referral_states,
    take_referral_step,
    withdraw_uncovered,
)

__all__ = [
    "ON_TIMER",
    "copied",
    "draft_referral",
    "move_package",
    "packages_of",
    "preview_package",
    "read_package",
    "record_referral_in",
    "referral_states",
    "take_referral_step",
    "withdraw_uncovered",
    "write_package",
]
