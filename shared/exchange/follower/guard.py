"""Apply priority events on receipt, regardless of the cursor and of holds.

The priority queue only makes this fast. If the queue loses an event, the cursor still reaches it, and applies a
priority event even behind a hold. A sweep of the feeds finds priority events that failed. The guard never moves the
cursor.

A priority event that only restricts access is applied immediately, and reverted if its source's feed does not contain
it. A destructive event waits for the feed.
"""

import math
import time
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from shared.events.envelope import Event
from shared.exchange import cursor, forgeries, holds, unconfirmed
from shared.exchange.broker import BrokerRefused, BrokerUnsure, GuardInbox
from shared.exchange.feed import PAGE, FeedAway, FeedReader
from shared.exchange.follower.apply import Application, Interrupted
from shared.exchange.follower.examining import Examiner
from shared.exchange.follower.following import Following
from shared.exchange.follower.locked import SubjectLocked
from shared.exchange.follower.reading import DeliveryReader, KeyCache
from shared.exchange.forgeries import Forgery
from shared.exchange.holds import Hold
from shared.exchange.proofs import BatchVerifier
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

BATCH = 50
#: Maximum seconds of one wait for deliveries, unless something is due earlier. A stop is noticed within this time.
LISTEN_SECONDS = 0.5
SWEEP_SECONDS = 2.0
RETRY_SECONDS = 1.0
#: Seconds between checks of a held subject, and subjects per sweep: parked ones must not overload the feeds.
LOOK_AGAIN_SECONDS = 10.0
LOOK_AT_MOST = 20
#: Unconfirmed events to check in one sweep, and seconds until the next check of a missing one.
SETTLE_AT_MOST = 50
DOUBT_SECONDS = 1.0

_IS_ANYTHING_WAITING = "select exists (select from follow_unconfirmed) or exists (select from follow_holds) as is_any"

log = logger()


