"""The event that makes notifiers ring. Its subject is the agency. It names no request and no person."""

from typing import Final

from marshmallow import Schema

from shared.access.declarations import declare
from shared.events.audience import inside
from shared.events.contract import Code, Count, EventType, Reference
from shared.events.envelope import INSIDE
from shared.reference import codes


class RingDue(Schema):
    """The notifiers of an agency (the event's subject) must ring. It names no request and no person."""

    ring = declare(Reference(), None, "The ring.")
    urgency = declare(Code(codes("danger_urgency")), None, "The urgency.", example="today")
    told = Code(codes("alert_audience"), required=True)
    minutes = declare(Count(), None, "Minutes until the next ring, when this one is given up.", example=15)


EVENTS: Final = (
    EventType(
        "ring.due",
        RingDue,
        "agency",
        "The on-call notifiers of an agency must ring: a contact request has arrived.",
        classification=INSIDE,
        audience=inside("It only tells the sender to ring; agencies receive the ring itself."),
    ),
)
