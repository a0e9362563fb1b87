"""Swap the shadow tables in: one transaction that holds the cursor locks of all their sources.

While the locks are held, no read model changes. For each subject, the shadow tables are advanced to the same event as
the live side: the cursor, or the position of its hold. Priority events that were applied early are applied here too.
Only after that are the live rows made equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from shared.events.contract import NewerVersion
from shared.events.envelope import Event
from shared.exchange import cursor, digests, holds, interventions, revocation_marks, unconfirmed
from shared.exchange.feed import FeedReader
from shared.exchange.follower import Following, reactions
from shared.exchange.follower.apply import Application
from shared.exchange.rebuild import progress, requests, shadow_tables
from shared.exchange.rebuild.build import Builder
from shared.exchange.rebuild.read_ahead import SourceTail, read_ahead
from shared.exchange.rebuild.scope import Bound, ShadowVoid, bound
from shared.exchange.rebuild.tables import DONE, Reached
from shared.store.database import Database, is_passing
from shared.telemetry import crash
from shared.telemetry.logs import logger

log = logger()


class NotYet(Exception):
    """The live side is past the events that were read ahead; read them again."""

    retryable = True


@dataclass
class SourceSwap:
    """One source in a swap: the progress of the build, its limit, and the events that were read ahead."""

    reached: Reached
    within: Bound
    tail: SourceTail


class Swap:
    """Swaps in the result of a builder."""

    def __init__(
        self, database: Database, following: Following, application: Application, feeds: FeedReader, builder: Builder
    ) -> None:
        """Store the builder and the live side."""
        self._database = database
        self._following = following
        self._application = application
        self._feeds = feeds
        self._builder = builder
        self._which = builder.which
        self._scope = builder.scope
        self._fetched: dict[tuple[str, UUID, int], Sequence[Event]] = {}
        #: Whether the same transaction also applies the new events of a replaced log; disabled after a failure.
        self.takes_on = True

    def attempt(self) -> None:
        """Swap if everything needed was read ahead. Raises `NotYet`, `ShadowVoid` or `FeedAway`."""
        tails = self._read_tails()
        with self._database.transaction() as session:
            shadow_tables.extend_time_limits(session)
            requests.lock(session, self._which)
            cursor_states = {source: cursor.lock(session, source) for source in self._scope.sources}
            swaps = [
                self._source_swap(session, source_reached, cursor_states[source_reached.source], tails)
                for source_reached in self._reached(session)
            ]
            for source_swap in swaps:
                self._complete(session, source_swap)
            for source_swap in swaps:
                self._apply_priority_events(session, source_swap)
            differences = [shadow_tables.merge(session, table, self._which.subject) for table in self._scope.tables]
            self._hold_what_failed(session)
            for source_swap in swaps:
                self._go_on(session, source_swap)
            shadow_tables.drop(session)
            requests.end(
                session, self._which, DONE, tables=[difference.shown() for difference in differences], reason=None
            )
            crash.point("rebuild.in_swap")
        for difference in differences:
            log.info("rebuild.swapped", **difference.shown())

    def _reached(self, session: Session) -> list[Reached]:
        return progress.reached(session, self._which)

    def _read_tails(self) -> dict[str, SourceTail]:
        with self._database.transaction() as session:
            waiting = progress.all_waiting(session, self._which)
            reached = self._reached(session)
        for waiter in waiting:
            # There can be many waiting subjects, and they change little. Reuse events fetched for an earlier attempt:
            # the builder keeps the events that it has passed since.
            key = (waiter.source, waiter.subject, waiter.position)
            if key not in self._fetched:
                self._fetched[key] = self._builder.fetch_all(waiter)
        tails = {}
        for source_reached in reached:
            tail = read_ahead(self._database, self._following, self._feeds, source_reached, self._which.subject)
            for waiter in waiting:
                if waiter.source == source_reached.source:
                    fetched = self._fetched[waiter.source, waiter.subject, waiter.position]
                    passed = self._builder.passed.get((waiter.source, waiter.subject), ())
                    tail.waiting[waiter.subject] = [*fetched, *passed]
            tails[source_reached.source] = tail
        return tails

    def _source_swap(
        self, session: Session, reached: Reached, state: cursor.CursorState, tails: dict[str, SourceTail]
    ) -> SourceSwap:
        source = reached.source
        if source not in tails:
            raise ShadowVoid
        within = bound(session, reached, state, tails[source].lives)
        highest = revocation_marks.highest(session, source, self._which.subject)
        if within.limit > tails[source].carried or highest > tails[source].head:
            raise NotYet
        return SourceSwap(reached, within, tails[source])

    def _complete(self, session: Session, source_swap: SourceSwap) -> None:
        """Build the remaining events up to the live cursor, and the drained events of waiting subjects."""
        limit = source_swap.within.limit
        rest = [event for event in source_swap.tail.events if event.position <= limit]
        self._builder.build(session, source_swap.reached, rest, limit, source_swap.within.epoch_at(limit))
        for waiter in progress.all_waiting(session, self._which):
            if waiter.source == source_swap.reached.source and waiter.failed is None:
                self._builder.catch_up(session, waiter, source_swap.tail.of(waiter.subject))

    def _apply_priority_events(self, session: Session, source_swap: SourceSwap) -> None:
        """Apply future priority events, and those behind a hold, ahead of their turn."""
        source, reads = source_swap.reached.source, self._following.reads
        if source_swap.reached.heals:
            revocation_marks.clear(session, source)
        to_come = [event for event in source_swap.tail.priority_events if event.position > source_swap.within.limit]
        ahead = {event.position: event for event in self._that_act(session, source_swap, to_come)}
        for waiter in progress.all_waiting(session, self._which):
            if waiter.source == source:
                behind = (event for event in source_swap.tail.of(waiter.subject) if event.position >= waiter.position)
                ahead |= {event.position: event for event in behind if reads.priority_event(event) is not None}
        for event in self._builder.without_skipped(session, [ahead[position] for position in sorted(ahead)]):
            self._apply_ahead(session, event)

    def _that_act(self, session: Session, source_swap: SourceSwap, events: Sequence[Event]) -> list[Event]:
        """Return the events that were applied early to the live rows, according to their marks.

        If the log was replaced, these are all events. Events of an unknown version set no mark and are always included.
        """
        if source_swap.reached.heals or not events:
            return list(events)
        reads = self._following.reads
        marks = revocation_marks.marks_of(session, source_swap.reached.source, {event.subject for event in events})

        def acts(event: Event) -> bool:
            try:
                received = self._builder.open(event)
            except NewerVersion:
                return True
            return received is not None and revocation_marks.reaches(marks, event, reads.fact(received))

        return [event for event in events if acts(event)]

    def _apply_ahead(self, session: Session, event: Event) -> None:
        """Apply one priority event. If it fails, the guard retries it."""
        try:
            with session.begin_nested():
                received = self._builder.open(event)
                if received is not None:
                    with shadow_tables.inside(session):
                        self._scope.project(session, [received])
                    revocation_marks.raise_for(session, self._following.reads, [received])
        except NewerVersion:
            declared = self._following.reads.priority_event(event)
            if declared is not None and declared.on_unknown is not None:
                with shadow_tables.inside(session):
                    declared.on_unknown(session, event)
        except Exception as error:
            if is_passing(error):
                raise
            log.exception("rebuild.restriction_failed", source=event.source, position=event.position)

    def _hold_what_failed(self, session: Session) -> None:
        for waiter in progress.all_waiting(session, self._which):
            if waiter.failed is not None:
                holds.put_back(session, waiter.source, waiter.subject, waiter.position, waiter.failed)

    def _go_on(self, session: Session, source_swap: SourceSwap) -> None:
        """If a log was replaced, move back to the last common position, and mark reactions to vanished events."""
        if not source_swap.reached.heals:
            return
        source, limit = source_swap.reached.source, source_swap.within.limit
        holds.forget_after(session, source, limit)
        interventions.forget_skips_after(session, source, limit)
        vanished = reactions.mark_vanished(session, source, after=limit, still=source_swap.tail.answered)
        digests.forget_after(session, source, limit)
        unconfirmed.clear(session, source)
        cursor.go_back(session, source, limit, source_swap.tail.lives)
        log.warning("rebuild.healed", source=source, position=limit, vanished=vanished)
        if self.takes_on and source_swap.tail.carried == source_swap.tail.head:
            # Prevents that events with a new position in the new log are missing for a moment.
            new = [event for event in source_swap.tail.events if event.position > limit]
            self._application.take_in(session, source, new)
