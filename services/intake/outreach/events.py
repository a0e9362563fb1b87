"""Events about outreach. The subject is the session; no case is named."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Count, Day, EventType
from shared.reference import codes


class SessionRecorded(Schema):
    """A session of outreach was held: a region, what about, and how many."""

    held_on = Day(required=True)
    region = Code(required=True)
    setting = Code(codes("outreach_setting"), required=True)
    languages = Codes(codes("language"), required=True)
    topics = Codes(codes("outreach_topic"), required=True)
    partner = Code(codes("org_type"), required=True, allow_none=True)
    reached = Count(required=True)
    spoke_with = Count(required=True)
    contacts = Count(required=True)


EVENTS = (
    EventType(
        "outreach.session_recorded",
        SessionRecorded,
        "outreach",
        "A session of outreach was recorded, in counts only.",
        classification="outreach",
    ),
)
