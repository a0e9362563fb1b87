"""Retry held subjects: fetch their events from the feed and apply them under the source's cursor lock."""

import time
from collections.abc import Callable
from itertools import zip_longest

from shared.events.envelope import Event
from shared.exchange import cursor, holds
from shared.exchange.feed import PAGE, FeedAway, FeedReader, Page
from shared.exchange.follower.apply import Application
from shared.exchange.holds import Hold
from shared.store.database import Database, is_passing
from shared.telemetry import crash, faults, metrics
from shared.telemetry.logs import logger

#: Maximum seconds of one drain run. Live events are processed between two runs.
TURN_SECONDS = 2.0

_IS_ANY_HELD = "select exists (select from follow_holds) as is_any"

log = logger()


class Drain:
    """Drains holds whose next attempt is due."""

    def __init__(
        self,
        database: Database,
        application: Application,
        feeds: FeedReader,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Store the application, the feeds, and the function that returns whether to stop."""
        self._database = database
        self._application = application
        self._feeds = feeds
        self._is_stopping = is_stopping

    def run_due(self) -> bool:
        """Retry due holds within the time limit and record how many remain; return whether any was due."""
        due: list[Hold] = []
        waiting: dict[str, dict[str, int]] = {}
        ages: dict[str, float] = {}
        is_any = bool(self._database.ask(_IS_ANY_HELD)["is_any"])
        if is_any:
            with self._database.transaction() as session:
                due = [*holds.due(session), *holds.awaited(session, self._application.reads.versions)]
                waiting, ages = holds.counts(session), holds.oldest(session)
        for source in self._application.sources:
            count = waiting.get(source, {"held": 0, "parked": 0})
            metrics.held.labels(source).set(count["held"])
            metrics.parked.labels(source).set(count["parked"])
            metrics.hold_age.labels(source).set(ages.get(source, 0.0))
        until = time.monotonic() + TURN_SECONDS
        for hold in due:
            if self._is_over(until):
                break
            try:
                self.drain(hold, until=until)
            except FeedAway as away:
                log.info("drain.feed_away", source=hold.source, reason=str(away))
        return is_any

    def _is_over(self, until: float) -> bool:
        return self._is_stopping() or time.monotonic() >= until

    # control: H-UPGRADE-2 held-subjects-survive
    def drain(self, due_hold: Hold, *, until: float | None = None) -> bool:
        """Apply the subject's events from the held one up to the cursor; return True when the hold was released."""
        until = time.monotonic() + TURN_SECONDS if until is None else until
        with self._database.transaction() as session:
            begun_hold = holds.begin_try(session, due_hold)
        if begun_hold is None:
            return False
        metrics.retried.labels(due_hold.source).inc()
        hold: Hold | None = begun_hold
        while hold is not None:
            page = self._fetch(hold)
            if not self._application.adopt(hold.source, page.epochs):
                self._uncount(hold)  # the events in the log now are not those that the cursor has passed
                return False
            hold = self._apply_page(hold, page, until)
            if hold is None:
                return False
            if self._release(hold, page):
                return True
            if self._is_over(until):
                return False
        return False

    def _fetch(self, hold: Hold) -> Page:
        """Fetch the waiting events. An unavailable source does not count as an attempt."""
        try:
            return self._feeds.fetch(hold.source, after=hold.position - 1, subject=hold.subject)
        except FeedAway:
            self._uncount(hold)
            raise

    def _uncount(self, hold: Hold) -> None:
        with self._database.transaction() as session:
            holds.uncount_attempt(session, hold)

    def _reach(self, hold: Hold, event: Event) -> Hold | None:
        """Record the next event before the attempt, in case only the position after the last event was known.

        The event can be at exactly that position. The hold would then still have the type of the last event.
        """
        with self._database.transaction() as session:
            cursor.lock(session, hold.source)
            return holds.reach(session, hold, event) if holds.locked(session, hold) else None

    def _apply_page(self, hold: Hold, page: Page, until: float) -> Hold | None:
        """Apply the events of a page; return the advanced hold, or None if this drain ends before the page does."""
        advanced = self._reach(hold, page.events[0]) if page.events else hold
        for event, following in zip_longest(page.events, page.events[1:]):
            advanced = None if advanced is None else self._apply(advanced, event, following)
            if advanced is None or self._is_over(until):
                return None
        return advanced

    def _apply(self, hold: Hold, event: Event, following: Event | None) -> Hold | None:
        """Apply one held event; return the advanced hold, or None if it failed or another process has the hold."""
        try:
            with self._database.transaction() as session:
                state = cursor.lock(session, hold.source)
                if not holds.locked(session, hold):
                    return None
                if event.position > state.position:
                    # The cursor has not passed it yet: from here on, live events of the subject are applied normally.
                    holds.end_hold(session, hold)
                    return None
                self._application.apply_held(session, event)
                crash.point("drain.before_commit")
                behind = event.position + 1 if following is None else following.position
                return holds.advance(session, hold, behind, following)
        except Exception as error:
            with self._database.transaction() as session:
                if is_passing(error):
                    holds.uncount_attempt(session, hold)
                else:
                    holds.failed(session, hold, event, error)
            which = {"source": hold.source, "type": event.type, "position": event.position}
            log.exception("drain.failed", **which)
            if not is_passing(error) and hold.is_given_up(error):
                reason = type(error).__name__
                log.error("drain.parked", **which, attempts=hold.attempts, reason=reason, **faults.described(error))  # noqa: TRY400
            return None

    def _release(self, hold: Hold, page: Page) -> bool:
        """Release the subject, unless the cursor passed more of its events since the page was read."""
        if len(page.events) >= PAGE:
            return False
        with self._database.transaction() as session:
            state = cursor.lock(session, hold.source)
            if not holds.locked(session, hold):
                return True
            if state.position > page.head:
                return False
            holds.end_hold(session, hold)
        log.info("drain.released", source=hold.source, position=hold.position)
        return True