class Guard(Loop):
    """The guard of one process. The broker feeds only one of several replicas."""

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
        super().__init__(self._guard, retry=RETRY_SECONDS, passing=(Interrupted, SQLAlchemyError))
        self._database = database
        self._following = following
        self._application = application
        self._feeds = feeds
        self._uri = uri
        self._keys = KeyCache(feeds)
        self._reader = DeliveryReader(database, following.reads, self._keys, proofs)
        self._examiner = Examiner(database, application, feeds)
        self._swept_at = 0.0
        self._pause = SWEEP_SECONDS
        self._look_at: dict[tuple[str, UUID], float] = {}
        self.connected = False
        self.refusal = ""

    @property
    def is_needed(self) -> bool:
        """Whether the service follows any priority event."""
        return bool(self._following.reads.protecting)

    def report(self, error: Exception) -> None:
        """Log that priority events wait for the next attempt."""
        log.warning("guard.interrupted", reason=type(error).__name__)

    def _guard(self) -> None:
        if not self.is_needed:
            self.wait()
            return
        try:
            self._listen()
        except (BrokerUnsure, BrokerRefused) as error:
            self.refusal = str(error) if isinstance(error, BrokerRefused) else ""
            log.warning("guard.broker_away", reason=str(error))
            self._heal_when_due()
            self.wait(RETRY_SECONDS)

    def _listen(self) -> None:
        inbox = GuardInbox(self._uri, self._following.service, self._following.reads.protecting)
        try:
            self.connected, self.refusal = True, ""
            while not self.is_stopping:
                for delivery in inbox.receive(BATCH, min(LISTEN_SECONDS, self._seconds_to_heal())):
                    reading = self._reader.read(delivery)
                    if reading is not None and reading.event is not None:
                        self._take(reading.event, is_proven=reading.is_proven)
                    inbox.acknowledge(delivery.tag)
                self._heal_when_due()
                time.sleep(0)  # lets other green threads run
        finally:
            self.connected = False
            inbox.cut()

    def _take(self, event: Event, *, is_proven: bool) -> None:
        """Apply one priority event from the broker, or keep it until its source's feed has confirmed it."""
        with self._database.transaction() as session:
            state = cursor.read_state(session, event.source)
        if state.diverged or state.epoch != event.epoch:
            # A queue can contain events that a restored log lacks. A follower without an agreed epoch also asks the
            # feed.
            if self._is_in_feed(event):
                self._apply_ahead(event)
            return
        if is_proven and not self._following.reads.destroys(event) and self._has_room(event.source):
            self._apply_ahead(event, confirmed=False)
            return
        try:
            is_in_log = self._examiner.is_in_log(event)
        except FeedAway:
            if is_proven:  # an unproven event comes from the feed in its turn
                self._keep(event)
            return
        if is_in_log:
            self._apply_ahead(event)
        else:
            self._refuse(event, Forgery.NOT_CONFIRMED if is_proven else Forgery.NOT_SEALED)

    def _has_room(self, source: str) -> bool:
        with self._database.transaction() as session:
            return unconfirmed.has_room(session, source)

    def _keep(self, event: Event) -> None:
        """Keep an event that may not be applied yet until the feed answers, unless too many of its source wait."""
        if self._has_room(event.source):
            with self._database.transaction() as session:
                unconfirmed.put(session, event, acted=False)

    def _refuse(self, event: Event, forgery: Forgery) -> None:
        with self._database.transaction() as session:
            forgeries.report(session, event.source, event.position, forgery)

    def _is_in_feed(self, event: Event) -> bool:
        """Return whether the source's feed contains this event.

        As a side effect, the cursor adopts the log's present epoch, or is marked as diverged.
        """
        try:
            is_in_log = self._examiner.is_in_log(event)
            lives = self._feeds.fetch(event.source, after=0, limit=0).epochs if is_in_log else ()
        except FeedAway:
            is_in_log = False
        if not is_in_log:
            log.warning("guard.not_in_feed", source=event.source, type=event.type, position=event.position)
            return False
        self._application.adopt(event.source, lives)
        return True

    def _apply_ahead(self, event: Event, *, confirmed: bool = True) -> bool:
        """Apply a priority event in its own transaction; return False if it failed. Raises `Interrupted`."""
        try:
            with self._database.transaction() as session:
                self._application.apply_ahead(session, event, confirmed=confirmed)
        except SubjectLocked:
            log.warning("guard.subject_locked", source=event.source, type=event.type, position=event.position)
            self._keep_for_later(event)
            return False
        except Exception as error:
            if is_passing(error):
                raise Interrupted(type(error).__name__) from error
            log.exception("guard.event_failed", source=event.source, type=event.type, position=event.position)
            return False
        return True

    def _keep_for_later(self, event: Event) -> None:
        """Keep an event of a locked subject for the next sweep, so that later events do not wait for the lock."""
        with self._database.transaction() as session:
            unconfirmed.put(session, event, acted=False)

    def _seconds_to_heal(self) -> float:
        return max(0.0, self._swept_at + self._pause - time.monotonic())

    def _heal_when_due(self) -> None:
        if self._seconds_to_heal() > 0:
            return
        self._swept_at = time.monotonic()
        if not self._database.ask(_IS_ANYTHING_WAITING)["is_any"]:
            metrics.unconfirmed.set(0)
            self._pause, self._look_at = SWEEP_SECONDS, {}
            return
        self._settle()
        with self._database.transaction() as session:
            held = holds.all_holds(session)
        # Longest overdue first: subjects that fail or were just checked must not starve the others.
        self._look_at = {_key(hold): self._look_at.get(_key(hold), -math.inf) for hold in held}
        due = sorted((self._look_at[_key(hold)], place) for place, hold in enumerate(held))
        for hold in [held[place] for at, place in due if at <= self._swept_at][:LOOK_AT_MOST]:
            self._look_at[_key(hold)] = self._swept_at + SWEEP_SECONDS
            try:
                is_whole = self._look_behind(hold)
            except FeedAway as away:
                log.debug("guard.feed_away", source=hold.source, reason=str(away))
                continue
            if is_whole:
                self._look_at[_key(hold)] = self._swept_at + LOOK_AGAIN_SECONDS

    def _settle(self) -> None:
        """Confirm or revert events that were received ahead of their turn."""
        with self._database.transaction() as session:
            waiting = unconfirmed.due(session, SETTLE_AT_MOST)
        metrics.unconfirmed.set(len(waiting))
        self._pause = DOUBT_SECONDS if waiting else SWEEP_SECONDS
        away: set[str] = set()
        for one in waiting:
            if one.source in away:
                continue
            try:
                confirmed = self._examiner.settle(one)
            except FeedAway as reason:
                away.add(one.source)
                log.debug("guard.feed_away", source=one.source, reason=str(reason))
                continue
            if confirmed is not None:
                self._apply_ahead(confirmed)

    def _look_behind(self, hold: Hold) -> bool:
        """Apply the priority events behind a hold; return False if one failed and must be retried."""
        is_whole, after = True, hold.position - 1
        while not self.is_stopping:
            page = self._feeds.fetch(hold.source, after=after, subject=hold.subject)
            for event in page.events:
                if self._following.reads.priority_event(event) is not None:
                    is_whole = self._apply_ahead(event) and is_whole
            if len(page.events) < PAGE:
                break
            after = page.events[-1].position
        return is_whole


def _key(hold: Hold) -> tuple[str, UUID]:
    return hold.source, hold.subject
