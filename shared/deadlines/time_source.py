"""The current time for the domain's rules and timers: real time, or a test clock that training can set and move.

The test clock is stored in each service's database. Every transaction that reads the time takes a share lock on it. A
move waits for those transactions to end. When the move returns, every replica uses the new time, and no decision under
the old time is committed after it. A set clock stands still until it is moved again. Tokens, retries, leases, audit
timestamps and the `time` of events never use it: they use real time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import CheckConstraint, Column, DateTime, SmallInteger, Table, insert, select, update
from sqlalchemy.orm import Session

from shared.store.context import Carried, ContextKey
from shared.store.database import EACH_ALONE, metadata
from shared.store.statements import ALONG, Along

test_clock = Table(
    "test_clock",
    metadata,
    Column("single", SmallInteger, primary_key=True, autoincrement=False),
    Column("now", DateTime(timezone=True), comment="null: real time"),
    CheckConstraint("single = 1", name="single"),
)


#: The environments in which the clock can be set.
FIRST_INSTANT, LAST_INSTANT = datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)


class TimeFixed(Exception):
    """The clock can't be moved here."""

    status = 409
    title = "The clock can't be moved"

    def __init__(self) -> None:
        """Build the message: why the clock can't be moved, and where it can be."""
        super().__init__(
            "The clock can't be moved, because this is a production installation. Use an installation whose "
            "CASEPATH_ENVIRONMENT is training or development."
        )


@dataclass(frozen=True)
class TimeSource:
    """The domain's time in a process; `movable` is False in production, where a moved time is ignored."""

    movable: bool

    def now(self, session: Session) -> datetime:
        """Return the domain's current time, in UTC, the same for the whole transaction."""
        if not self.movable:
            return datetime.now(UTC)
        now = _NOW.find(session)
        if now is None:
            # A transaction that stores nothing does not have to hold the clock.
            query = _ASKED if EACH_ALONE.find(session) else _ASKED_AND_HELD
            now = _take(session, session.execute(query).scalar_one_or_none())
        return now

    def written(self) -> tuple[str, dict[str, object]]:
        """Return the SQL expression and parameters of the domain's current time, for a query that decides nothing.

        The clock can move meanwhile. Code that decides calls `now`, which holds the clock.
        """
        return _MOVED_OR_REAL if self.movable else _REAL, {"now": datetime.now(UTC)}

    def asked_along(self, *, each_alone: bool) -> tuple[Carried, ...]:
        """Return what a request carries so that its first statement also reads the time; nothing if time is real.

        `each_alone`: its statements run outside a transaction.
        """
        if not self.movable:
            return ()
        return (ALONG.holding(_ALONG if each_alone else _ALONG_AND_HELD),)

    def moved_to(self, session: Session) -> datetime | None:
        """Return the instant that the clock was set to; None if time is real."""
        return session.execute(select(test_clock.c.now)).scalar_one_or_none() if self.movable else None

    def move(self, session: Session, to: datetime | None) -> None:
        """Set the clock, or return to real time. Raises `TimeFixed`."""
        if not self.movable:
            raise TimeFixed
        if not session.execute(update(test_clock).values(now=to)).rowcount:  # type: ignore[attr-defined]  # as above
            session.execute(insert(test_clock).values(single=1, now=to))


#: The time source of every transaction of a process.
TIME_SOURCE: ContextKey[TimeSource] = ContextKey("time source")
#: Read once in a transaction, so that the whole transaction has the same time.
_NOW: ContextKey[datetime] = ContextKey("now")


def _take(session: Session, moved: datetime | None) -> datetime:
    now = moved or datetime.now(UTC)
    _NOW.put(session, now)
    return now


_REAL: Final = "%(now)s::timestamptz"
_MOVED_OR_REAL: Final = "coalesce((select now from test_clock), %(now)s::timestamptz)"
_ASKED: Final = select(test_clock.c.now)
_ASKED_AND_HELD: Final = _ASKED.with_for_update(read=True)
_ALONG: Final = Along(_ASKED, _take)
_ALONG_AND_HELD: Final = Along(_ASKED_AND_HELD, _take)


def now(session: Session) -> datetime:
    """Return the domain's current time, in UTC. An event's time is real time, and a test clock can differ from it."""
    return TIME_SOURCE.of(session).now(session)
