"""The events of support about absences that intake reads, and the events that freeze and resume sharing."""

from typing import Final

from marshmallow import Schema

from shared.events.audience import inside
from shared.events.contract import EventType, Instant, Read, Reference


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
_STAYS: Final = inside("That somebody is missing is for those who look for them, and no other agency's to know.")
FROZEN: Final = EventType(
    "sharing.frozen",
    Freeze,
    "consent",
    "Nothing goes to any agency by consent for a while; what a named ground covers goes on.",
    protects=True,
    audience=_STAYS,
)
RESUMED: Final = EventType(
    "sharing.resumed",
    Freeze,
    "consent",
    "What goes by consent goes again, and what waited is told where it may be.",
    audience=_STAYS,
)
EVENTS: Final = (FROZEN, RESUMED)
