"""What is done to a clock. Each in the caller's transaction, with the subject's row locked; each is announced."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from shared.deadlines import requests, timers
from shared.deadlines.tables import (
    PAUSED,
    RESTING,
    RUNNING,
    STOPPED,
    WITHDRAWN,
    DeadlineForbids,
    clocks,
    columns_of,
    live,
    of_id,
    period_of,
    rule_of,
    set_timers,
)
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.reference import ClockRule, Deadline, deadline, profile
from shared.reference.periods import (
    Due,
    ImpossiblePeriod,
    Unit,
    earliest,
    local_date,
    on_day,
    prolonged,
    resumed,
    start_of_day,
)
from shared.store.database import TableRow

_SHOWN = ("code", "kind", "jurisdiction", "began_on", "due_on", "rule_version", "verify")


def start(
    session: Session,
    subject: UUID,
    jurisdiction: str,
    code: str,
    begins: date | datetime | str,
    *,
    now: datetime,
    cause: UUID | None = None,
) -> UUID | None:
    """Start a clock; None if one of its code is running, paused or resting.

    `begins` may leave day or month open, and then counts from its first day. `now` decides which warnings are past.
    `cause`: the fact that asks, should it ever have to be undone.
    """
    running = live(session, subject, code) is not None
    clock = None if running else begin(session, subject, jurisdiction, code, begins, now=now)
    requests.note_start(session, subject, jurisdiction, code, begins, at=now, cause=cause, clock=clock)
    return clock


def begin(
    session: Session, subject: UUID, jurisdiction: str, code: str, begins: date | datetime | str, *, now: datetime
) -> UUID:
    """Start a clock even if another of its code runs; for this package."""
    law = profile(jurisdiction)
    counted = deadline(law, code, begins)
    first_day = earliest(begins) if isinstance(begins, str) else begins
    clock = new_id()
    row = {"id": clock, **_row(subject, jurisdiction, counted, local_date(first_day, law.timezone))}
    session.execute(insert(clocks), row)
    if counted.due is not None:
        set_timers(session, clock, counted.due, counted.rule, law.timezone, now, [])
    _emit(session, subject, "started", {"clock": clock, **{name: row[name] for name in _SHOWN}})
    return clock


def stop(
    session: Session, subject: UUID, codes: Iterable[str], *, now: datetime | None = None, cause: UUID | None = None
) -> None:
    """Stop the clocks of these codes that run, are paused or rest: what they waited for has come.

    `cause`: the fact that asks, should it ever have to be undone; `now` as in `start`.
    """
    for code in codes:
        requests.note_stop(session, subject, code, at=now, cause=cause)
        halt(session, subject, code)


def halt(session: Session, subject: UUID, code: str) -> None:
    """Stop the clock of a code, if one runs, is paused or rests; for this package."""
    row = live(session, subject, code)
    if row is not None:
        change(session, row, state=STOPPED, paused_at=None)
        emit_stopped(session, row)


def pause(session: Session, subject: UUID, clock: UUID, since: date | datetime) -> None:
    """Pause a clock, also one whose due date has passed meanwhile.

    Raises NoSuchClock, and ClockForbids where the rule knows no pause, it is paused or stopped, or was over by then.
    """
    row = of_id(session, subject, clock)
    rule, zone = rule_of(row), profile(row.jurisdiction).timezone
    if not rule.pausable:
        raise DeadlineForbids("rule_knows_a_pause", f"The rule of {row.code} knows no pause; its time goes on.")
    if row.state in (PAUSED, STOPPED, RESTING, WITHDRAWN):
        raise DeadlineForbids("clock_goes_on", f"This clock is {row.state} already.")
    # Time before the period began does not count anyway.
    day = max(local_date(since, zone), row.began_on)
    if row.due_on is not None and day > row.due_on:
        raise DeadlineForbids("paused_in_time", f"The period was over on {row.due_on}, before it could be paused.")
    at = since if isinstance(since, datetime) and day == local_date(since, zone) else start_of_day(day, zone)
    change(session, row, state=PAUSED, paused_at=at)
    _emit(session, subject, "paused", {**_identity(row), "paused_on": day})


def resume(session: Session, subject: UUID, clock: UUID, again: date | datetime, *, now: datetime) -> date | None:
    """Resume a paused clock; returns its new due date, None where its length is not known.

    Raises NoSuchClock, ClockForbids for one that is not paused, ImpossibleDate for a day before its pause.
    """
    row = of_id(session, subject, clock)
    if row.state != PAUSED:
        raise DeadlineForbids("clock_is_paused", f"This clock is {row.state}, not paused.")
    rule, due = rule_of(row), period_of(row)
    after = None if due is None else _after_pause(row, rule, due, again)
    change(
        session,
        row,
        state=RUNNING,
        paused_at=None,
        other_due_on=_other_after_pause(row, rule, again),
        **columns_of(after),
    )
    return go_on(session, row, after, "resumed", now)


def extend(session: Session, subject: UUID, clock: UUID, until: date, *, now: datetime) -> date:
    """Extend a clock to a later day, by decision; returns that day. One that was over runs again.

    Raises NoSuchClock, and ClockForbids where the rule knows no extension, it was stopped, or the day is no later.
    """
    row = of_id(session, subject, clock)
    rule, due, zone = rule_of(row), period_of(row), profile(row.jurisdiction).timezone
    if not rule.extendable:
        raise DeadlineForbids("rule_knows_an_extension", f"The rule of {row.code} knows no extension.")
    if row.state == STOPPED:
        raise DeadlineForbids("clock_goes_on", "This clock was stopped; what it waited for has come.")
    if row.state == WITHDRAWN:
        raise DeadlineForbids("clock_goes_on", "What began this clock was recorded wrongly; it counts no more.")
    if row.state == RESTING:
        raise DeadlineForbids("clock_goes_on", "This clock rests while another runs in its place; extend that one.")
    try:
        after = on_day(until, zone) if due is None else prolonged(due, until, zone)
    except ImpossiblePeriod as error:
        raise DeadlineForbids("extended_to_a_later_day", str(error)) from error
    state = PAUSED if row.state == PAUSED else RUNNING
    # What was decided has one reading.
    change(session, row, state=state, other_due_on=None, **columns_of(after))
    if state == PAUSED:
        _emit(session, subject, "extended", {**_identity(row), "due_on": until})
    else:
        go_on(session, row, after, "extended", now)
    return until


def running(session: Session, subject: UUID) -> list[TableRow]:
    """Return the subject's clocks that run, in the order of their codes."""
    of_subject = (clocks.c.subject == subject) & (clocks.c.state == RUNNING)
    return list(session.execute(select(clocks).where(of_subject).order_by(clocks.c.code)).all())


