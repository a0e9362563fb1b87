"""The events about tasks of matters: that something waits, for whom alone, and that it is done."""

from typing import Final

from marshmallow import Schema

from services.legal.matters.matter_task import schemas
from shared.events.audience import inside
from shared.events.contract import EventType


class MatterTaskSet(Schema):
    """Something to see to, for some members of staff alone."""

    task = schemas.TASK
    kind = schemas.KIND
    due_on = schemas.DUE_ON
    unclear = schemas.UNCLEAR
    members = schemas.MEMBERS


class MatterTaskDone(Schema):
    """It was seen to."""

    task = schemas.TASK
    kind = schemas.KIND


_OF_ADVISERS: Final = inside("What waits in a matter is known to the advisers who work on it, and to nobody else.")
EVENTS = (
    EventType(
        "matter_task.set",
        MatterTaskSet,
        "justice",
        "Something waits for the advisers who are named, by a day; again, it puts day and advisers right.",
        audience=_OF_ADVISERS,
    ),
    EventType(
        "matter_task.done",
        MatterTaskDone,
        "justice",
        "It was seen to, or there is no need any more.",
        audience=_OF_ADVISERS,
    ),
)
