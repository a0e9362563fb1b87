"""Follows other services' logs: the broker brings events at once, the feeds heal whatever it did not bring.

Built from five parts: `apply` puts events into this service's store under the source's cursor, `drain` tries held
subjects again, `guard` applies priority events ahead of their turn, `examining` compares what was applied with the
feeds, `catching_up` says whether what was there at the start was taken, `endings_watch` how old the oldest
ending is that was not applied, and `Follower` here is the loop that takes
deliveries, catches up and sweeps.
"""

import time
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from shared.events.envelope import Event
from shared.exchange import cursor, forgeries
from shared.exchange.broker import BrokerRefused, BrokerUnsure, Delivery, Inbox
from shared.exchange.cursor import CursorState
from shared.exchange.feed import FeedAway, FeedReader
from shared.exchange.follower.apply import Application, Interrupted
from shared.exchange.follower.catching_up import CatchingUp, has_caught_up
from shared.exchange.follower.drain import Drain
from shared.exchange.follower.endings_watch import OLDEST_ENDING, EndingsWatch, is_an_ending_late
from shared.exchange.follower.examining import Examiner
from shared.exchange.follower.following import Following, Projection, Reaction, ReadModelTable, is_rebuilding
from shared.exchange.follower.guard import Guard
from shared.exchange.follower.reading import DeliveryReader, KeyCache, Reading
from shared.exchange.forgeries import Forgery
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
#: How long one wait for deliveries lasts, unless a sweep is due before; also how soon a stop is noticed (seconds).
LISTEN_SECONDS = 0.5
SWEEP_SECONDS = 2.0
#: How often once so many sweeps in a row have found nothing, and the broker has brought nothing: each sweep asks every
#: other service, and where nothing is sent nothing is lost.
QUIET_SWEEP_SECONDS, QUIET_AFTER_SWEEPS = 5.0, 5
#: A cursor that is past its source's head is looked at again so soon: a forged event has no longer than that.
DOUBT_SECONDS = 1.0
RETRY_SECONDS = 1.0

log = logger()


class Follower(Loop):
    """The follower of one process. With several replicas the broker feeds one of them; any may sweep and drain."""

    def __init__(
        self,
        database: Database,
        following: Following,
        application: Application,
        feeds: FeedReader,
        uri: str,
        proofs: BatchVerifier,
    ) -> None:
        """Store what is followed, from where, and what verifies that a message is its source's."""
        # Unacknowledged deliveries come again on the next connection.
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
        #: Sweeps in a row, up to the last, after which nothing waited.
        self._quiet_sweeps = 0
        self._position_at_sweep: dict[str, int] = {}
        self.connected = False
        self.refusal = ""

    def report(self, error: Exception) -> None:
        """Log that events wait for the next try."""
        log.warning("follower.interrupted", reason=type(error).__name__)

    def _follow(self) -> None:
        """Follow with the broker, or without it for a while."""
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
            self._quiet_sweeps = 0  # a broker that was away may have come back without what it had
            while not self.is_stopping:
                deliveries = inbox.receive(BATCH, min(LISTEN_SECONDS, self._seconds_to_sweep()))
                if deliveries:
                    self._quiet_sweeps = 0
                    self._take(deliveries)
                    crash.point("follower.before_ack")
                    inbox.acknowledge(deliveries[-1].tag)
                self._sweep_when_due()
                time.sleep(0)  # lets the other green threads run between two batches
        finally:
            self._inbox, self.connected = None, False
            inbox.cut()

    def _is_told_to_stop(self) -> bool:
        """Return whether to stop; asked between two events, and so keeps the broker's line alive while work is long."""
        if self._inbox is not None:
            self._inbox.drain(0)
        return self.is_stopping

    def _bridge(self) -> None:
        """While the broker is away, read the feeds instead."""
        for source in self._following.reads.sources:
            self._catch_up_if_there(source)
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

    def _confirm(self, source: str, events: Sequence[Event]) -> tuple[Sequence[Event], Collection[UUID]]:
        """Ask the source's feed about those of these events that destroy.

        Returns the events up to the first that it does not have, and which of those that destroy it has. While it is
        away they are taken, and wait for it.
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
        """Ask the feed about events that were not proven, and about those that came again altered."""
        altered, self._application.disputed = self._application.disputed, []
        try:
            self._examiner.examine(source, in_doubt, Forgery.NOT_SEALED)
            self._examiner.examine(source, altered, Forgery.REPEATED)
        except FeedAway as away:
            log.info("follower.feed_away", source=source, reason=str(away))

    def _fetch_keys(self) -> None:
        """Fetch the sources' keys before they are needed; one that is away is asked when its first message comes."""
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
        """Read a source's feed from the cursor to its head and apply it; raises `FeedAway`.

        The one code path for gaps, outages, lost tails and a new follower's beginning. The head is that of the first
        page: behind a source that is never quiet one would never come to an end, nor back to the broker.
        """
        aim: int | None = None
        before: CursorState | None = None
        while not self.is_stopping:
            with self._database.transaction() as session:
                state = cursor.read_state(session, source)
            # Not the page's end: where it reaches into another epoch, taking it has stopped there.
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
        return max(0.0, self._swept_at + pause - time.monotonic())

    def _sweep_when_due(self) -> None:
        if self._seconds_to_sweep() > 0:
            return
        self._swept_at = time.monotonic()
        self._quiet_sweeps += 1
        self._fetch_keys()
        if self._drain.run_due():
            self._quiet_sweeps = 0
        with self._database.reading() as session:
            states = cursor.read_all(session)
        for source in self._following.reads.sources:
            try:
                self._sweep(source, states.get(source, CursorState(0, None)))
            except FeedAway as away:
                self._quiet_sweeps = 0
                log.debug("follower.feed_away", source=source, reason=str(away))

    def _sweep(self, source: str, state: CursorState) -> None:
        """Find a lost tail: a head beyond a cursor that has not moved since the last sweep saw the same."""
        position = state.position
        if self._position_at_sweep.get(source) == position:
            self.catch_up(source)
            self._position_at_sweep.pop(source, None)
            return
        page = self._feeds.fetch(source, after=position, limit=0)
        head = page.head
        self._application.note_head(source, head)
        if state.epoch not in (None, page.epochs[-1].epoch):
            # The source was restored: known at once, also where nothing new happens there.
            self._application.adopt(source, page.epochs)
        elif self._examiner.look_at_head(source, state, head):
            # The source's disk was put back in its place, or its signing key was stolen: its log is what counts.
            log.error("follower.ahead_of_source", source=source, position=position, head=head)
            self.catch_up(source)
        metrics.cursor_lag.labels(source).set(max(0, head - position))
        if head > position:
            self._quiet_sweeps = 0
            self._position_at_sweep[source] = position
        else:
            self._position_at_sweep.pop(source, None)
