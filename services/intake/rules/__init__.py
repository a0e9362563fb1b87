"""Intake's decisions about a case. Pure functions: data in, a decision or the events to announce out."""

from services.intake.rules.access import ACCESS
from services.intake.rules.closing import CLOSED, OPEN, close, must_be_open, reopen
from services.intake.rules.consents import consent, consent_agency, withdraw
from services.intake.rules.dates import not_in_future
from services.intake.rules.deadlines import calculated
from services.intake.rules.detection import detect, explained, strength
from services.intake.rules.exclusions import exclusion, wanted
from services.intake.rules.glass import TOLD_ROLE, break_glass
from services.intake.rules.identification import (
    Recorded,
    basis,
    begins,
    consents_to,
    correction,
    identification_step,
    reconsidered,
)
from services.intake.rules.links import linked_once, two_cases
from services.intake.rules.refusals import FactRefused, StepForbidden
from services.intake.rules.sight import SIGHT
from services.intake.rules.supervisions import supervision

__all__ = [
    "ACCESS",
    "CLOSED",
    "OPEN",
    "SIGHT",
    "TOLD_ROLE",
    "FactRefused",
    "Recorded",
    "StepForbidden",
    "basis",
    "begins",
    "break_glass",
    "calculated",
    "close",
    "consent",
    "consent_agency",
    "consents_to",
    "correction",
    "detect",
    "exclusion",
    "explained",
    "identification_step",
    "linked_once",
    "must_be_open",
    "not_in_future",
    "reconsidered",
    "reopen",
    "strength",
    "supervision",
    "two_cases",
    "wanted",
    "withdraw",
]
