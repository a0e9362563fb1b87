"""Events about safe contact and dangers, and those that freeze and resume sharing while the person is missing.

They never say how to reach the person. Support acts on dangers at once. Intake reads support's events about absences.
"""

from typing import Final

from marshmallow import Schema

from services.intake.facts.safe_contact import schemas
from services.intake.facts.safe_contact.models import ContactAttempt
from shared.access.declarations import field_of
from shared.casework import danger
from shared.events.audience import inside, person
from shared.events.contract import EventType, Instant, Read, Reference
from shared.events.openings import SAFE_CONTACT


class SafeContactChanged(Schema):
    """The agreement on safe contact has changed. Read it again before each contact."""

    state = schemas.STATE


class ContactAttempted(Schema):
    """A contact with the person was attempted, without its way and content."""

    attempt = Reference(required=True)
    outcome = field_of(ContactAttempt.outcome)


class AbsenceDeclared(Schema):
    """The person is missing, and since when."""

    absence = Reference(required=True)
    declared_at = Instant(required=True)


class AbsenceEnded(Schema):
    """The search for the person has ended. The absence may never have been declared."""

    absence = Reference(required=True)


class Freeze(Schema):
    """The id of the freeze. A case has one freeze at a time, and each freeze has its own id."""

    freeze = Reference(required=True)


DECLARED: Final = "support.absence.declared"

ENDED: Final = "support.absence.ended"

READS: Final = (
    Read(DECLARED, AbsenceDeclared, about="absence", protects=True),
    Read(ENDED, AbsenceEnded, about="absence"),
)

_STAYS: Final = inside("Absences are only for the people who search, and not shared with other agencies.")

FROZEN: Final = EventType(
    "sharing.frozen",
    Freeze,
    "consent",
    "Sharing under consent is paused. Sharing on a legal ground continues.",
    protects=True,
    audience=_STAYS,
)

RESUMED: Final = EventType(
    "sharing.resumed",
    Freeze,
    "consent",
    "Sharing under consent resumes, and waiting events are delivered if they are still allowed.",
    audience=_STAYS,
)

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
        "An attempt to contact the person, with its outcome.",
        audience=inside("Attempts show when the person can be met, so they are not shared."),
    ),
    *danger.EVENTS,
    FROZEN,
    RESUMED,
)
