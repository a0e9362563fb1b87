"""Actions about consents and refusals: load, decide, store, announce. None commits."""

from services.intake.consent.actions.agencies import check_known, check_takes_part, check_takes_referrals
from services.intake.consent.actions.consents import (
    check,
    granted,
    record_consent,
    same_consents,
    standing_consents,
    valid_consents,
)
from services.intake.consent.actions.refusals import correct_refusal, record_refusal

__all__ = [
    "check",
    "check_known",
    "check_takes_part",
    "check_takes_referrals",
    "correct_refusal",
    "granted",
    "record_consent",
    "record_refusal",
    "same_consents",
    "standing_consents",
    "valid_consents",
]
