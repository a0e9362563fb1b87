"""What is announced of a task: that there is one, by when, and that it is done; of whom it is about, nothing."""

from datetime import date
from uuid import UUID

from shared.events.envelope import Announcement


def task_set(task: UUID, kind: str, due_on: date) -> Announcement:
    """Announce that there is something to see to, or that its day is another."""
    return Announcement("task.set", {"task": task, "kind": kind, "due_on": due_on})


def task_done(task: UUID, kind: str) -> Announcement:
    """Announce that it was seen to, or that there is nothing to see to any more."""
    return Announcement("task.done", {"task": task, "kind": kind})
