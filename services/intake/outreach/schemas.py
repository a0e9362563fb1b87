"""Bodies of requests about outreach."""

from services.intake.case.schemas import Body
from shared.events.contract import Code, Codes, Count, Day
from shared.reference import codes


class RecordSession(Body):
    """A session of outreach, in counts only: no person, and no place smaller than a region."""

    held_on = Day()
    region = Code(required=True)
    setting = Code(codes("outreach_setting"), required=True)
    languages = Codes(codes("language"), required=True)
    topics = Codes(codes("outreach_topic"), required=True)
    partner = Code(codes("org_type"), load_default=None, allow_none=True)
    reached = Count(required=True)
    spoke_with = Count(required=True)
    contacts = Count(required=True)
