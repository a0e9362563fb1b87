"""The events about courses of counselling."""

from marshmallow import Schema

from shared.events.contract import Code, Day, EventType, Reference
from shared.reference import codes


class CounsellingStarted(Schema):
    """A course of counselling began."""

    course = Reference(required=True)
    modality = Code(codes("counselling_modality"), required=True)
    started_on = Day(required=True)


class CounsellingEnded(Schema):
    """A course of counselling ended."""

    course = Reference(required=True)
    reason = Code(codes("counselling_end_reason"), required=True)
    ended_on = Day(required=True)


EVENTS = (
    EventType("counselling.started", CounsellingStarted, "support", "A course of counselling began."),
    EventType(
        "counselling.ended", CounsellingEnded, "support", "A course of counselling ended; the person may come back."
    ),
)
