"""The event that publishes changes of the data stated when the contact opened."""

from marshmallow import Schema

from services.intake.facts.case.models import Case
from shared.access.declarations import field_of
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import CONTACT


class ContactChanged(Schema):
    """The current values of all that was stated at the opening."""

    jurisdiction = field_of(Case.jurisdiction)
    source = field_of(Case.source)
    channel = field_of(Case.channel)
    language = field_of(Case.language)
    anonymous = field_of(Case.anonymous)
    age = field_of(Case.age)
    opened_on = field_of(Case.opened_on)


EVENTS = (
    EventType(
        "contact.changed",
        ContactChanged,
        "contact",
        "A value of the opening was corrected or has changed. The facts state since when another law applies.",
        audience=person(CONTACT),
    ),
)
