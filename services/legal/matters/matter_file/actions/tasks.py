"""Derive tasks from a matter file, and publish the differences."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.matters.matter_file import rules
from services.legal.matters.matter_file.models import MatterTask
from services.legal.matters.matter_file.rules import Waiting
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def agree(
    session: Session,
    case: UUID,
    file: UUID,
    kinds: Collection[str],
    waiting: Iterable[Waiting],
    members: Sequence[UUID],
) -> None:
    """Update the stored tasks of these kinds to match `waiting`, and publish the differences.

    Tasks of other kinds stay, and are published again if the members have changed. The case is locked, but its version
    is not raised: staff with a barrier to the matter would notice that something happened.
    """
    with session.no_autoflush:
        CASES.lock(session, case)
    tasks = {(task.kind, task.record): task for task in session.scalars(select(MatterTask).filter_by(file=file))}
    wanted = {(item.kind, item.record): item for item in waiting}
    announcements: list[Announcement] = []
    for key, item in wanted.items():
        task = tasks.get(key) or _new(session, case, file, item)
        announcements += _set(task, item.due_on, members, unclear=item.unclear)
    for key, task in tasks.items():
        if key in wanted or not task.is_open:
            continue
        is_over = task.kind in kinds
        announcements += _done(task) if is_over else _set(task, task.due_on, members, unclear=task.unclear)
    eventlog.record(session, case, announcements)


def _new(session: Session, case: UUID, file: UUID, waiting: Waiting) -> MatterTask:
    stated = {"kind": waiting.kind, "record": waiting.record, "unclear": waiting.unclear}
    task = MatterTask(id=new_id(), file=file, case_id=case, members=[], is_open=False, **stated)
    session.add(task)
    return task


def _set(task: MatterTask, due_on: date | None, members: Sequence[UUID], *, unclear: bool) -> Iterator[Announcement]:
    same = (task.due_on, task.unclear, sorted(task.members)) == (due_on, unclear, sorted(members))
    if task.is_open and same:
        return
    task.due_on, task.unclear, task.members, task.is_open = due_on, unclear, sorted(members), True
    yield rules.task_set(task.id, Waiting(task.kind, task.record, due_on, unclear), task.members)


def _done(task: MatterTask) -> Iterator[Announcement]:
    task.is_open = False
    yield rules.task_done(task.id, task.kind)
