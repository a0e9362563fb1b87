"""The event about a reconsideration."""

from marshmallow import Schema

from services.legal.cases.reconsideration.models import Reconsideration
from shared.access.declarations import field_of
from shared.events.audience import kept_inside, person
from shared.events.contract import EventType
from shared.events.openings import RECONSIDERATION


class ReconsiderationRequested(Schema):
    """An authority was asked to reconsider its negative decision; `late`: the window had passed."""

    stage = field_of(Reconsideration.stage)
    ground = field_of(Reconsideration.ground)
    requested_on = field_of(Reconsideration.requested_on)
    late = field_of(Reconsideration.late)


EVENTS = (
    EventType(
        "reconsideration.requested",
        ReconsiderationRequested,
        "identification",
        "An authority was asked to reconsider a negative decision.",
        # control: H-CONFIDENTIALITY-9 own-limits
        audience=person(RECONSIDERATION, kept_inside("late")),
    ),
)
