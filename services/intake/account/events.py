"""Events about accounts: how often a person gave one, never its content."""

from marshmallow import Schema

from services.intake.account import schemas
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import ACCOUNT


class AccountRecorded(Schema):
    """A person gave an account, once more if `times` is above 1; use it before you ask again."""

    account = schemas.ACCOUNT
    times = schemas.TIMES
    elsewhere = schemas.ELSEWHERE
    reason = schemas.REASON
    given_on = schemas.GIVEN_ON


EVENTS = (
    EventType(
        "account.recorded",
        AccountRecorded,
        "contact",
        "The person gave an account of what happened.",
        audience=person(ACCOUNT),
    ),
)
