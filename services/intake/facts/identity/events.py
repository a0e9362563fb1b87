"""The event that details of the person changed, without old or new values, for those who must know."""

from marshmallow import Schema

from services.intake.facts.identity import schemas
from shared.events.audience import kept_inside, person
from shared.events.contract import EventType
from shared.events.openings import DETAILS


class DetailsChanged(Schema):
    """Which details of the person changed. A service that needs the values requests them."""

    changed = schemas.CHANGED


#: Which details changed stays inside: a changed name reveals little, a changed gender reveals much.
EVENTS = (
    EventType(
        "details.changed",
        DetailsChanged,
        "contact",
        "Details of the person changed; not from what, nor to what.",
        audience=person(DETAILS, kept_inside("changed")),
    ),
)
