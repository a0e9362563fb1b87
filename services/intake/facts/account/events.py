"""The event about accounts: how often a person gave one, never its content."""

from marshmallow import Schema

from services.intake.facts.account.models import Account
from shared.access.declarations import field_of
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import ACCOUNT


class AccountRecorded(Schema):
    """A person gave an account, again if `times` is above 1. Use it before you ask the person again."""

    account = field_of(Account.id)
    times = field_of(Account.times)
    elsewhere = field_of(Account.elsewhere)
    reason = field_of(Account.reason)
    given_on = field_of(Account.given_on)


EVENTS = (
    EventType(
        "account.recorded",
        AccountRecorded,
        "contact",
        "The person gave an account of what happened.",
        audience=person(ACCOUNT),
    ),
)
