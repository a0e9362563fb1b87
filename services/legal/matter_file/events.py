"""The events about barriers that close a case to somebody. Neither says why, or in which matter."""

from typing import Final

from marshmallow import Schema

from services.legal.matter_file import schemas
from shared.events.audience import inside
from shared.events.contract import EventType


class BarrierSet(Schema):
    """A case is closed to a member of staff."""

    barrier = schemas.BARRIER
    member = schemas.APART
    set_by = schemas.SET_BY


class BarrierLifted(Schema):
    """A barrier was set by mistake."""

    barrier = schemas.BARRIER
    member = schemas.APART


_OF_STAFF: Final = inside("Who is kept apart from a case is a matter of the staff who work on it.")
EVENTS: Final = (
    EventType(
        "barrier.set",
        BarrierSet,
        "justice",
        "A case is closed to a member of staff.",
        protects=True,
        audience=_OF_STAFF,
    ),
    EventType("barrier.lifted", BarrierLifted, "justice", "That was a mistake.", audience=_OF_STAFF),
)
