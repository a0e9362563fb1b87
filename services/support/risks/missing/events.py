"""The events about absences."""

from typing import Final

from marshmallow import Schema

from services.support.risks.alert.rules import IN_DANGER
from services.support.risks.missing import schemas
from services.support.risks.missing.models import Absence
from shared.access.declarations import declare, field_of, omittable
from shared.access.permissions import FieldClass
from shared.events.audience import by_code, opened
from shared.events.contract import EventType, Flag
from shared.events.openings import DANGER
from shared.reference import codes


class AbsenceDeclared(Schema):
    """The person is missing: whether they are a child, and the urgency."""

    absence = field_of(Absence.id)
    child = declare(Flag(), FieldClass.BASIC, "Whether the person is, or may be, a child.")
    urgency = schemas.URGENCY
    declared_at = schemas.DECLARED_AT
    about = omittable(schemas.ABOUT)


class AbsenceEnded(Schema):
    """The search for the person has ended."""

    absence = field_of(Absence.id)
    ending = omittable(schemas.ENDING)


# control: H-DANGER-12 undeclared-absence-stays-inside
_ENDED: Final = by_code("ending", dict.fromkeys(codes("absence_ending"), DANGER), opened("ending"))
EVENTS = (
    EventType(
        "absence.declared",
        AbsenceDeclared,
        "safety",
        "The person is missing.",
        protects=True,
        # Events of 0.2.0 do not state it. Their ends do not either, so these absences reach no agency.
        audience=by_code("about", {IN_DANGER: DANGER}, {"child": "identity", **opened("about")}),
    ),
    EventType("absence.ended", AbsenceEnded, "safety", "The search for the person has ended.", audience=_ENDED),
)
