"""Events about withdrawals and the agencies' answers."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Flag, Reference
from shared.reference import codes


class ConsentWithdrawn(Schema):
    """The person took a consent back; every holder stops, and deletes where asked."""

    consent = Reference(required=True)
    agency = Code(required=True)
    purposes = Codes(codes("consent_purpose"), required=True)
    erase_requested = Flag(required=True)
    withdrawn_on = Day(required=True)


class WithdrawalAnswered(Schema):
    """An agency said what it did with what it had got; `basis` is that on which it keeps something."""

    consent = Reference(required=True)
    answer = Code(codes("withdrawal_answer"), required=True)
    basis = Code(codes("legal_basis"), required=True, allow_none=True)


EVENTS = (
    EventType("consent.withdrawn", ConsentWithdrawn, "consent", "The person withdrew a consent.", protects=True),
    EventType("consent.withdrawal_answered", WithdrawalAnswered, "consent", "An agency answered a withdrawn consent."),
)
