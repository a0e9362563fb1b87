"""The events about urgent needs and services."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Flag, Reference
from shared.reference import codes


class UrgentNeedNoted(Schema):
    """Needs that can't wait."""

    #: Repeated as intake sent them: a need whose code is newer than this release must not be lost.
    needs = Codes(required=True)


class ServiceDelivered(Schema):
    """A service given."""

    service = Reference(required=True)
    service_type = Code(codes("service_type"), required=True)
    urgent = Flag(required=True)
    delivered_on = Day(required=True)
    met_urgent_need = Flag(required=True)


EVENTS = (
    EventType("urgent_need.noted", UrgentNeedNoted, "support", "Needs that can't wait were taken up."),
    EventType("service.delivered", ServiceDelivered, "support", "The person was given a service."),
)
