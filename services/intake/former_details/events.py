"""That details of the person changed, for those who must know; never what they were or are."""

from marshmallow import Schema

from services.intake.former_details import schemas
from shared.events.audience import kept_inside, person
from shared.events.contract import EventType
from shared.events.openings import DETAILS


class DetailsChanged(Schema):
    """Which details of the person are others now; who needs them asks for them."""

    changed = schemas.CHANGED


#: Which details: to know that somebody is called otherwise is little, and of another gender is much.
EVENTS = (
    EventType(
        "details.changed",
        DetailsChanged,
        "contact",
        "Details of the person changed; not from what, nor to what.",
        audience=person(DETAILS, kept_inside("changed")),
    ),
)
