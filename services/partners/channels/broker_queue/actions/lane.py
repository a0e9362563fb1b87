"""The loop that fills the agencies' queues: one leader, one agency's turn at a time."""

import threading
import time
from contextlib import closing
from typing import Final
from uuid import UUID

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from services.partners.channels.broker_queue.actions import ending, filling
from shared.encryption import KeyStoreAway
from shared.exchange.broker import AgencyQueues, BrokerRefused, BrokerUnsure
from shared.store.database import Database
from shared.store.leader import Lease, LeaseLost, try_acquire
from shared.store.loop import Loop
from shared.telemetry import crash, logger, metrics

#: A commit in this process that publishes something wakes the loop. Polling finds the commits of other processes.
POLL_SECONDS: Final = 0.5
#: Seconds between checks whether a queue must be emptied, also during a round.
EMPTY_SECONDS: Final = 0.1
#: Seconds between checks whether a date has passed or a key was revoked.
END_SECONDS: Final = 0.5
LEAD_SECONDS: Final = 1.0
#: Seconds before retries after a broker error, increasing each time.
RETRY_SECONDS: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
#: The maximum age of the list of agencies with an agreement, in seconds: dates and other processes end agreements too.
WEIGH_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 10.0

log = logger()


class Lane(Loop):
    """The loop of one process: it tries to lead if some agency has a queue, and fills the queues while it leads."""

    def __init__(self, database: Database, amqp_uri: str, streams: filling.Streams) -> None:
        """Store the database, the broker and the agencies' streams; nothing is opened before `run`."""
        passing = (BrokerUnsure, BrokerRefused, LeaseLost, KeyStoreAway, psycopg.Error, SQLAlchemyError)
        super().__init__(self._lead_if_free, passing=passing)
        self._database, self._amqp_uri, self._streams = database, amqp_uri, streams
        self._wake = threading.Event()
        self._doubts = 0
        self._renewed = self._looked = self._ended = self._emptied = self._weighed = 0.0
        self._counting: frozenset[UUID] = frozenset()
        self._has_any = database.whether_any(filling.OF_USE)
        self._stand: object = None
        self._question = f"select exists ({filling.TO_BE_EMPTIED}) as is_any_to_be_emptied, ({streams.stand}) as stand"
        database.after_recording(self._wake.set)

    def stop(self) -> None:
        """Finish the current turn, then return from `run`."""
        super().stop()
        self._wake.set()

    def report(self, error: Exception) -> None:
        """Log an uncertain delivery. The events are sent again, here or by another process."""
        self.retry = RETRY_SECONDS[min(self._doubts, len(RETRY_SECONDS) - 1)]
        if self._doubts in (0, 10) or self._doubts % 60 == 0:
            reason = str(error) if isinstance(error, BrokerUnsure | BrokerRefused) else type(error).__name__
            log.warning("agency_queues.unsure", reason=reason, again_in_seconds=self.retry, doubts=self._doubts)
        self._doubts += 1
        metrics.agency_queue_doubts.inc()

    def _lead_if_free(self) -> None:
        lease = try_acquire(self._database.url, "agency queues") if self._has_any() else None
        if lease is None:
            self._wake.clear()
            self._wake.wait(LEAD_SECONDS)
            return
        with lease, closing(_Connected(self._amqp_uri)) as connected:
            self._lead(lease, connected.queues)

    def _lead(self, lease: Lease, queues: AgencyQueues) -> None:
        log.info("agency_queues.leads")
        while not self.is_stopping and self._has_any():
            self._empty(queues)
            before = self._stand
            agencies = self._due()
            count = 0
            for agency in agencies:
                self._beat_when_due(lease, queues)
                count += 0 if self.is_stopping else self._bring_on(queues, agency)
            self._doubts = 0
            if not count:
                self._wait_for_more(lease, queues, before)

    def _due(self) -> list[UUID]:
        """Return the agencies that have a turn now."""
        is_woken = self._wake.is_set()
        self._wake.clear()
        with self._database.reading() as session:
            if is_woken or time.monotonic() - self._weighed >= WEIGH_SECONDS:
                self._counting, self._weighed = filling.counting(session), time.monotonic()
            return filling.due(session, self._streams.heads(session), self._counting)

    def _wait_for_more(self, lease: Lease, queues: AgencyQueues, before: object) -> None:
        """Wait until a stream grows, this process publishes something, or the next check is due."""
        ends = time.monotonic() + POLL_SECONDS
        while time.monotonic() < ends and not self._wake.wait(EMPTY_SECONDS):
            queues.drain(0)
            self._beat_when_due(lease, queues)
            if self._stand != before:
                return

    def _bring_on(self, queues: AgencyQueues, agency: UUID) -> int:
        """Run one agency's turn; return how many events went into its queue."""
        sent = filling.take_turn(self._database, queues, self._streams, agency)
        if sent is None:
            queues.settle()  # the events that were sent before something ended
            return 0
        crash.point("agency_queues.in_publish")
        queues.settle()
        crash.point("agency_queues.before_mark")
        with self._database.transaction() as session:
            filling.move_mark(session, sent)
        metrics.agency_queue_published.inc(len(sent.events))
        return len(sent.events)

    def _beat_when_due(self, lease: Lease, queues: AgencyQueues) -> None:
        now = time.monotonic()
        if now - self._ended >= END_SECONDS:
            self._ended = now
            self._end()
        if now - self._emptied >= EMPTY_SECONDS:
            self._empty(queues)
        if now - self._renewed >= 1:
            self._renewed = now
            lease.renew()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._look(queues)

    def _end(self) -> None:
        """Remove what has ended by date, and cut off readers whose key was revoked."""
        with self._database.reading() as session:
            agencies = ending.due(session)
        for agency in agencies:
            with self._database.transaction() as session:
                ending.bring_on(session, agency)

    def _empty(self, queues: AgencyQueues) -> None:
        """Empty the queues that must be, and read how far the streams are; usually one query finds nothing new."""
        self._emptied = time.monotonic()
        look = self._database.ask(self._question)
        self._stand = look["stand"]
        if not look["is_any_to_be_emptied"]:
            return
        with self._database.reading() as session:
            agencies = filling.to_be_emptied(session)
        for agency in agencies:
            filling.empty(self._database, queues, agency)
        if agencies:
            self._wake.set()  # the deleted queue is declared again at once

    def _look(self, queues: AgencyQueues) -> None:
        with self._database.reading() as session:
            declared = filling.declared(session)
        depths = [(agency, queue, queues.depth(queue)) for agency, queue in declared]
        with self._database.transaction() as session:
            for agency, queue, depth in depths:
                if depth is not None:
                    filling.note_depth(session, agency, queue, depth)
        waiting = [depth.waiting for _, _, depth in depths if depth is not None]
        metrics.agency_queues.set(len(waiting))
        metrics.agency_queue_messages.set(sum(waiting))
        metrics.agency_queue_longest.set(max(waiting, default=0))


class _Connected:
    """The connection to the broker. It is cut at the end; unconfirmed messages are sent again."""

    def __init__(self, amqp_uri: str) -> None:
        self.queues = AgencyQueues(amqp_uri)

    def close(self) -> None:
        self.queues.cut()
