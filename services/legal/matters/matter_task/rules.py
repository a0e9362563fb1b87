"""What is announced of a task of a matter: where it is another than was told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.events.envelope import Announcement


@dataclass(frozen=True)
class Waiting:
    """Something of a matter to see to, by a day or now; `unclear`: the day is the earliest safe reading."""

    kind: str
    record: UUID
    due_on: date | None
    unclear: bool = False


def task_set(task: UUID, waiting: Waiting, members: Sequence[UUID]) -> Announcement:
    """Announce that something waits for these members of staff, or that its day, or who they are, is another."""
    when = {"due_on": waiting.due_on, "unclear": waiting.unclear}
    return Announcement("matter_task.set", {"task": task, "kind": waiting.kind, **when, "members": list(members)})


def task_done(task: UUID, kind: str) -> Announcement:
    """Announce that nobody has to see to it any more."""
    return Announcement("matter_task.done", {"task": task, "kind": kind})
