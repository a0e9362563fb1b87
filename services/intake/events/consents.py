"""Events about agencies' answers to a withdrawn consent."""

from marshmallow import Schema

from shared.events.contract import Code, EventType, Reference
from shared.reference import codes


class WithdrawalAnswered(Schema):
    """An agency said what it did with what it had got; `basis` is that on which it keeps something."""

    consent = Reference(required=True)
    answer = Code(codes("withdrawal_answer"), required=True)
    basis = Code(codes("legal_basis"), required=True, allow_none=True)


CONSENTS = (
    EventType("consent.withdrawal_answered", WithdrawalAnswered, "consent", "An agency answered a withdrawn consent."),
)
