"""Actions about withdrawals, agencies' answers, and corrections of consents: load, decide, store, announce."""

from services.intake.withdrawal.actions.corrections import correct_answer, correct_consent, correct_withdrawal
from services.intake.withdrawal.actions.sharings import correct_sharing, decide_sharing
from services.intake.withdrawal.actions.withdrawals import (
    await_answer,
    end_consents,
    followed_withdrawals,
    preview_withdrawal,
    record_answer,
    unanswered_withdrawals,
    withdraw_consent,
)

__all__ = [
    "await_answer",
    "correct_answer",
    "correct_consent",
    "correct_sharing",
    "correct_withdrawal",
    "decide_sharing",
    "end_consents",
    "followed_withdrawals",
    "preview_withdrawal",
    "record_answer",
    "unanswered_withdrawals",
    "withdraw_consent",
]
