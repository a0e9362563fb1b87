"""Routes for what the person refuses; a consent may send what waits, and is recorded beside the referrals."""

from typing import Final

from services.intake.case.topic import CASE
from services.intake.consent import actions, events, rules
from shared.http import post
from shared.runtime.topics import Topic

_REFUSALS = f"{CASE}/consent-refusals"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "consent.refuse",
            _REFUSALS,
            actions.record_refusal,
            name="refuse_consent",
            creates=True,
            part="consent_refusals",
        ),
        post("consent.refuse", f"{_REFUSALS}/<uuid:refusal>/correction", actions.correct_refusal, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
