"""Events about safe contact and dangers. They never say how to reach the person. Support acts on dangers at once."""

from marshmallow import Schema

from services.intake.facts.safe_contact import schemas
from services.intake.facts.safe_contact.models import ContactAttempt
from shared.access.declarations import field_of
from shared.casework import danger
from shared.events.audience import inside, person
from shared.events.contract import EventType, Reference
from shared.events.openings import SAFE_CONTACT


class SafeContactChanged(Schema):
    """The agreement on safe contact has changed. Read it again before each contact."""

    state = schemas.STATE


class ContactAttempted(Schema):
    """A contact with the person was tried. The event does not say how, nor what was said."""

    attempt = Reference(required=True)
    outcome = field_of(ContactAttempt.outcome)


EVENTS = (
    EventType(
        "safe_contact.changed",
        SafeContactChanged,
        "safety",
        "How the person can be reached safely has changed.",
        protects=True,
        audience=person(SAFE_CONTACT, {"state": "contact_safe"}),
    ),
    EventType(
        "contact.attempted",
        ContactAttempted,
        "safety",
        "Somebody tried to reach the person, and what came of it.",
        audience=inside("When somebody tried to reach the person shows when and whether they can be met."),
    ),
    *danger.EVENTS,
)
