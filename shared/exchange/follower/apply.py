"""Apply events to a follower's store: one batch per transaction under the source's cursor, singly after an error."""

import math
import sys
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from shared.events.contract import NewerVersion, Received, UnknownType
from shared.events.envelope import Event
from shared.exchange import cursor, digests, holds, revocation_marks, tombstones, unconfirmed
from shared.exchange.cursor import CursorState
from shared.exchange.eventlog import ORIGIN, Epoch, Origin, reaction_ids
from shared.exchange.follower import reactions
from shared.exchange.follower.following import Following, Reaction
from shared.exchange.follower.locked import SubjectLocked, naming_locks
from shared.exchange.follower.sorting import Sorted, sort_batch
from shared.exchange.follower.subject_filter import filter_subjects
from shared.store.database import Database, is_passing
from shared.telemetry import crash, metrics
from shared.telemetry.logs import logger

#: After a start, the first events of each source that existed then are applied singly, in case one of them killed the
#: last process.
CAREFUL_AT_FIRST = 200

log = logger()


class Interrupted(Exception):
    """The database was unavailable, or the cursor was locked. Nothing was applied, and no attempt was counted."""

    retryable = True


class Application:
    """Applies events to the store of one service."""

    def __init__(self, database: Database, following: Following) -> None:
        """Index the projections and reactions by event."""
        self._database = database
        self._following = following
        self.reads = following.reads
        self.sources = following.reads.sources
        self._careful: dict[str, int] = dict.fromkeys(self.sources, CAREFUL_AT_FIRST)
        self._heads_at_first: dict[str, int] = {}
        #: Redelivered events that differ from what was applied, to be examined.
        self.disputed: list[Event] = []

    def take(
        self,
        source: str,
        events: Sequence[Event],
        is_stopping: Callable[[], bool] = lambda: False,
        *,
        confirmed: Collection[UUID] | None = None,
    ) -> bool:
        """Apply the next of these events; return True if they indicate a gap, so the feed must be read.

        `confirmed` contains the ids of destructive events that the feed is known to contain; None means that all events
        came from the feed. Raises `Interrupted` when the database is unavailable, or on a stop between two single
        events. In both cases nothing is lost and no attempt is counted.
        """
        if not self._is_careful_with(source, events):
            try:
                return self._batch(source, events, confirmed)
            except Exception as error:
                if is_passing(error):
                    raise Interrupted(type(error).__name__) from error
                log.warning("follower.batch_failed", source=source, size=len(events), reason=type(error).__name__)
        self._careful[source] = max(0, self._careful[source] - len(events))
        for event in events:
            if is_stopping():
                raise Interrupted("stopping")
            if self._singly(source, event, confirmed):
                return True
        return False

    def note_head(self, source: str, head: int) -> None:
        """Store the head of a source's log as first seen after the start; later calls change nothing."""
        self._heads_at_first.setdefault(source, head)

    def _is_careful_with(self, source: str, events: Sequence[Event]) -> bool:
        """Return whether one of these events existed at the start, so that it could have killed the last process."""
        last = self._heads_at_first.get(source, math.inf)
        return self._careful[source] > 0 and any(event.position <= last for event in events)

    def adopt(self, source: str, lives: Sequence[Epoch]) -> bool:
        """Adopt the source's present epoch if the follower still agrees with its log; False if it has diverged."""
        with self._database.transaction() as session:
            state = cursor.lock(session, source)
            epoch = None if state.diverged else cursor.still_agrees(state, lives)
            if epoch is None:
                if cursor.mark_diverged(session, source):
                    # The marks refer to positions of the old log; from now on, marks refer to the new one.
                    revocation_marks.clear(session, source)
                    log.error("follower.diverged", source=source, position=state.position)
                return False
            if epoch != state.epoch:
                cursor.move(session, source, state.position, epoch)
            agreed = cursor.remembered(session, source)
            if agreed != list(lives):
                # Priority events can have been applied epochs ahead of the cursor, so compare all epochs last agreed
                # on.
                newest = agreed[-1].epoch if agreed else state.epoch
                self._forget_what_never_was(session, source, CursorState(sys.maxsize, newest), agreed, lives)
                cursor.remember(session, source, lives)
        return True

    @staticmethod
    def _forget_what_never_was(
        session: Session, source: str, state: CursorState, agreed: Sequence[Epoch], lives: Sequence[Epoch]
    ) -> None:
        """Delete the marks of early priority events that disappeared when their log was restored."""
        if state.epoch is not None:
            revocation_marks.clear(session, source, after=cursor.parting(state, agreed, lives))

    def _batch(self, source: str, events: Sequence[Event], confirmed: Collection[UUID] | None) -> bool:
        with metrics.batch_seconds.time(), self._database.transaction() as session:
            batch = self.take_in(session, source, events, confirmed)
            disputed = _disputed(session, source, batch.seen)
            if disputed:
                # The follower checks them now. If it cannot, or stops before, its sweeps compare these positions again.
                cursor.unmark_verified(session, source, min(event.position for event in disputed))
            if batch.moved:
                crash.point("follower.before_commit")
        self.disputed += disputed
        measure(source, batch)
        return batch.hint

    def take_in(
        self, session: Session, source: str, events: Sequence[Event], confirmed: Collection[UUID] | None = None
    ) -> Sorted:
        """Apply the next of these events in the caller's transaction, and move the cursor past them."""
        state = cursor.lock(session, source)
        filtered = filter_subjects(session, source, {event.subject for event in events})
        batch = sort_batch(self._following.reads, state, filtered.held, events, filtered.erased, confirmed)
        with naming_locks():
            self.perform(session, batch.received)
        for event in batch.priority_events:
            self.apply_ahead(session, event)
        for event, reason in batch.hold:
            holds.hold(session, event, reason, 0)
        for event in batch.unknown:
            cursor.count_skipped(session, source, event.name, event.version, event.position)
        if batch.moved:
            # Store no reference to a case that was erased earlier or by one of these events.
            outlived = {event.subject for event in batch.passed if self.reads.outlives(event)}
            digests.store_and_move(session, source, batch.passed, filtered.erased | outlived)
        return batch

    def _singly(self, source: str, event: Event, confirmed: Collection[UUID] | None) -> bool:
        """Apply one event in its own transaction after counting the attempt; hold its subject if it fails."""
        try:
            attempts = cursor.count_attempt(self._database, source, event.position)
            if attempts > holds.BEGUN_AT_MOST:
                return self._hold(source, event, RuntimeError(), attempts)
            try:
                return self._batch(source, [event], confirmed)
            except SubjectLocked as locked:
                self._uncount(source, event)
                return self._hold(source, event, locked, 0)
            except Exception as error:
                if is_passing(error):
                    self._uncount(source, event)
                    raise
                log.exception("follower.event_failed", source=source, type=event.type, position=event.position)
                return self._hold(source, event, error, attempts)
        except Exception as error:
            if is_passing(error):
                raise Interrupted(type(error).__name__) from error
            raise

    def _uncount(self, source: str, event: Event) -> None:
        with self._database.transaction() as session:
            cursor.uncount_attempt(session, source, event.position)

    def _hold(self, source: str, event: Event, error: BaseException, attempts: int) -> bool:
        with self._database.transaction() as session:
            state = cursor.lock(session, source)
            if event.position == state.position + 1:
                holds.hold(session, event, error, attempts)
                digests.store(session, source, [event])
                cursor.move(session, source, event.position, event.epoch)
                log.error("follower.held", source=source, type=event.type, position=event.position)
        return False

    def apply_held(self, session: Session, event: Event) -> None:
        """Apply one event of a held subject in the caller's transaction; the cursor is already past it."""
        if self._was_erased(session, event):
            return
        try:
            opened = self._following.reads.open(event)
        except UnknownType:
            cursor.count_skipped(session, event.source, event.name, event.version, event.position)
            return
        if opened is not None:
            self.perform(session, [opened])

    def _was_erased(self, session: Session, event: Event) -> bool:
        return not self.reads.outlives(event) and bool(tombstones.among(session, {event.subject}))

    def apply_ahead(self, session: Session, event: Event, *, confirmed: bool = True) -> None:
        """Apply a priority event ahead of its turn in the caller's transaction, and set its revocation mark.

        If the event is not `confirmed` by the source's feed, it is stored, so that it can be reverted if the feed does
        not contain it. Does nothing if its turn is past. The cursor does not move, and the event is applied again in
        its turn.
        """
        declared = self._following.reads.priority_event(event)
        state = cursor.lock(session, event.source)
        # After a divergence, positions of the log cannot be compared with the cursor. The marks are for the rebuild.
        comparable = not state.diverged
        held_at = holds.held_at(session, event.source, event.subject)
        if declared is None or self._was_erased(session, event):
            return
        if comparable and not revocation_marks.acts_ahead(state.position, held_at, event.position):
            return
        try:
            opened = self._following.reads.open(event)
        except NewerVersion:
            if declared.on_unknown is not None:
                declared.on_unknown(session, event)
                if not confirmed:
                    unconfirmed.put(session, event, acted=True, since=_since(state, held_at))
            return
        if opened is not None:
            valid = (
                revocation_marks.without_outranked(session, self._following.reads, [opened]) if comparable else [opened]
            )
            with naming_locks():
                self._project(session, valid)
            revocation_marks.raise_for(session, self._following.reads, valid)
            metrics.applied_ahead.labels(event.source).inc(len(valid))
            if not confirmed:
                fact = self._following.reads.fact(opened) if valid else None
                unconfirmed.put(session, event, acted=True, key=fact, since=_since(state, held_at))
            for reaction in self._following.reactions:
                if reaction.ahead and reaction.on == opened.key:
                    self._react(session, reaction, opened)

    def perform(self, session: Session, received: Sequence[Received]) -> None:
        """Run projections, then reactions, in the caller's transaction; skip events outranked by a revocation mark.

        An outranked priority event still runs its reactions, because the event that outranks it is a later priority
        event.
        """
        reads = self._following.reads
        valid = revocation_marks.without_outranked(session, reads, received)
        self._project(session, valid)
        revocation_marks.raise_for(session, reads, valid)
        valid_ids = {event.event.id for event in valid}
        for event in received:
            if event.event.id not in valid_ids:
                metrics.outranked.labels(event.event.source).inc()
                if reads.priority_event(event.event) is None:
                    continue
            for reaction in self._following.reactions:
                if reaction.on == event.key:
                    self._react(session, reaction, event)

    def _project(self, session: Session, received: Sequence[Received]) -> None:
        for projection in self._following.projections:
            own_events = [event for event in received if event.key in projection.reads]
            if own_events:
                with metrics.handler_seconds.labels(f"project {projection.name}").time():
                    projection.project(session, own_events)

    def _react(self, session: Session, reaction: Reaction, received: Received) -> None:
        event = received.event
        is_named = not self.reads.outlives(event)
        this = reactions.begin(session, self._following.service, reaction.name, event, is_named=is_named)
        if this is None:
            return
        ORIGIN.put(
            session,
            Origin(
                self._following.emits,
                correlation=event.correlation,
                cause=event.id,
                traceparent=event.traceparent,
                next_id=reaction_ids(this),
            ),
        )
        with metrics.handler_seconds.labels(f"react {reaction.name}").time():
            reaction.act(session, received)


def _since(state: CursorState, held_at: int | None) -> int:
    """Return the first position of a subject that is still to be applied."""
    return state.position + 1 if held_at is None else min(held_at, state.position + 1)


def _disputed(session: Session, source: str, seen: Sequence[Event]) -> list[Event]:
    """Return the redelivered events that differ from what was applied."""
    if not seen:
        return []
    remembered = digests.at(session, source, {event.position for event in seen})
    return [
        event
        for event in seen
        if event.position in remembered and not remembered[event.position].matches(digests.digest_of(event))
    ]


def measure(source: str, batch: Sorted) -> None:
    """Update the metrics of a batch after its commit."""
    if batch.moved:
        metrics.batch_size.observe(batch.moved)
    metrics.applied.labels(source).inc(batch.moved - batch.behind - batch.erased)
    metrics.seen.labels(source).inc(len(batch.seen))
    metrics.behind.labels(source).inc(batch.behind)
    metrics.erased.labels(source).inc(batch.erased)
    metrics.skipped.labels(source).inc(len(batch.unknown))
    for event in batch.unknown:
        log.warning("follower.skipped", source=source, type=event.type, position=event.position)