def rest(session: Session, subject: UUID, clock: UUID) -> None:
    """Suspend a running clock: another of its code runs in its place, for another subject.

    It keeps its due date, which time goes on towards. Raises NoSuchClock, and ClockForbids for one that does not run.
    """
    row = of_id(session, subject, clock)
    if row.state != RUNNING:
        raise DeadlineForbids("clock_runs", f"This clock is {row.state}, and does not run.")
    change(session, row, state=RESTING)
    _emit(session, subject, "rested", _identity(row))


def wake(session: Session, subject: UUID, *, now: datetime) -> None:
    """Resume every resting clock of a subject as if it had never rested; emit the ends that came meanwhile."""
    resting = (clocks.c.subject == subject) & (clocks.c.state == RESTING)
    for row in session.execute(select(clocks).where(resting).order_by(clocks.c.code)).all():
        change(session, row, state=RUNNING)
        go_on(session, row, period_of(row), "woken", now)


def _row(subject: UUID, jurisdiction: str, counted: Deadline, began_on: date) -> dict[str, object]:
    rule = counted.rule
    return {
        "subject": subject,
        "jurisdiction": jurisdiction,
        "code": rule.code,
        "kind": rule.kind,
        "rule_version": rule.version,
        "began_on": began_on,
        **columns_of(counted.due),
        "other_due_on": counted.other.due_on if counted.other else None,
        "verify": rule.verify,
        "late_filing": rule.late_filing,
        "state": RUNNING,
    }


def _after_pause(row: TableRow, rule: ClockRule, due: Due, again: date | datetime) -> Due:
    law = profile(row.jurisdiction)
    unit: Unit = "D" if rule.length is None else rule.length.unit
    return resumed(
        due,
        row.paused_at,
        again,
        unit=unit,
        calendar=law.calendar,
        timezone=law.timezone,
        roll=rule.roll,
        left=rule.left_after_pause,
    )


def _other_after_pause(row: TableRow, rule: ClockRule, again: date | datetime) -> date | None:
    zone = profile(row.jurisdiction).timezone
    other: date | None = row.other_due_on
    if other is None or other < local_date(row.paused_at, zone):
        return other
    return _after_pause(row, rule, on_day(other, zone), again).due_on


def change(session: Session, row: TableRow, **values: object) -> None:
    """Store what is new about a clock; its timers, which belong to what was, are forgotten."""
    session.execute(update(clocks).where(clocks.c.id == row.id).values(**values))
    timers.cancel(session, row.id)


def go_on(session: Session, row: TableRow, due: Due | None, verb: str, now: datetime) -> date | None:
    """Set the timers of a clock that runs again, and announce it by a verb; for this package."""
    if due is not None:
        zone = profile(row.jurisdiction).timezone
        set_timers(session, row.id, due, rule_of(row), zone, now, row.announced)
    due_on = due.due_on if due else None
    _emit(session, row.subject, verb, {**_identity(row), "due_on": due_on})
    return due_on


def emit_stopped(session: Session, row: TableRow) -> None:
    """Announce that a clock was stopped; for this package."""
    _emit(session, row.subject, "stopped", _identity(row))


def _identity(row: TableRow) -> dict[str, object]:
    return {"clock": row.id, "code": row.code, "kind": row.kind}


def _emit(session: Session, subject: UUID, verb: str, data: dict[str, object]) -> None:
    eventlog.record(session, subject, [Announcement(f"clock.{verb}", data)])
