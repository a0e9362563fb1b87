"""Puts the shadow tables in the place of the live ones: one transaction, under the cursors of all their sources.

Under these locks no read model moves, so that what was built can be brought to the very same event, for each subject:
to the cursor, or to where it is held. What protects and acts ahead of its turn acts here too, and only then are the
live rows made to agree.
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
    """The live side has gone further than what was read ahead; it is read again."""

    retryable = True


@dataclass
class SourceSwap:
    """One source in a swap: how far was built, how far it goes, and what was read ahead."""

    reached: Reached
    within: Bound
    tail: SourceTail


class Swap:
    """Swaps in what a builder has built."""

    def __init__(
        self, database: Database, following: Following, application: Application, feeds: FeedReader, builder: Builder
    ) -> None:
        """Store what was built, and what is live."""
        self._database = database
        self._following = following
        self._application = application
        self._feeds = feeds
        self._builder = builder
        self._which = builder.which
        self._scope = builder.scope
        self._fetched: dict[tuple[str, UUID, int], Sequence[Event]] = {}
        #: Whether a replaced log's new events are taken in the same transaction; given up if one of them fails.
        self.takes_on = True

    def attempt(self) -> None:
        """Swap, if all that is needed was read ahead in time. Raises `NotYet`, `ShadowVoid`, `FeedAway`."""
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
            # They may be many, and change little: what was fetched for an earlier attempt serves again, since the
            # builder keeps what it has passed since.
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
        """Build in what is left up to the live cursor, and of each waiting subject what the live side has drained."""
        limit = source_swap.within.limit
        rest = [event for event in source_swap.tail.events if event.position <= limit]
        self._builder.build(session, source_swap.reached, rest, limit, source_swap.within.epoch_at(limit))
        for waiter in progress.all_waiting(session, self._which):
            if waiter.source == source_swap.reached.source and waiter.failed is None:
                self._builder.catch_up(session, waiter, source_swap.tail.of(waiter.subject))

    def _apply_priority_events(self, session: Session, source_swap: SourceSwap) -> None:
        """Apply priority events ahead of their turn: those still to come, and those behind what holds their subject."""
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
        """Return the events that have acted ahead of their turn on the live rows: they have left a mark.

        Of a log that was replaced all act, and so do those of a version that is not known: they leave none.
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
        """Apply one priority event; one that fails is left to the guard, which tries it again."""
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
        """Where a log was replaced, go on from where it and ours parted; mark the reactions to vanished events."""
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
            # So that what both logs tell, only at another position, does not vanish for a moment.
            new = [event for event in source_swap.tail.events if event.position > limit]
            self._application.take_in(session, source, new)
