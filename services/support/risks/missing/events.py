"""The events about absences."""

from typing import Final

from marshmallow import Schema

from services.support.risks.missing import schemas
from services.support.risks.missing.models import Absence
from shared.access.declarations import declare, field_of
from shared.access.permissions import FieldClass
from shared.events.audience import inside
from shared.events.contract import EventType, Flag


class AbsenceDeclared(Schema):
    """The person is missing: whether they are a child, and the urgency."""

    absence = field_of(Absence.id)
    child = declare(Flag(), FieldClass.BASIC, "Whether the person is, or may be, a child.")
    urgency = schemas.URGENCY
    declared_at = schemas.DECLARED_AT


class AbsenceEnded(Schema):
    """The search for the person has ended."""

    absence = field_of(Absence.id)


_OF_ABSENCE: Final = inside("Search organisations are called by telephone. No event contains a person's location.")
EVENTS = (
    EventType(
        "absence.declared",
        AbsenceDeclared,
        "safety",
        "Somebody is missing.",
        protects=True,
        audience=_OF_ABSENCE,
    ),
    EventType("absence.ended", AbsenceEnded, "safety", "They were found, or left by choice.", audience=_OF_ABSENCE),
)
