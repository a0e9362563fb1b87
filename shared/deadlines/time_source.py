"""Now, for the domain's rules and timers: real time, or a test clock that training may set and move.

The test clock lies in each service's database and is read, and share-locked, by every transaction that asks for now.
Moving it waits for those to end, so that when a move returns, every replica has taken it over and nothing decided under
the old time commits after it. A set clock does not go on until it is moved again. Tokens, retries, leases, audit stamps
and the `time` of events never ask here: they keep real time.
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


#: Where the clock may be set.
FIRST_INSTANT, LAST_INSTANT = datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)


class TimeFixed(Exception):
    """The clock can't be moved here."""

    status = 409
    retryable = False
    title = "The clock can't be moved"

    def __init__(self) -> None:
        """Build the message: why the clock can't be moved, and where it can."""
        super().__init__(
            "This installation runs in production, where time is real. "
            "Move the clock only where CASEPATH_ENVIRONMENT is training or development."
        )


@dataclass(frozen=True)
class TimeSource:
    """The domain's time in a process; `movable` is False in production, where a moved time is ignored."""

    movable: bool

    def now(self, session: Session) -> datetime:
        """Return the domain's now, in UTC, the same for the whole transaction."""
        if not self.movable:
            return datetime.now(UTC)
        now = _NOW.find(session)
        if now is None:
            # Where nothing is stored, nothing has to wait with the clock.
            query = _ASKED if EACH_ALONE.find(session) else _ASKED_AND_HELD
            now = _take(session, session.execute(query).scalar_one_or_none())
        return now

    def written(self) -> tuple[str, dict[str, object]]:
        """Return how a statement of ours writes the domain's now, and what it names: for a look that decides nothing.

        The clock may be moved meanwhile; what decides asks `now`, and keeps it from moving.
        """
        return _MOVED_OR_REAL if self.movable else _REAL, {"now": datetime.now(UTC)}

    def asked_along(self, *, each_alone: bool) -> tuple[Carried, ...]:
        """Return what a request carries so that its first statement brings its now; nothing where time is real.

        `each_alone`: its statements each stand alone.
        """
        if not self.movable:
            return ()
        return (ALONG.holding(_ALONG if each_alone else _ALONG_AND_HELD),)

    def moved_to(self, session: Session) -> datetime | None:
        """Return the instant that the clock was set to; None when time is real."""
        return session.execute(select(test_clock.c.now)).scalar_one_or_none() if self.movable else None

    def move(self, session: Session, to: datetime | None) -> None:
        """Set the clock, or return to real time. Raises `TimeFixed`."""
        if not self.movable:
            raise TimeFixed
        if not session.execute(update(test_clock).values(now=to)).rowcount:  # type: ignore[attr-defined]  # as above
            session.execute(insert(test_clock).values(single=1, now=to))


#: Whose now every transaction of a process goes by.
TIME_SOURCE: ContextKey[TimeSource] = ContextKey("time source")
#: Asked for once in a transaction, so that all of it has one now.
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
    """Return the domain's now, in UTC: an event's time is real time, and a test clock may have moved the domain's."""
    return TIME_SOURCE.of(session).now(session)
