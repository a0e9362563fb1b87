"""That details of the person changed, for those who must know; never what they were or are."""

from marshmallow import Schema

from services.intake.former_details import schemas
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import DETAILS


class DetailsChanged(Schema):
    """Which details of the person are others now; who needs them asks for them."""

    changed = schemas.CHANGED


EVENTS = (
    EventType(
        "details.changed",
        DetailsChanged,
        "contact",
        "Details of the person changed; not from what, nor to what.",
        audience=person(DETAILS),
    ),
)
