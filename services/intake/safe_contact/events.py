"""Events about safe contact, never how the person can be reached; and about dangers, on which support acts at once."""

from marshmallow import Schema

from shared.events.contract import Code, EventType, Reference
from shared.reference import codes


class SafeContactChanged(Schema):
    """How the person can be reached has changed; read it again before any contact."""

    state = Code(codes("safe_contact_state"), required=True)


class DangerFlagged(Schema):
    """A danger was met; `alert` is the safeguarding alert that support raises for it."""

    alert = Reference(required=True)
    danger_type = Code(codes("danger_type"), required=True)
    urgency = Code(codes("danger_urgency"), required=True)


EVENTS = (
    EventType(
        "safe_contact.changed",
        SafeContactChanged,
        "safety",
        "How the person can be reached safely has changed.",
        protects=True,
    ),
    EventType(
        "danger.flagged",
        DangerFlagged,
        "safety",
        "Somebody met a danger to the person; support is alerted.",
        protects=True,
    ),
)
