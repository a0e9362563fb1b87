"""Events about safe contact: that it changed, never how the person can be reached."""

from marshmallow import Schema

from shared.events.contract import Code, EventType
from shared.reference import codes


class SafeContactChanged(Schema):
    """How the person can be reached has changed; read it again before any contact."""

    state = Code(codes("safe_contact_state"), required=True)


CONTACTS = (
    EventType(
        "safe_contact.changed",
        SafeContactChanged,
        "safety",
        "How the person can be reached safely has changed.",
        protects=True,
    ),
)
