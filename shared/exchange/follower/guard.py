"""Priority events first: what protects a person is applied on receipt, whatever the cursor or a hold says.

Its queue only makes it fast. What the queue loses comes with the cursor, which applies a priority event also when its
turn is to wait behind a hold; and a look at the feeds finds what an error kept from that. The cursor never moves here.
"""

import math
import time
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from shared.events.envelope import Event
from shared.exchange import cursor, holds
from shared.exchange.broker import BrokerRefused, BrokerUnsure, GuardInbox
from shared.exchange.feed import PAGE, FeedAway, FeedReader
from shared.exchange.follower.apply import Application, Interrupted
from shared.exchange.follower.following import Following
from shared.exchange.follower.reading import read_delivery
from shared.exchange.holds import Hold
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry.logs import logger

BATCH = 50
LISTEN_SECONDS = 0.25
SWEEP_SECONDS = 2.0
RETRY_SECONDS = 1.0
#: A held subject is looked at again after so long, and so many in one sweep: parked ones must not flood the feeds.
LOOK_AGAIN_SECONDS = 10.0
LOOK_AT_MOST = 20
#: A position further ahead than any outage explains is believed only once the source's feed has it too.
NEAR = 1_000_000

log = logger()


class Guard(Loop):
    """The guard of one process; with several replicas the broker feeds one of them."""

    def __init__(
        self, database: Database, following: Following, application: Application, feeds: FeedReader, uri: str
    ) -> None:
        """Store what is followed, and from where."""
        # Unacknowledged deliveries come again on the next connection.
        super().__init__(self._guard, retry=RETRY_SECONDS, passing=(Interrupted, SQLAlchemyError))
        self._database = database
        self._following = following
        self._application = application
        self._feeds = feeds
        self._uri = uri
        self._swept_at = 0.0
        self._look_at: dict[tuple[str, UUID], float] = {}
        self.connected = False
        self.refusal = ""

    def report(self, error: Exception) -> None:
        """Log that priority events wait for the next try."""
        log.warning("guard.interrupted", reason=type(error).__name__)

    def _guard(self) -> None:
        if not self._following.reads.protecting:
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
                for delivery in inbox.receive(BATCH, LISTEN_SECONDS):
                    event = read_delivery(self._database, self._following.reads, delivery)
                    if event is not None:
                        self._take(event)
                    inbox.acknowledge(delivery.tag)
                self._heal_when_due()
                time.sleep(0)  # lets the other green threads run
        finally:
            self.connected = False
            inbox.cut()

    def _take(self, event: Event) -> None:
        """Apply one priority event that the broker brought."""
        with self._database.transaction() as session:
            state = cursor.read_state(session, event.source)
        # Who has agreed on no epoch yet asks too: a mark left before would be taken for one of a log that is no more.
        is_in_log = not state.diverged and state.epoch == event.epoch and event.position <= state.position + NEAR
        if is_in_log or self._is_in_feed(event):
            self._apply_ahead(event)

    def _is_in_feed(self, event: Event) -> bool:
        """Return whether the source itself has this event: a queue can hold what a restored log no longer knows.

        The cursor takes over the log's present epoch then, at its position, or is marked as diverged.
        """
        try:
            page = self._feeds.fetch(event.source, after=event.position - 1, limit=1, subject=event.subject)
        except FeedAway:
            page = None
        if page is None or event.id not in {logged.id for logged in page.events}:
            log.warning("guard.not_in_feed", source=event.source, type=event.type, position=event.position)
            return False
        self._application.adopt(event.source, page.epochs)
        return True

    def _apply_ahead(self, event: Event) -> bool:
        """Apply a priority event in a transaction of its own; False if it failed. Raises `Interrupted`."""
        try:
            with self._database.transaction() as session:
                self._application.apply_ahead(session, event)
        except Exception as error:
            if is_passing(error):
                raise Interrupted(type(error).__name__) from error
            log.exception("guard.event_failed", source=event.source, type=event.type, position=event.position)
            return False
        return True

    def _heal_when_due(self) -> None:
        if time.monotonic() - self._swept_at < SWEEP_SECONDS:
            return
        self._swept_at = time.monotonic()
        with self._database.transaction() as session:
            held = holds.all_holds(session)
        # Whose turn has come longest ago is first: those that fail, or were looked at, must not hide the others.
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

    def _look_behind(self, hold: Hold) -> bool:
        """Apply the priority events that wait behind a hold; False if one failed and is to be tried again."""
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
