"""Events about safe contact, never how the person can be reached; and about dangers, on which support acts at once."""

from marshmallow import Schema

from services.intake.safe_contact import schemas
from shared.events.contract import EventType


class SafeContactChanged(Schema):
    """How the person can be reached has changed; read it again before any contact."""

    state = schemas.STATE


class DangerFlagged(Schema):
    """A danger was met; `alert` is the safeguarding alert that support raises for it."""

    alert = schemas.ALERT
    danger_type = schemas.DANGER_TYPE
    urgency = schemas.URGENCY


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
