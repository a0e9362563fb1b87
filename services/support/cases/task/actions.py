"""Set and finish tasks as their records change. The caller has locked the case."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import Recorded
from services.support.cases.task import rules
from services.support.cases.task.models import Task
from shared.events.envelope import new_id
from shared.exchange import eventlog


def set_task(session: Session, case: UUID, kind: str, record: UUID, due_on: date) -> None:
    """Store a task of a record with its day, and publish it if it is new or changed."""
    task = _find(session, case, kind, record)
    if task is not None and task.done_on is None and task.due_on == due_on:
        return
    if task is None:
        task = Task(id=new_id(), case_id=case, kind=kind, record=record)
        session.add(task)
    task.due_on, task.done_on = due_on, None
    session.flush()
    eventlog.record(session, case, [rules.task_set(task.id, kind, due_on)])


def finish_task(session: Session, case: UUID, kind: str, record: UUID, today: date) -> None:
    """Store and publish that a task was done; without such a task, do nothing."""
    task = _find(session, case, kind, record)
    if task is not None and task.done_on is None:
        task.done_on = today
        eventlog.record(session, case, [rules.task_done(task.id, kind)])


def finish_if_withdrawn(change: Change, row: Recorded, *kinds: str) -> None:
    """Finish the tasks of a record that a correction has withdrawn."""
    if row.taken_back_at is not None:
        for kind in kinds:
            finish_task(change.session, change.case, kind, row.id, change.today)


def is_open(session: Session, case: UUID, kind: str, record: UUID) -> bool:
    """Return whether a task of a record is open."""
    task = _find(session, case, kind, record)
    return task is not None and task.done_on is None


def is_any_open(session: Session, case: UUID, kinds: Collection[str]) -> bool:
    """Return whether a task of one of these kinds is open."""
    session.flush()
    query = select(Task.id).where(Task.case_id == case, Task.kind.in_(kinds), Task.done_on.is_(None))
    return session.execute(query.limit(1)).first() is not None


def _find(session: Session, case: UUID, kind: str, record: UUID) -> Task | None:
    session.flush()
    query = select(Task).where(Task.case_id == case, Task.kind == kind, Task.record == record)
    return session.scalars(query).one_or_none()
