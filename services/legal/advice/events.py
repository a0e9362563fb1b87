"""The event about advice."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Flag
from shared.reference import codes


class AdviceRecorded(Schema):
    """Advice was given, or why it was not; never what was said."""

    phase = Code(codes("advice_phase"), required=True)
    status = Code(codes("advice_status"), required=True)
    topics = Codes(codes("advice_topic"), required=True)
    funding = Code(codes("advice_funding"), required=True)
    language = Code(codes("language"), required=True)
    interpreter = Flag(required=True)
    given_on = Day(required=True)


EVENTS = (
    EventType("advice.recorded", AdviceRecorded, "advice", "Legal advice was given, declined or could not be had."),
)
