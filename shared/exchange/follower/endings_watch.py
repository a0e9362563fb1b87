"""Measure the age of the oldest ending that a service has not applied yet, according to its source's feed.

An ending (for example, a withdrawal) removes someone's right to receive data. Code that discloses data checks whether
an ending could have been waiting for longer than the bound, and discloses nothing if so. The age also grows while a
source is unavailable, because it could have recorded an ending.
"""

import math
import time
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.events.contract import NewerVersion, Reads
from shared.events.envelope import Event
from shared.exchange import cursor, holds, tombstones
from shared.exchange.feed import PAGE, FeedAway, FeedReader
from shared.exchange.revocation_marks import acts_ahead, marks_of, reaches
from shared.store.context import ContextKey
from shared.store.database import Database
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: Seconds between checks: while everything is applied, and while an event waits or the source is unavailable.
LOOK_SECONDS, DOUBT_SECONDS = 2.0, 1.0
#: Limits of one check: held subjects to examine, and feed pages to read ahead of the cursor.
HOLDS_AT_MOST, PAGES_AT_MOST = 20, 5

log = logger()


class EndingsWatch(Loop):
    """Watches the endings of one source in one process."""

    def __init__(
        self,
        database: Database,
        feeds: FeedReader,
        reads: Reads,
        source: str,
        endings: Collection[str],
        *,
        bound: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Watch the event types `endings` of a source; from now on, transactions of `database` know the watch.

        `bound` is the number of seconds after which an ending is late. `now` returns the time; `clock` is monotonic.
        """
        super().__init__(self.look, pause=DOUBT_SECONDS, retry=DOUBT_SECONDS, passing=(FeedAway, SQLAlchemyError))
        self._database, self._feeds, self._reads = database, feeds, reads
        self._source, self._endings, self._bound = source, frozenset(endings), bound
        self._now, self._clock = now, clock
        #: Age of the oldest ending, and the clock reading at which it was known.
        self._age, self._known_at = 0.0, clock()
        self._is_comparable = False
        #: Held subjects with the time of their first waiting ending, and the clock reading of each one's last
        #: examination.
        self._waiting: dict[UUID, datetime] = {}
        self._examined: dict[UUID, float] = {}
        self._was_late = False
        # control: H-AGENCY-2 age-of-oldest-ending
        metrics.oldest_ending.labels(source).set_function(self.age)
        database.provide(ENDINGS_WATCH, self)

    def age(self) -> float:
        """Return the maximum number of seconds for which an ending can have been waiting."""
        return self._age + self._clock() - self._known_at

    @property
    def is_late(self) -> bool:
        """Return whether an ending can have been waiting for longer than the bound."""
        return self.age() > self._bound

    def report(self, error: Exception) -> None:
        """Log that the source or this service's database is unavailable."""
        log.info("endings.unknown", source=self._source, reason=type(error).__name__)
        self._note()

    def look(self) -> None:
        """Find the oldest ending that is not applied. Raises `FeedAway`."""
        began, now = self._clock(), self._now()
        waiting = [moment for moment in (self._ahead(), self._among_held()) if moment is not None]
        if not self._is_comparable:
            return  # the applied events belong to another log: keep the age growing
        self._age = max(0.0, (now - min(waiting)).total_seconds()) if waiting else 0.0
        self._known_at = began
        self.pause = DOUBT_SECONDS if waiting else LOOK_SECONDS
        self._note()

    def _note(self) -> None:
        if self.is_late and not self._was_late:
            log.error("endings.late", source=self._source, seconds=round(self.age()))
        elif self._was_late and not self.is_late:
            log.info("endings.applied", source=self._source)
        self._was_late = self.is_late

    def _ahead(self) -> datetime | None:
        """Return the time of the first unapplied ending ahead of the cursor; None if there is none."""
        with self._database.transaction() as session:
            state = cursor.read_state(session, self._source)
        after = state.position
        for _ in range(PAGES_AT_MOST):
            page = self._feeds.fetch(self._source, after=after)
            self._is_comparable = not state.diverged and state.epoch in (None, *(life.epoch for life in page.epochs))
            moment = self._first_waiting(page.events)
            if moment is not None or len(page.events) < PAGE:
                return moment
            after = page.events[-1].position
        # Later pages were not read; no ending waits before this event.
        return page.events[-1].time

    def _among_held(self) -> datetime | None:
        """Return the same for held subjects. Examines some of them and uses earlier results for the others."""
        with self._database.transaction() as session:
            held = {hold.subject: hold.position for hold in holds.all_holds(session) if hold.source == self._source}
        self._waiting = {subject: self._waiting[subject] for subject in self._waiting.keys() & held.keys()}
        self._examined = {subject: self._examined.get(subject, -math.inf) for subject in held}
        # Examine subjects with waiting endings first, then those not examined for longest.
        turns = sorted(held, key=lambda subject: (subject not in self._waiting, self._examined[subject]))
        for subject in turns[:HOLDS_AT_MOST]:
            page = self._feeds.fetch(self._source, after=held[subject] - 1, subject=subject)
            moment = self._first_waiting(page.events)
            self._examined[subject] = self._clock()
            if moment is None:
                self._waiting.pop(subject, None)
            else:
                self._waiting[subject] = moment
        return min(self._waiting.values(), default=None)

    def _first_waiting(self, events: Iterable[Event]) -> datetime | None:
        endings = [event for event in events if self._is_ending(event)]
        if not endings:
            return None
        with self._database.transaction() as session:
            return next((event.time for event in endings if not self._is_applied(session, event)), None)

    def _is_ending(self, event: Event) -> bool:
        return f"{event.source}.{event.name}" in self._endings and not event.is_erased

    def _is_applied(self, session: Session, event: Event) -> bool:
        """Return whether an ending was applied, in or ahead of its turn, or is obsolete."""
        state, held_at = cursor.read_state(session, event.source), holds.held_at(session, event.source, event.subject)
        if not acts_ahead(state.position, held_at, event.position) or tombstones.among(session, {event.subject}):
            return True
        declared = self._reads.priority_event(event)
        if declared is None or self._reads.outlives(event):
            return False
        try:
            opened = self._reads.open(event)
        except NewerVersion:
            return declared.on_unknown is not None  # the fallback has already closed everything that it could end
        fact = None if opened is None else self._reads.fact(opened)
        return reaches(marks_of(session, event.source, [event.subject]), event, fact)


#: The bound of the process: maximum seconds for which an ending can wait.
OLDEST_ENDING: Final[ContextKey[float]] = ContextKey("oldest ending")
#: The watch of the transaction's process.
ENDINGS_WATCH: Final[ContextKey[EndingsWatch]] = ContextKey("endings watch")


def is_an_ending_late(session: Session) -> bool:
    """Return whether an ending could be late, in a process that watches for it."""
    watch = ENDINGS_WATCH.find(session)
    return watch is not None and watch.is_late
