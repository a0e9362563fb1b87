"""Events about accounts: how often a person gave one, never its content."""

from marshmallow import Schema

from shared.events.contract import Code, Count, Day, EventType, Flag, Reference
from shared.reference import codes


class AccountRecorded(Schema):
    """A person gave an account, once more if `times` is above 1; use it before you ask again."""

    account = Reference(required=True)
    times = Count(required=True)
    elsewhere = Flag(required=True)
    reason = Code(codes("account_reason"), required=True, allow_none=True)
    given_on = Day(required=True)


EVENTS = (EventType("account.recorded", AccountRecorded, "contact", "The person gave an account of what happened."),)
