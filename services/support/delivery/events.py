"""The events about urgent needs and services."""

from marshmallow import Schema

from services.support.case import schemas as case
from services.support.delivery import schemas
from shared.access.declarations import omittable
from shared.events.contract import Code, Codes, Day, EventType, Flag, Reference


class UrgentNeedNoted(Schema):
    """Needs that can't wait."""

    #: Repeated as intake sent them: a need whose code is newer than this release must not be lost.
    needs = Codes(of="service_type", required=True)
    noted_on = omittable(schemas.NOTED_ON)


class UrgentNeedTold(Schema):
    """One urgent need: open, or counting no more as it was noted."""

    need = Reference(required=True)
    service_type = Code(of="service_type", required=True)
    noted_on = Day(required=True)


class UrgentNeedMet(UrgentNeedTold):
    """The service that meets an urgent need."""

    service = Reference(required=True)
    met_on = Day(required=True)


class ServiceDelivered(Schema):
    """A service given; the same again once it was put right, of a higher revision."""

    service = schemas.SERVICE
    service_type = schemas.SERVICE_TYPE
    urgent = schemas.URGENT
    delivered_on = schemas.DELIVERED_ON
    met_urgent_need = Flag(required=True)
    happened = omittable(case.HAPPENED)
    learnt = omittable(case.LEARNT)
    revision = omittable(case.REVISION)


EVENTS = (
    EventType("urgent_need.noted", UrgentNeedNoted, "support", "Needs that can't wait were taken up."),
    EventType("urgent_need.met", UrgentNeedMet, "support", "A service met an urgent need, or another one did first."),
    EventType("urgent_need.reopened", UrgentNeedTold, "support", "No service meets an urgent need any more."),
    EventType("urgent_need.withdrawn", UrgentNeedTold, "support", "An urgent need was recorded wrongly."),
    EventType("service.delivered", ServiceDelivered, "support", "The person was given a service."),
)
