"""The events about barriers that close a case to a staff member. The events do not state the reason or the matter."""

from typing import Final

from marshmallow import Schema

from services.legal.cases.case.models import FileBarrier
from services.legal.matters.matter_file import schemas
from shared.access.declarations import field_of
from shared.events.audience import inside
from shared.events.contract import EventType


class BarrierSet(Schema):
    """A case is closed to a member of staff."""

    barrier = schemas.BARRIER
    member = schemas.APART
    set_by = field_of(FileBarrier.set_by)


class BarrierLifted(Schema):
    """A barrier was set by mistake."""

    barrier = schemas.BARRIER
    member = schemas.APART


_OF_STAFF: Final = inside("Barriers between staff members and a case concern the staff who work on it.")
EVENTS: Final = (
    EventType(
        "barrier.set",
        BarrierSet,
        "justice",
        "A case is closed to a member of staff.",
        protects=True,
        audience=_OF_STAFF,
    ),
    EventType("barrier.lifted", BarrierLifted, "justice", "A barrier was set by mistake.", audience=_OF_STAFF),
)
