"""What is read of support: that the notifiers of an agency must ring."""

from typing import Final

from marshmallow import Schema

from shared.events.contract import Code, Count, Read, Reference


class RingDueView(Schema):
    """The notifiers of an agency (the event's subject) must ring."""

    ring = Reference(required=True)
    urgency = Code(required=True)
    told = Code(required=True)
    minutes = Count(required=True)


READS: Final = (Read("support.ring.due", RingDueView),)
