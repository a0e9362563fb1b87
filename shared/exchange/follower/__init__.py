"""Consume other services' logs: the broker delivers events quickly, the feeds supply any that are missing.

The modules, and the class in this one:

    Follower         the loop: receives deliveries, catches up from the feeds, sweeps for lost events
    apply            applies events to this service's store under the source's cursor
    drain            retries held subjects
    guard            applies priority events ahead of their turn
    examining        compares applied events with the feeds
    catching_up      reports whether the backlog at process start has been applied
    endings_watch    measures the age of the oldest ending that is not applied yet
"""

import time
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from shared.events.envelope import Event
from shared.exchange import cursor, forgeries
from shared.exchange.broker import BrokerRefused, BrokerUnsure, Delivery, Inbox
from shared.exchange.cursor import CursorState
from shared.exchange.feed import DigestPage, FeedAway, FeedReader
from shared.exchange.follower.apply import Application, Interrupted
from shared.exchange.follower.catching_up import CatchingUp, has_caught_up
from shared.exchange.follower.drain import Drain
from shared.exchange.follower.endings_watch import OLDEST_ENDING, EndingsWatch, is_an_ending_late
from shared.exchange.follower.examining import Examiner
from shared.exchange.follower.following import Following, Projection, Reaction, ReadModelTable, is_rebuilding
from shared.exchange.follower.guard import Guard
from shared.exchange.follower.reading import DeliveryReader, KeyCache, Reading
from shared.exchange.forgeries import Forgery
from shared.exchange.interventions import READS
from shared.exchange.proofs import BatchVerifier
from shared.store.database import Database
from shared.store.loop import Loop
from shared.telemetry import crash, metrics
from shared.telemetry.logs import logger

__all__ = [
    "OLDEST_ENDING",
    "CatchingUp",
    "EndingsWatch",
    "Follower",
    "Following",
    "Guard",
    "Projection",
    "Reaction",
    "ReadModelTable",
    "has_caught_up",
    "is_an_ending_late",
    "is_rebuilding",
]

BATCH = 200
#: Maximum seconds of one wait for deliveries, unless a sweep is due earlier. A stop is noticed within this time.
LISTEN_SECONDS = 0.5
SWEEP_SECONDS = 2.0
#: Seconds between sweeps after several quiet ones without deliveries. Each sweep queries every other service, and
#: nothing can be lost while nothing is sent.
QUIET_SWEEP_SECONDS, QUIET_AFTER_SWEEPS = 5.0, 5
#: Seconds until the second check of a cursor that is past its source's head. This limits how long a forged event has an
#: effect.
DOUBT_SECONDS = 1.0
RETRY_SECONDS = 1.0
#: Seconds until the sweep after a delivery, in a service that waits for the comparison with the feeds.
COMPARE_SECONDS = 0.25

log = logger()


