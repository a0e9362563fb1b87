"""Events about opening a case."""

from marshmallow import Schema

from services.intake.case import schemas as case
from services.intake.lifecycle import schemas
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import CONTACT


class ContactOpened(Schema):
    """Someone is in contact; the case begins here, whatever becomes of it."""

    jurisdiction = case.JURISDICTION
    source = case.SOURCE
    channel = case.CHANNEL
    language = case.LANGUAGE
    anonymous = case.ANONYMOUS
    age = case.AGE
    opened_on = case.OPENED_ON
    urgent_needs = schemas.URGENT_NEEDS


EVENTS = (
    EventType(
        "contact.opened", ContactOpened, "contact", "A contact opened, and with it a case.", audience=person(CONTACT)
    ),
)
