"""The event about a reconsideration."""

from marshmallow import Schema

from services.legal.reconsideration import schemas
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import RECONSIDERATION


class ReconsiderationRequested(Schema):
    """An authority was asked to look at its negative decision again; `late` notes that the window had passed."""

    stage = schemas.STAGE
    ground = schemas.GROUND
    requested_on = schemas.REQUESTED_ON
    late = schemas.LATE


EVENTS = (
    EventType(
        "reconsideration.requested",
        ReconsiderationRequested,
        "identification",
        "An authority was asked to look at a negative decision again.",
        audience=person(RECONSIDERATION, {"late": None}),
    ),
)
