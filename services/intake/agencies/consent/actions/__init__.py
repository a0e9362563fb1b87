"""Actions about consents, refusals, withdrawals and answers: load, decide, store, announce. None commits."""

from services.intake.agencies.consent.actions.agencies import check_known, check_takes_part, check_takes_referrals
from services.intake.agencies.consent.actions.answers import (
    await_answer,
    followed_withdrawals,
    listed_to,
    record_answer,
)
from services.intake.agencies.consent.actions.consents import (
    granted,
    record_consent,
    same_consents,
    standing_consents,
    valid_consents,
)
from services.intake.agencies.consent.actions.corrections import correct_answer, correct_consent, correct_withdrawal
from services.intake.agencies.consent.actions.coverage import narrow
from services.intake.agencies.consent.actions.refusals import correct_refusal, record_refusal
from services.intake.agencies.consent.actions.withdrawals import end_consents, withdraw_consent

__all__ = [
    "await_answer",
    "check_known",
    "check_takes_part",
    "check_takes_referrals",
    "correct_answer",
    "correct_consent",
    "correct_refusal",
    "correct_withdrawal",
    "end_consents",
    "followed_withdrawals",
    "granted",
    "listed_to",
    "narrow",
    "record_answer",
    "record_consent",
    "record_refusal",
    "same_consents",
    "standing_consents",
    "valid_consents",
    "withdraw_consent",
]
