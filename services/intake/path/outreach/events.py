"""Events about outreach. Their subject is the session. They name no case."""

from marshmallow import Schema

from services.intake.path.outreach.models import OutreachSession
from shared.access.declarations import field_of
from shared.events.audience import kept_inside, of_nobody
from shared.events.contract import EventType


class SessionRecorded(Schema):
    """A session of outreach was held: its region, topics and counts."""

    held_on = field_of(OutreachSession.held_on)
    region = field_of(OutreachSession.region)
    setting = field_of(OutreachSession.setting)
    languages = field_of(OutreachSession.languages)
    topics = field_of(OutreachSession.topics)
    partner = field_of(OutreachSession.partner)
    reached = field_of(OutreachSession.reached)
    spoke_with = field_of(OutreachSession.spoke_with)
    contacts = field_of(OutreachSession.contacts)


#: `spoke_with` and `contacts` stay inside: they could show that a case of the same day began at this session.
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