class Follower(Loop):
    """The follower of one process. The broker feeds only one of several replicas; any of them can sweep and drain."""

    def __init__(
        self,
        database: Database,
        following: Following,
        application: Application,
        feeds: FeedReader,
        uri: str,
        proofs: BatchVerifier,
    ) -> None:
        """Store the sources, their feeds, and the verifier of message proofs."""
        # The broker redelivers unacknowledged deliveries on the next connection.
        super().__init__(self._follow, retry=RETRY_SECONDS, passing=(Interrupted, SQLAlchemyError))
        self._database = database
        self._following = following
        self._application = application
        self._feeds = feeds
        self._uri = uri
        self._inbox: Inbox | None = None
        self._keys = KeyCache(feeds)
        self._reader = DeliveryReader(database, following.reads, self._keys, proofs)
        self._examiner = Examiner(database, application, feeds)
        self._drain = Drain(database, application, feeds, self._is_told_to_stop)
        self._swept_at = 0.0
        #: Whether events were applied since the last sweep, in a service that waits for their comparison.
        self._compares_soon = False
        #: Number of consecutive sweeps that found no waiting event.
        self._quiet_sweeps = 0
        self._position_at_sweep: dict[str, int] = {}
        self.connected = False
        self.refusal = ""
        database.provide(READS, following.reads)

    def report(self, error: Exception) -> None:
        """Log that events wait for the next attempt."""
        log.warning("follower.interrupted", reason=type(error).__name__)

    def _follow(self) -> None:
        """Follow with the broker, or with the feeds while it is unavailable."""
        try:
            self._follow_broker()
        except (BrokerUnsure, BrokerRefused) as error:
            self.refusal = str(error) if isinstance(error, BrokerRefused) else ""
            log.warning("follower.broker_away", reason=str(error))
            self._bridge()

    def _follow_broker(self) -> None:
        inbox = Inbox(self._uri, self._following.service, self._following.reads.sources)
        try:
            self._fetch_keys()
            self._inbox, self.connected, self.refusal = inbox, True, ""
            self._quiet_sweeps = 0  # the broker may have come back without its messages
            while not self.is_stopping:
                deliveries = inbox.receive(BATCH, min(LISTEN_SECONDS, self._seconds_to_sweep()))
                if deliveries:
                    self._quiet_sweeps = 0
                    self._compares_soon = self._following.compares_at_once
                    self._take(deliveries)
                    crash.point("follower.before_ack")
                    inbox.acknowledge(deliveries[-1].tag)
                self._sweep_when_due()
                time.sleep(0)  # lets other green threads run between two batches
        finally:
            self._inbox, self.connected = None, False
            inbox.cut()

    def _is_told_to_stop(self) -> bool:
        """Return whether to stop. Called between two events, it also keeps the broker connection alive."""
        if self._inbox is not None:
            self._inbox.drain(0)
        return self.is_stopping

    def _bridge(self) -> None:
        """Read the feeds while the broker is unavailable."""
        for source in self._following.reads.sources:
            self._catch_up_if_there(source)
            with self._database.reading() as session:
                state, verified = cursor.read_all(session).get(source, (CursorState(0, None), 0))
            self._verify(source, state, verified)
        self._drain.run_due()
        self.wait(RETRY_SECONDS)

    def _take(self, deliveries: Sequence[Delivery]) -> None:
        by_source: dict[str, list[Reading]] = {}
        for delivery in deliveries:
            reading = self._reader.read(delivery)
            if reading is not None:
                by_source.setdefault(reading.source, []).append(reading)
        for source, readings in by_source.items():
            metrics.received.labels(source).inc(len(readings))
            proven = [reading.event for reading in readings if reading.event is not None and reading.is_proven]
            in_doubt = [reading.event for reading in readings if reading.event is not None and not reading.is_proven]
            believed, confirmed = self._confirm(source, proven)
            is_hint = self._application.take(source, believed, self._is_told_to_stop, confirmed=confirmed)
            if is_hint or len(believed) < len(readings):
                self._catch_up_if_there(source)
            self._examine(source, in_doubt)
            self._position_at_sweep.pop(source, None)

    def _verify(self, source: str, state: CursorState, verified: int) -> DigestPage | None:
        """Compare the applied events with the source's feed, if some were not compared yet.

        Returns the last page from the feed; None if there was nothing to compare or the feed did not answer. In the
        second case the next sweep tries again.
        """
        if verified >= state.position:
            return None
        self._quiet_sweeps = 0
        try:
            return self._examiner.verify(source)
        except FeedAway as away:
            log.debug("follower.feed_away", source=source, reason=str(away))
            return None

    def _confirm(self, source: str, events: Sequence[Event]) -> tuple[Sequence[Event], Collection[UUID]]:
        """Check with the source's feed which of these events' destructive events it contains.

        Returns the events before the first one that the feed does not contain, and the ids of the confirmed destructive
        events. While the feed is unavailable, all events are returned, and the destructive ones wait for it.
        """
        confirmed: set[UUID] = set()
        for place, event in enumerate(events):
            if not self._following.reads.destroys(event):
                continue
            try:
                is_in_log = self._examiner.is_in_log(event)
            except FeedAway as away:
                log.info("follower.feed_away", source=source, reason=str(away))
                continue
            if not is_in_log:
                with self._database.transaction() as session:
                    forgeries.report(session, source, event.position, Forgery.NOT_CONFIRMED)
                return events[:place], confirmed
            confirmed.add(event.id)
        return events, confirmed

    def _examine(self, source: str, in_doubt: Sequence[Event]) -> None:
        """Check unproven and altered redelivered events against the feed.

        While the feed is unavailable, nothing has to be kept: the feed delivers what was not applied, and the next
        sweeps compare what was.
        """
        altered, self._application.disputed = self._application.disputed, []
        try:
            self._examiner.examine(source, in_doubt, Forgery.NOT_SEALED)
            self._examiner.examine(source, altered, Forgery.REPEATED)
        except FeedAway as away:
            log.info("follower.feed_away", source=source, reason=str(away))

    def _fetch_keys(self) -> None:
        """Fetch the sources' keys in advance. A missing source is queried again when its first message arrives."""
        for source in self._following.reads.sources:
            try:
                self._keys.refresh(source)
            except FeedAway as away:
                log.debug("follower.feed_away", source=source, reason=str(away))

    def _catch_up_if_there(self, source: str) -> None:
        try:
            self.catch_up(source)
        except FeedAway as away:
            log.info("follower.feed_away", source=source, reason=str(away))

    def catch_up(self, source: str) -> None:
        """Read a source's feed from the cursor to its head and apply the events. Raises `FeedAway`.

        All recovery uses this code: gaps, outages, lost events at the end of the log, and a new follower's first start.
        It stops at the head of the first page; with a busy source it would otherwise never return to the broker.
        """
        aim: int | None = None
        before: CursorState | None = None
        while not self.is_stopping:
            with self._database.transaction() as session:
                state = cursor.read_state(session, source)
            # Not the end of the page: applying stops where the page continues in another epoch.
            if aim is not None and state.position >= aim:
                return
            if state == before:
                # Gap in the source's feed; retrying cannot fix it.
                log.error("follower.gap_in_feed", source=source, position=state.position)
                return
            before = state
            page = self._feeds.fetch(source, after=state.position)
            self._application.note_head(source, page.head)
            if not self._application.adopt(source, page.epochs) or not page.events:
                return
            metrics.caught_up.labels(source).inc(len(page.events))
            self._application.take(source, page.events, self._is_told_to_stop)
            metrics.cursor_lag.labels(source).set(page.head - page.events[-1].position)
            aim = page.head if aim is None else aim

    def _seconds_to_sweep(self) -> float:
        pause = QUIET_SWEEP_SECONDS if self._quiet_sweeps >= QUIET_AFTER_SWEEPS else SWEEP_SECONDS
        if self._examiner.is_in_doubt:
            pause = DOUBT_SECONDS
        if self._compares_soon:
            pause = COMPARE_SECONDS
        return max(0.0, self._swept_at + pause - time.monotonic())

    def _sweep_when_due(self) -> None:
        if self._seconds_to_sweep() > 0:
            return
        self._swept_at, self._compares_soon = time.monotonic(), False
        self._quiet_sweeps += 1
        self._fetch_keys()
        if self._drain.run_due():
            self._quiet_sweeps = 0
        with self._database.reading() as session:
            cursors = cursor.read_all(session)
        for source in self._following.reads.sources:
            try:
                self._sweep(source, *cursors.get(source, (CursorState(0, None), 0)))
            except FeedAway as away:
                self._quiet_sweeps = 0
                log.debug("follower.feed_away", source=source, reason=str(away))

    def _sweep(self, source: str, state: CursorState, verified: int) -> None:
        """Detect lost events at the end of a log: the head is past a cursor that did not move since the last sweep."""
        position = state.position
        compared = self._verify(source, state, verified)
        if self._position_at_sweep.get(source) == position:
            self.catch_up(source)
            self._position_at_sweep.pop(source, None)
            return
        page = compared or self._feeds.fetch(source, after=position, limit=0)
        head = page.head
        self._application.note_head(source, head)
        if state.epoch not in (None, page.epochs[-1].epoch):
            # The source was restored. This detects it immediately, even if the source records nothing new.
            self._application.adopt(source, page.epochs)
        elif self._examiner.look_at_head(source, state, head):
            # The source's disk was restored in place, or its signing key was stolen: its log decides.
            log.error("follower.ahead_of_source", source=source, position=position, head=head)
            self.catch_up(source)
        metrics.cursor_lag.labels(source).set(max(0, head - position))
        if head > position:
            self._quiet_sweeps = 0
            self._position_at_sweep[source] = position
        else:
            self._position_at_sweep.pop(source, None)
