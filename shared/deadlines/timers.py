"""Durable timers: act at an instant of the domain's time, exactly once, in order, with any number of replicas.

One replica at a time fires timers (a lock of the transaction), earliest first. Each timer has its own transaction,
which deletes the timer and does the work. After a jump of time, all timers that it passed fire in the order in which
they were due.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Identity,
    Index,
    Table,
    Text,
    Uuid,
    delete,
    exists,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.deadlines.time_source import TimeSource
from shared.events.contract import Emits
from shared.exchange.eventlog import ORIGIN, Origin, reaction_ids
from shared.store.database import Database, is_passing, metadata
from shared.store.loop import Loop
from shared.store.measuring import Measure, age_of
from shared.telemetry import metrics
from shared.telemetry.logs import logger

timers = Table(
    "timers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("owner", Uuid, nullable=False, comment="what the timer belongs to, and is cancelled with"),
    Column("name", Text, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("failed_at", DateTime(timezone=True), comment="real time of the last failure"),
)
Index("timers_due_at_index", timers.c.due_at, timers.c.id)
Index("timers_owner_index", timers.c.owner)

MEASURES = (
    Measure(metrics.timers_waiting, select(func.count()).select_from(timers)),
    Measure(metrics.timers_overdue, select(age_of(func.min(timers.c.due_at)))),
)

_NAMESPACE = UUID("6f2c7f0e-6a0b-5f0a-9d60-0f6f1f6f7a11")
POLL_SECONDS = 1.0
#: A timer whose work failed is retried after this time (seconds of real time), so that it can't block the others.
RETRY_SECONDS = 60
#: It reads the first one in the order of the index: for `exists`, the server might read all timers that are not due
#: yet.
_IS_ANY_DUE = """
    select coalesce((
        select due_at from timers where failed_at is null or failed_at < now() - make_interval(secs => {rest})
        order by due_at, id limit 1
    ) <= {now}, false) as is_any
"""

log = logger()


@dataclass(frozen=True)
class Timer:
    """A timer that is due: its owner and its name."""

    owner: UUID
    name: str
    due_at: datetime

    @property
    def kind(self) -> str:
        """Return the name up to its `@`. The rest distinguishes the timers of one kind."""
        return self.name.partition("@")[0]


OnTimer = Callable[[Session, Timer, datetime], None]
#: The function to call when a timer is due, by the timer's kind.
Handlers = Mapping[str, OnTimer]


class UnknownTimer(LookupError):
    """A timer is due that this release of the service has no handler for."""


def schedule(session: Session, owner: UUID, name: str, due_at: datetime) -> None:
    """Schedule a timer at an instant (of the domain's time), in the caller's transaction."""
    session.execute(insert(timers).values(owner=owner, name=name, due_at=due_at))


def cancel(session: Session, owner: UUID) -> None:
    """Delete every timer of an owner."""
    session.execute(delete(timers).where(timers.c.owner == owner))


def reschedule(session: Session, owner: UUID, name: str, due_at: datetime | None) -> None:
    """Move a timer to another instant or, with None, delete it. The owner's other timers stay."""
    session.execute(delete(timers).where(timers.c.owner == owner, timers.c.name == name))
    if due_at is not None:
        schedule(session, owner, name, due_at)


def come_back(session: Session, timer: Timer, every: timedelta, now: datetime) -> None:
    """Schedule the next run of a periodic timer, in the future: only one, however far time jumped."""
    passed = max(0, (now - timer.due_at) // every)
    schedule(session, timer.owner, timer.name, timer.due_at + (passed + 1) * every)


def is_set(session: Session, owner: UUID, name: str) -> bool:
    """Return whether an owner has a timer of this name. It has, while the timer's handler runs."""
    return bool(session.scalar(select(exists().where(timers.c.owner == owner, timers.c.name == name))))


def next_due(session: Session) -> datetime | None:
    """Return when the next timer is due; None if none is set. One that failed recently is not included."""
    due_at: datetime | None = session.execute(select(func.min(timers.c.due_at)).where(_not_resting())).scalar_one()
    return due_at


class Timers(Loop):
    """Fires the timers of one service."""

    def __init__(self, database: Database, time_source: TimeSource, emits: Emits, handlers: Handlers) -> None:
        """Store the function to call for each kind of timer."""
        self._database = database
        self._time_source = time_source
        self._emits = emits
        super().__init__(self.fire_due, pause=POLL_SECONDS, passing=(SQLAlchemyError,))
        self._handlers = handlers

    def report(self, error: Exception) -> None:
        """Log a permanent error. A transient error is retried without a log entry."""
        if not is_passing(error):
            log.error("timers.failed", exc_info=error)

    def fire_due(self) -> int:
        """Fire all due timers, in order, unless the loop has to stop. Return how many."""
        fired = 0
        while not self.is_stopping and self._is_any_due() and self._fire_one():
            fired += 1
            metrics.timers_fired.inc()
        return fired

    def _is_any_due(self) -> bool:
        """Return whether any timer is due, before taking a lock that blocks the clock and other replicas."""
        instant, named = self._time_source.written()
        return bool(self._database.ask(_IS_ANY_DUE.format(now=instant, rest=RETRY_SECONDS), named)["is_any"])

    def _fire_one(self) -> bool:
        timer: Timer | None = None
        first = select(timers).where(_not_resting()).order_by(timers.c.due_at, timers.c.id).limit(1)
        try:
            with self._database.transaction() as session:
                # Only one replica fires timers at a time, so that they fire in the order in which they are due.
                session.execute(text("select pg_advisory_xact_lock(hashtextextended('casepath.timers', 0))"))
                now = self._time_source.now(session)
                row = session.execute(first.where(timers.c.due_at <= now)).first()
                if row is None:
                    return False
                timer = Timer(row.owner, row.name, row.due_at)
                ORIGIN.put(session, _origin(self._emits, timer))
                # The work locks its subject first and the timer is deleted last, like a request that cancels it.
                self._handler_of(timer)(session, timer, now)
                session.execute(delete(timers).where(timers.c.id == row.id))
        except Exception as error:
            if timer is None or is_passing(error):
                raise
            log.exception("timer.failed", timer=timer.name, owner=str(timer.owner))
            self._rest(timer)
        return True

    # control: H-UPGRADE-2 timers-survive
    def _handler_of(self, timer: Timer) -> OnTimer:
        if timer.kind not in self._handlers:
            raise UnknownTimer(f"No handler for timers of the kind {timer.kind!r}.")
        return self._handlers[timer.kind]

    def _rest(self, timer: Timer) -> None:
        same = (timers.c.owner == timer.owner) & (timers.c.name == timer.name) & (timers.c.due_at == timer.due_at)
        with self._database.transaction() as session:
            session.execute(timers.update().where(same).values(failed_at=func.now()))


def _not_resting() -> ColumnElement[bool]:
    rest = timedelta(seconds=RETRY_SECONDS)
    return timers.c.failed_at.is_(None) | (timers.c.failed_at < func.now() - rest)


def _origin(emits: Emits, timer: Timer) -> Origin:
    """Return the origin of a timer's events.

    Their ids follow from the timer, so a second firing can't publish twice.
    """
    this = uuid5(_NAMESPACE, f"{timer.owner}/{timer.name}/{timer.due_at.isoformat()}")
    return Origin(emits, correlation=timer.owner, next_id=reaction_ids(this))
