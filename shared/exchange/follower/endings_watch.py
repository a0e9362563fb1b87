"""Watches how old the oldest ending is that a service has not applied yet, as its source's feed has it.

An ending takes away what somebody may receive: a withdrawal, say. Whoever hands data out asks whether an ending may be
waiting for longer than the bound, and then hands out nothing. A source that does not answer counts too: what it has
recorded since it was last read is not known.
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

#: Between two looks: while all is applied, and while something waits or the source is silent (seconds).
LOOK_SECONDS, DOUBT_SECONDS = 2.0, 1.0
#: So many subjects that are held are examined in one look, and so many pages of what is ahead of the cursor.
HOLDS_AT_MOST, PAGES_AT_MOST = 20, 5

log = logger()


class EndingsWatch(Loop):
    """The watch of one process over the endings of one source."""

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
        """Watch the events of the types `endings` of a source; from now on the transactions of `database` know of it.

        `bound`: seconds after which an ending is late. `now` and `clock`: the time, and one that only goes forward.
        """
        super().__init__(self.look, pause=DOUBT_SECONDS, retry=DOUBT_SECONDS, passing=(FeedAway, SQLAlchemyError))
        self._database, self._feeds, self._reads = database, feeds, reads
        self._source, self._endings, self._bound = source, frozenset(endings), bound
        self._now, self._clock = now, clock
        #: How old the oldest ending was, and when that was known.
        self._age, self._known_at = 0.0, clock()
        self._is_comparable = False
        #: Subjects that are held, with the first ending that waits there, and when each was examined last.
        self._waiting: dict[UUID, datetime] = {}
        self._examined: dict[UUID, float] = {}
        self._was_late = False
        # control: H-AGENCY-2 age-of-oldest-ending
        metrics.oldest_ending.labels(source).set_function(self.age)
        database.provide(ENDINGS_WATCH, self)

    def age(self) -> float:
        """Return how many seconds an ending may have been waiting for by now."""
        return self._age + self._clock() - self._known_at

    @property
    def is_late(self) -> bool:
        """Return whether an ending may have been waiting for longer than the bound."""
        return self.age() > self._bound

    def report(self, error: Exception) -> None:
        """Log that the source, or our own store, does not say how far it is."""
        log.info("endings.unknown", source=self._source, reason=type(error).__name__)
        self._note()

    def look(self) -> None:
        """Find the oldest ending that is not applied. Raises `FeedAway`."""
        began, now = self._clock(), self._now()
        waiting = [moment for moment in (self._ahead(), self._among_held()) if moment is not None]
        if not self._is_comparable:
            return  # what was applied is of another log than the source has now: the age goes on growing
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
        """Return when the first ending ahead of the cursor was recorded that is not applied; None if there is none."""
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
        # What comes behind is not known; nothing before it waits.
        return page.events[-1].time

    def _among_held(self) -> datetime | None:
        """Return the same of subjects that are held: a part of them in each look, and what is known of the others."""
        with self._database.transaction() as session:
            held = {hold.subject: hold.position for hold in holds.all_holds(session) if hold.source == self._source}
        self._waiting = {subject: self._waiting[subject] for subject in self._waiting.keys() & held.keys()}
        self._examined = {subject: self._examined.get(subject, -math.inf) for subject in held}
        # First where something waits, then what was not examined for longest.
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
        """Return whether an ending was applied, in its turn or ahead of it, or has nothing left to end."""
        state, held_at = cursor.read_state(session, event.source), holds.held_at(session, event.source, event.subject)
        if not acts_ahead(state.position, held_at, event.position) or tombstones.among(session, {event.subject}):
            return True
        declared = self._reads.priority_event(event)
        if declared is None or self._reads.outlives(event):
            return False
        try:
            opened = self._reads.open(event)
        except NewerVersion:
            return declared.on_unknown is not None  # it has shut all that it could end
        fact = None if opened is None else self._reads.fact(opened)
        return reaches(marks_of(session, event.source, [event.subject]), event, fact)


#: The bound of the process: seconds for which an ending may wait.
OLDEST_ENDING: Final[ContextKey[float]] = ContextKey("oldest ending")
#: The watch of the process whose transaction it is.
ENDINGS_WATCH: Final[ContextKey[EndingsWatch]] = ContextKey("endings watch")


def is_an_ending_late(session: Session) -> bool:
    """Return whether an ending may be waiting for too long, in a process that watches for it."""
    watch = ENDINGS_WATCH.find(session)
    return watch is not None and watch.is_late
