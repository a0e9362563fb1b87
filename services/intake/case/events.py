"""How a contact and the law of its case stand, once something of it is other than at the opening."""

from marshmallow import Schema

from services.intake.case import schemas
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import CONTACT


class ContactChanged(Schema):
    """All that was stated at the opening, as it stands now."""

    jurisdiction = schemas.JURISDICTION
    source = schemas.SOURCE
    channel = schemas.CHANNEL
    language = schemas.LANGUAGE
    anonymous = schemas.ANONYMOUS
    age = schemas.AGE
    opened_on = schemas.OPENED_ON


EVENTS = (
    EventType(
        "contact.changed",
        ContactChanged,
        "contact",
        "What was stated at the opening was put right, or is so no more; the facts say since when another law counts.",
        audience=person(CONTACT),
    ),
)
