"""The events about urgent needs and services."""

from marshmallow import Schema

from services.support.delivery import schemas
from shared.events.contract import Codes, EventType, Flag


class UrgentNeedNoted(Schema):
    """Needs that can't wait."""

    #: Repeated as intake sent them: a need whose code is newer than this release must not be lost.
    needs = Codes(of="service_type", required=True)


class ServiceDelivered(Schema):
    """A service given."""

    service = schemas.SERVICE
    service_type = schemas.SERVICE_TYPE
    urgent = schemas.URGENT
    delivered_on = schemas.DELIVERED_ON
    met_urgent_need = Flag(required=True)


EVENTS = (
    EventType("urgent_need.noted", UrgentNeedNoted, "support", "Needs that can't wait were taken up."),
    EventType("service.delivered", ServiceDelivered, "support", "The person was given a service."),
)
