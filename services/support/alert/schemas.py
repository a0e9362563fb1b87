"""The body of the request about an alert."""

from marshmallow import Schema

from shared.events.contract import Code
from shared.reference import codes


class RaiseAlert(Schema):
    """Somebody is in danger."""

    danger_type = Code(codes("danger_type"), required=True)
    urgency = Code(codes("danger_urgency"), required=True)
