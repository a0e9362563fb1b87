"""Events about withdrawals and the agencies' answers."""

from marshmallow import Schema

from services.intake.consent.schemas import AGENCY, CONSENT, ERASE_REQUESTED, PURPOSES, WITHDRAWN_ON
from services.intake.withdrawal import schemas
from shared.events.contract import EventType


class ConsentWithdrawn(Schema):
    """The person took a consent back; every holder stops, and deletes where asked."""

    consent = CONSENT
    agency = AGENCY
    purposes = PURPOSES
    erase_requested = ERASE_REQUESTED
    withdrawn_on = WITHDRAWN_ON


class WithdrawalAnswered(Schema):
    """An agency said what it did with what it had got; `basis` is that on which it keeps something."""

    consent = CONSENT
    answer = schemas.ANSWER
    basis = schemas.BASIS


EVENTS = (
    EventType("consent.withdrawn", ConsentWithdrawn, "consent", "The person withdrew a consent.", protects=True),
    EventType("consent.withdrawal_answered", WithdrawalAnswered, "consent", "An agency answered a withdrawn consent."),
)
