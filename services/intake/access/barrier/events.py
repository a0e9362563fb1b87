"""Legal's events about barriers that close a case to a staff member."""

from typing import Final

from marshmallow import Schema

from shared.events.contract import Read, Reference


class BarrierSet(Schema):
    """A case is closed to a member of staff."""

    barrier = Reference(required=True)
    member = Reference(required=True)
    set_by = Reference(required=True)


class BarrierLifted(Schema):
    """A barrier was set by mistake."""

    barrier = Reference(required=True)
    member = Reference(required=True)


SET: Final = "legal.barrier.set"
LIFTED: Final = "legal.barrier.lifted"
READS: Final = (
    Read(SET, BarrierSet, about="barrier", protects=True),
    Read(LIFTED, BarrierLifted, about="barrier"),
)
