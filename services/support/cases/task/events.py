"""The events about tasks."""

from typing import Final

from marshmallow import Schema

from services.support.cases.task.models import Task
from shared.access.declarations import field_of
from shared.events.audience import inside
from shared.events.contract import EventType


class TaskSet(Schema):
    """A new or changed task with its day."""

    task = field_of(Task.id)
    kind = field_of(Task.kind)
    due_on = field_of(Task.due_on)


class TaskDone(Schema):
    """A task was done, or is not needed now."""

    task = field_of(Task.id)
    kind = field_of(Task.kind)


_OF_WORKERS: Final = inside("Tasks are internal work, and not shared.")
EVENTS = (
    EventType("task.set", TaskSet, "support", "A task is due by a day.", audience=_OF_WORKERS),
    EventType("task.done", TaskDone, "support", "The task is done, or no longer needed.", audience=_OF_WORKERS),
)
