"""The events about courses of counselling."""

from marshmallow import Schema

from services.support.case import schemas as case
from services.support.counselling import schemas
from shared.access.declarations import omittable
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import COUNSELLING


class CounsellingStarted(Schema):
    """A course of counselling began; the same again once that was put right, of a higher revision."""

    course = schemas.COURSE
    modality = schemas.MODALITY
    started_on = schemas.STARTED_ON
    revision = omittable(case.REVISION)


class CounsellingEnded(Schema):
    """A course of counselling ended; the same again once that was put right, of a higher revision."""

    course = schemas.COURSE
    reason = schemas.END_REASON
    ended_on = schemas.ENDED_ON
    revision = omittable(case.REVISION)


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
