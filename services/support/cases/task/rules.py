"""The events about tasks: their kind, day and completion, and nothing about the person."""

from datetime import date
from uuid import UUID

from shared.events.envelope import Announcement


def task_set(task: UUID, kind: str, due_on: date) -> Announcement:
    """Return the event that there is a task, or that its day has changed."""
    return Announcement("task.set", {"task": task, "kind": kind, "due_on": due_on})


def task_done(task: UUID, kind: str) -> Announcement:
    """Return the event that a task was done, or is not needed now."""
    return Announcement("task.done", {"task": task, "kind": kind})
