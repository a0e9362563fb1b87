"""The events about awards: their state, and never how much."""

from marshmallow import Schema

from services.legal.award import schemas
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import AWARD


class AwardChanged(Schema):
    """The state of an award is another now."""

    award = schemas.AWARD
    remedy = schemas.REMEDY
    state = schemas.STATE


EVENTS = (
    EventType(
        "award.changed",
        AwardChanged,
        "justice",
        "What was awarded for a remedy has become final, is collected, paid in part or whole, or is lost.",
        audience=person(AWARD),
    ),
)
