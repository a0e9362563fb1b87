"""Recompute the deadlines of a subject without a withdrawn fact."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.deadlines import commands, requests
from shared.deadlines.requests import Request
from shared.deadlines.tables import RUNNING, STOPPED, WITHDRAWN, clocks, period_of
from shared.reference import deadline, profile
from shared.store.database import TableRow


def undo(session: Session, subject: UUID, cause: UUID, *, now: datetime) -> None:
    """Withdraw a fact's requests: clocks that it began stop, those that it stopped run on to their old day.

    What only the fact kept from starting or stopping starts or stops now. An end that came meanwhile is announced.
    """
    for code in requests.forget(session, subject, cause):
        _settle(session, subject, code, now)


def _settle(session: Session, subject: UUID, code: str, now: datetime) -> None:
    of_code = select(clocks).where(clocks.c.subject == subject, clocks.c.code == code).order_by(clocks.c.id)
    rows = {row.id: row for row in session.execute(of_code).all()}

    def over(start: Request, by: datetime) -> bool:
        return _is_over(start, rows, code, by)

    outcomes = requests.outcome(requests.of_code(session, subject, code), over)
    states = {start.clock: STOPPED if is_stopped else RUNNING for start, is_stopped in outcomes}
    ended = [row for row in rows.values() if states.get(row.id, WITHDRAWN) != RUNNING]
    for row in ended:
        _take_back(session, row, states.get(row.id, WITHDRAWN))
    for row in rows.values():
        if row not in ended and row.state in (STOPPED, WITHDRAWN):
            commands.change(session, row, state=RUNNING)
            commands.go_on(session, row, period_of(row), "woken", now)
    for start, is_stopped in outcomes:
        if start.clock is None:
            _begin(session, subject, code, start, now, is_stopped=is_stopped)


def _is_over(start: Request, rows: dict[UUID, TableRow], code: str, by: datetime) -> bool:
    """Return whether the clock that a start began, or would have begun, had come to its own end."""
    if start.clock is not None:
        row = rows[start.clock]
        return row.ends_at is not None and row.paused_at is None and bool(row.ends_at <= by)
    due = deadline(profile(str(start.jurisdiction)), code, start.first_moment).due
    return due is not None and due.ends_at <= by


def _take_back(session: Session, row: TableRow, state: str) -> None:
    # Should it ever run again, its end has to be announced again.
    announced = [announcement for announcement in row.announced if not announcement.startswith("end@")]
    commands.change(session, row, state=state, paused_at=None, announced=announced)
    if row.state not in (STOPPED, WITHDRAWN):
        commands.emit_stopped(session, row)


def _begin(session: Session, subject: UUID, code: str, start: Request, now: datetime, *, is_stopped: bool) -> None:
    clock = commands.begin(session, subject, str(start.jurisdiction), code, start.first_moment, now=now)
    requests.note_clock(session, start, clock)
    if is_stopped:
        commands.halt(session, subject, code)
