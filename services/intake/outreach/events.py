"""Events about outreach. The subject is the session; no case is named."""

from marshmallow import Schema

from services.intake.outreach import schemas
from shared.events.audience import kept_inside, of_nobody
from shared.events.contract import EventType


class SessionRecorded(Schema):
    """A session of outreach was held: a region, what about, and how many."""

    held_on = schemas.HELD_ON
    region = schemas.REGION
    setting = schemas.SETTING
    languages = schemas.LANGUAGES
    topics = schemas.TOPICS
    partner = schemas.PARTNER
    reached = schemas.REACHED
    spoke_with = schemas.SPOKE_WITH
    contacts = schemas.CONTACTS


#: How many of a day's session became contacts would say of a case of that day where it began.
EVENTS = (
    EventType(
        "outreach.session_recorded",
        SessionRecorded,
        "outreach",
        "A session of outreach was recorded, in counts only.",
        classification="outreach",
        audience=of_nobody(kept_inside("spoke_with", "contacts")),
    ),
)
