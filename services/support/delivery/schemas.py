"""The body of the request about a service."""

from marshmallow import Schema

from shared.events.contract import Code, Day, Flag
from shared.reference import codes


class DeliverService(Schema):
    """A service that was given."""

    service_type = Code(codes("service_type"), required=True)
    urgent = Flag(required=True)
    delivered_on = Day()
