"""Build read models in shadow tables: apply events in order and in batches, singly after an error. No reactions run.

Events are applied in order, so a later priority event removes the effects of earlier ones without revocation marks. A
subject that is held waits in the rebuild too, from the same event on. A subject also waits if its event fails only in
the rebuild.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from shared.events.contract import Received, UnknownType
from shared.events.envelope import Event
from shared.exchange import cursor, holds, interventions, tombstones
from shared.exchange.feed import PAGE, FeedReader
from shared.exchange.follower import Following
from shared.exchange.follower.apply import CAREFUL_AT_FIRST, Interrupted
from shared.exchange.rebuild import progress, shadow_tables
from shared.exchange.rebuild.scope import Bound, Scope, bound, covered
from shared.exchange.rebuild.tables import Reached, Rebuild, Waiting
from shared.store.database import Database, is_passing
from shared.telemetry import crash
from shared.telemetry.logs import logger

log = logger()


class Overtaken(Exception):
    """Another process has advanced this rebuild."""

    retryable = True


class CannotStandAlone(Exception):
    """An event fails in the rebuild, but only some projections of its source are being rebuilt: nothing changes."""


class Builder:
    """Builds the projections of one rebuild."""

    def __init__(
        self,
        database: Database,
        following: Following,
        feeds: FeedReader,
        rebuild: Rebuild,
        scope: Scope,
        beat: Callable[[], None],
        *,
        careful: bool,
    ) -> None:
        """Store what to build from which sources; each step calls `beat` to show that this process is alive.

        `careful` means that another process has left the rebuild: one of the next events could have killed that
        process.
        """
        self._database = database
        self._following = following
        self._feeds = feeds
        self.which = rebuild
        self.scope = scope
        self._careful = dict.fromkeys(scope.sources, CAREFUL_AT_FIRST if careful else 0)
        self._beat = beat
        #: Events of waiting subjects that the build has passed, by (source, subject).
        self.passed: dict[tuple[str, UUID], list[Event]] = {}

    def advance(self, source: str) -> bool:
        """Build the next page of a source; return True if more events wait. Raises `FeedAway` or `ShadowVoid`."""
        self._beat()
        with self._database.transaction() as session:
            reached = progress.lock_reached(session, self.which, source)
            state = cursor.read_state(session, source)
        page = self._feeds.fetch(source, after=reached.position, subject=self.which.subject)
        with self._database.transaction() as session:
            within = bound(session, reached, state, page.epochs)
            progress.aim(session, self.which, source, within.limit)
        to = min(covered(page), within.limit)
        if to > reached.position:
            self._take(reached, [event for event in page.events if event.position <= to], to, within)
        return to < within.limit and to > reached.position

    def _take(self, reached: Reached, events: Sequence[Event], to: int, within: Bound) -> None:
        source = reached.source
        if self._careful[source] <= 0:
            try:
                with self._database.transaction() as session:
                    self.build(session, reached, events, to, within.epoch_at(to))
            except Exception as error:
                if is_passing(error):
                    raise Interrupted(type(error).__name__) from error
                log.warning("rebuild.batch_failed", source=source, size=len(events), reason=type(error).__name__)
            else:
                return
        self._careful[source] = max(0, self._careful[source] - len(events))
        for event in events:
            self._beat()
            self._singly(reached, event, within)
            reached = replace(reached, position=event.position, epoch=within.epoch_at(event.position))
        with self._database.transaction() as session:
            self.build(session, reached, [], to, within.epoch_at(to))

    def _singly(self, reached: Reached, event: Event, within: Bound) -> None:
        """Build one event in its own transaction after counting the attempt; its subject waits if it fails."""
        epoch = within.epoch_at(event.position)
        try:
            with self._database.transaction() as session:
                attempts = progress.count_attempt(session, self.which, event.source, event.position)
            failed: Exception = RuntimeError()
            if attempts <= holds.BEGUN_AT_MOST:
                try:
                    with self._database.transaction() as session:
                        self.build(session, reached, [event], event.position, epoch)
                except Exception as error:
                    if is_passing(error) or isinstance(error, Overtaken):
                        raise
                    failed = error
                else:
                    return
            with self._database.transaction() as session:
                self._check(session, reached)
                self._put_on_wait(session, event, failed)
                progress.move(session, self.which, event.source, event.position, epoch)
        except Exception as error:
            if is_passing(error):
                raise Interrupted(type(error).__name__) from error
            raise

    def _put_on_wait(self, session: Session, event: Event, error: Exception) -> None:
        log.error("rebuild.waits", source=event.source, type=event.type, position=event.position, exc_info=error)
        if not self.scope.is_whole(self._following, event.source):
            raise CannotStandAlone(type(error).__name__)
        progress.put_on_wait(session, self.which, event, error)

    def build(self, session: Session, reached: Reached, events: Sequence[Event], to: int, epoch: UUID) -> None:
        """Build events of one source in the caller's transaction, and record the progress."""
        self._check(session, reached)
        self._project(session, self._pick(session, reached.source, events))
        progress.move(session, self.which, reached.source, to, epoch)
        crash.point("rebuild.in_build")

    def _check(self, session: Session, reached: Reached) -> None:
        if progress.lock_reached(session, self.which, reached.source) != reached:
            raise Overtaken

    def _project(self, session: Session, events: Sequence[Event]) -> None:
        received = [opened for event in events if (opened := self.open(event)) is not None]
        if received:
            with shadow_tables.inside(session):
                self.scope.project(session, received)

    def open(self, event: Event) -> Received | None:
        """Decode an event for this service; None if it is not read. Raises `NewerVersion` or `UnreadableData`."""
        try:
            return self._following.reads.open(event)
        except UnknownType:
            return None

    def _pick(self, session: Session, source: str, events: Sequence[Event]) -> list[Event]:
        """Leave out events of waiting subjects and events that operators skipped."""
        subjects = {event.subject for event in events}
        waiting = progress.waiting_among(session, self.which, source, subjects)
        held = holds.positions(session, source, subjects)
        picked = []
        for event in self.without_skipped(session, events):
            if event.subject not in waiting and held.get(event.subject, math.inf) <= event.position:
                progress.put_on_wait(session, self.which, event)
                waiting.add(event.subject)
            if event.subject in waiting:
                self.passed.setdefault((source, event.subject), []).append(event)
            else:
                picked.append(event)
        return picked

    def without_skipped(self, session: Session, events: Sequence[Event]) -> list[Event]:
        """Leave out events that operators skipped and events of erased subjects."""
        if not events:
            return []
        erased = tombstones.among(session, {event.subject for event in events})
        skipped = interventions.skipped(session, events[0].source, {event.position for event in events})
        return [event for event in events if event.position not in skipped and event.subject not in erased]

    def catch_up_all(self) -> None:
        """Build the events of waiting subjects that the live side has drained."""
        with self._database.transaction() as session:
            held = [waiter for waiter in progress.all_waiting(session, self.which) if waiter.failed is None]
            held_at = {(hold.source, hold.subject): hold.position for hold in holds.all_holds(session)}
        for waiter in held:
            self._beat()
            if held_at.get((waiter.source, waiter.subject)) != waiter.position:
                self._catch_up_one(waiter, self.fetch_all(waiter))

    def fetch_all(self, waiter: Waiting) -> list[Event]:
        """Fetch a waiting subject's events, from the first that is not built."""
        events: list[Event] = []
        after = waiter.position - 1
        while True:
            self._beat()
            page = self._feeds.fetch(waiter.source, after=after, subject=waiter.subject)
            events += page.events
            if len(page.events) < PAGE:
                return events
            after = page.events[-1].position

    def _catch_up_one(self, waiter: Waiting, events: Sequence[Event]) -> None:
        try:
            with self._database.transaction() as session:
                self.catch_up(session, waiter, events)
        except Exception as error:
            if is_passing(error):
                raise Interrupted(type(error).__name__) from error
        else:
            return
        for event in events:
            try:
                with self._database.transaction() as session:
                    if event.position >= self._held_and_stop(session, waiter)[1]:
                        break
                    self._project(session, self.without_skipped(session, [event]))
                    progress.wait_from(session, self.which, waiter.source, waiter.subject, event.position + 1)
            except Exception as error:
                if is_passing(error):
                    raise Interrupted(type(error).__name__) from error
                with self._database.transaction() as session:
                    self._put_on_wait(session, event, error)
                return

    def catch_up(self, session: Session, waiter: Waiting, events: Sequence[Event]) -> None:
        """Build these events of a waiting subject as far as they were applied live, in the caller's transaction.

        `events` are all events of the subject in order, from the first one that waits.
        """
        held, stop = self._held_and_stop(session, waiter)
        due = [event for event in events if waiter.position <= event.position < stop]
        self._project(session, self.without_skipped(session, due))
        if held == stop:
            progress.wait_from(session, self.which, waiter.source, waiter.subject, stop)
        else:
            progress.end_wait(session, self.which, waiter.source, waiter.subject)

    def _held_and_stop(self, session: Session, waiter: Waiting) -> tuple[int | None, int]:
        """Return the position of the live hold, and that of the first event not to build yet."""
        reached = progress.lock_reached(session, self.which, waiter.source)
        held = holds.held_at(session, waiter.source, waiter.subject)
        beyond = reached.position + 1
        return held, beyond if held is None else min(beyond, held)
