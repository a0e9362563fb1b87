"""The events about courses of counselling."""

from marshmallow import Schema

from services.support.counselling.counselling.models import Course
from shared.access.declarations import field_of, not_null, omittable
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import COUNSELLING


class CounsellingStarted(Schema):
    """A course of counselling started, or the start was corrected with a higher revision."""

    course = field_of(Course.id)
    modality = field_of(Course.modality)
    started_on = field_of(Course.started_on)
    revision = omittable(field_of(Course.revision))


class CounsellingEnded(Schema):
    """A course of counselling ended, or the end was corrected with a higher revision."""

    course = field_of(Course.id)
    reason = not_null(Course.end_reason)
    ended_on = not_null(Course.ended_on)
    revision = omittable(field_of(Course.revision))


EVENTS = (
    EventType(
        "counselling.started",
        CounsellingStarted,
        "support",
        "A course of counselling began.",
        audience=person(COUNSELLING),
    ),
    EventType(
        "counselling.ended",
        CounsellingEnded,
        "support",
        "A course of counselling ended; the person may come back.",
        audience=person(COUNSELLING),
    ),
)
