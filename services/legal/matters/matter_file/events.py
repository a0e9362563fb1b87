"""The events about barriers that close a case to a staff member, and about tasks of matters.

Events about barriers do not state the reason or the matter. Events about tasks only state that a task is open, for
which members, and that it is done.
"""

from typing import Final

from marshmallow import Schema

from services.legal.cases.case.models import FileBarrier
from services.legal.matters.matter_file import schemas
from shared.access.declarations import field_of
from shared.events.audience import inside
from shared.events.contract import EventType


class BarrierSet(Schema):
    """A case is closed to a staff member."""

    barrier = schemas.BARRIER
    member = schemas.APART
    set_by = field_of(FileBarrier.set_by)


class BarrierLifted(Schema):
    """A barrier was set by mistake."""

    barrier = schemas.BARRIER
    member = schemas.APART


_OF_STAFF: Final = inside("Barriers between staff members and a case concern the staff who work on it.")


class MatterTaskSet(Schema):
    """A task for certain staff members only."""

    task = schemas.TASK
    kind = schemas.KIND
    due_on = schemas.DUE_ON
    unclear = schemas.UNCLEAR
    members = schemas.MEMBERS


class MatterTaskDone(Schema):
    """A task is done."""

    task = schemas.TASK
    kind = schemas.KIND


_OF_ADVISERS: Final = inside("Tasks of a matter are only for the advisers who work on it.")

EVENTS: Final = (
    EventType(
        "barrier.set",
        BarrierSet,
        "justice",
        "A case is closed to a member of staff.",
        protects=True,
        audience=_OF_STAFF,
    ),
    EventType("barrier.lifted", BarrierLifted, "justice", "A barrier was set by mistake.", audience=_OF_STAFF),
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
        "The task is done, or no longer needed.",
        audience=_OF_ADVISERS,
    ),
)
