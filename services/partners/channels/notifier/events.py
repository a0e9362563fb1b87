"""The events about rings from support and intake: an agency's notifiers must ring."""

from typing import Final

from marshmallow import Schema

from shared.events.contract import Code, Count, Read, Reference


class RingDueView(Schema):
    """The notifiers of an agency (the event's subject) must ring."""

    ring = Reference(required=True)
    urgency = Code(required=True)
    told = Code(required=True)
    minutes = Count(required=True)


#: Support rings for alerts, intake for requests to be contacted.
RINGS: Final = ("support.ring.due", "intake.ring.due")
READS: Final = tuple(Read(event, RingDueView) for event in RINGS)
