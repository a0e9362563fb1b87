"""Events about dangers, on which support acts at once."""

from marshmallow import Schema

from shared.events.contract import Code, EventType, Reference
from shared.reference import codes


class DangerFlagged(Schema):
    """A danger was met; `alert` is the safeguarding alert that support raises for it."""

    alert = Reference(required=True)
    danger_type = Code(codes("danger_type"), required=True)
    urgency = Code(codes("danger_urgency"), required=True)


ALERTS = (
    EventType(
        "danger.flagged",
        DangerFlagged,
        "safety",
        "Somebody met a danger to the person; support is alerted.",
        protects=True,
    ),
)
