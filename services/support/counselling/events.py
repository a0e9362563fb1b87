"""The events about courses of counselling."""

from marshmallow import Schema

from services.support.counselling import schemas
from shared.events.contract import EventType


class CounsellingStarted(Schema):
    """A course of counselling began."""

    course = schemas.COURSE
    modality = schemas.MODALITY
    started_on = schemas.STARTED_ON


class CounsellingEnded(Schema):
    """A course of counselling ended."""

    course = schemas.COURSE
    reason = schemas.END_REASON
    ended_on = schemas.ENDED_ON


EVENTS = (
    EventType("counselling.started", CounsellingStarted, "support", "A course of counselling began."),
    EventType(
        "counselling.ended", CounsellingEnded, "support", "A course of counselling ended; the person may come back."
    ),
)
