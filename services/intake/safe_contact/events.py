"""Events about safe contact, never how the person can be reached; and about dangers, on which support acts at once."""

from marshmallow import Schema

from services.intake.safe_contact import schemas
from shared.casework import danger
from shared.events.audience import inside, person
from shared.events.contract import EventType, Reference
from shared.events.openings import SAFE_CONTACT


class SafeContactChanged(Schema):
    """How the person can be reached has changed; read it again before any contact."""

    state = schemas.STATE


class ContactAttempted(Schema):
    """Somebody tried to reach the person; not how, nor what was said."""

    attempt = Reference(required=True)
    outcome = schemas.OUTCOME


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
