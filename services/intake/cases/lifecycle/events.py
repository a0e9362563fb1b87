"""The event that a contact opened."""

from marshmallow import Schema

from services.intake.cases.lifecycle import schemas
from services.intake.facts.case.models import Case
from shared.access.declarations import field_of
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import CONTACT


class ContactOpened(Schema):
    """A contact opened. The case begins here, whatever follows."""

    jurisdiction = field_of(Case.jurisdiction)
    source = field_of(Case.source)
    channel = field_of(Case.channel)
    language = field_of(Case.language)
    anonymous = field_of(Case.anonymous)
    age = field_of(Case.age)
    opened_on = field_of(Case.opened_on)
    urgent_needs = schemas.URGENT_NEEDS


EVENTS = (
    EventType(
        "contact.opened", ContactOpened, "contact", "A contact opened, and with it a case.", audience=person(CONTACT)
    ),
)
