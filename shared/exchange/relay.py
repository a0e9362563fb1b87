"""Publish a service's log to the broker: one leader, in order, in batches, with a confirm before the mark moves.

After any doubtful outcome (a nack, a closed channel, a timeout), the relay sends the batch again on a new connection.
Duplicates are harmless because followers recognise them; a skipped event would be lost.
"""

import threading
import time

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from shared.encryption import KeyStoreAway
from shared.exchange import eventlog, numbering, outgoing
from shared.exchange.broker import BrokerNacked, BrokerRefused, BrokerUnsure, Publisher
from shared.exchange.sealed import Sealer
from shared.store.database import Database
from shared.store.leader import Lease, LeaseLost, try_acquire
from shared.store.loop import Loop
from shared.telemetry import crash, metrics
from shared.telemetry.logs import logger

BATCH = 500
#: The relay wakes after each commit in this process; polling finds what other processes committed.
POLL_SECONDS = 0.1
#: Polling interval in quiet times, and seconds without events until it applies: other processes then commit little.
QUIET_POLL_SECONDS, QUIET_AFTER_SECONDS = 0.25, 2.0
#: Seconds between measuring the backlog and checking the mark: normally, and in quiet times.
BEAT_SECONDS, QUIET_BEAT_SECONDS = 1.0, 5.0
#: A single event is published immediately. Events in quick succession wait this long to form a batch: a batch of ten
#: costs the relay and each follower as much as a batch of one.
PACE_SECONDS = 0.01
#: Seconds until the next attempt to become leader.
LEAD_SECONDS = 1.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
#: After this number of consecutive doubtful outcomes, a leader releases the lease during its pause: the broker may be
#: unreachable for this process only, so another one could publish.
DOUBTS_OF_A_LEADER = 3

log = logger()


class _GivenUp(Exception):
    """This leader could not publish and lets another replica try; `seconds` until its own next attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Relay(Loop):
    """The relay of one process: it tries to become leader, and publishes while it is."""

    def __init__(self, database: Database, *, service: str, database_url: str, amqp_uri: str, sealer: Sealer) -> None:
        """Store the addresses and the sealer; connections are opened by `run`."""
        passing = (LeaseLost, KeyStoreAway, psycopg.Error, SQLAlchemyError)
        super().__init__(self._lead_if_free, retry=LEAD_SECONDS, passing=passing)
        self._database = database
        self._service = service
        self._database_url = database_url
        self._amqp_uri = amqp_uri
        self._sealer = sealer
        self._wake = threading.Event()
        self._doubts = 0
        self._measured = 0.0
        self._confirmed: int | None = None
        self._mark = numbering.log_mark()
        self._lease: Lease | None = None
        self._publisher: Publisher | None = None
        self.batches = self.doubts = 0
        self.leading = False
        self.connected = False
        self.refusal = ""
        #: Whether the broker was blocked at the last attempt, for lack of disk or memory. Known only to the leader.
        self.is_blocked = False
        database.after_recording(self._wake.set)

    def stop(self) -> None:
        """Finish the current batch, then return from `run`."""
        super().stop()
        self._wake.set()

    def interrupt(self) -> None:
        """Cut the connections to end any wait. Doubtful messages are sent again, by this process or another."""
        for connection in (self._publisher, self._lease):
            if connection is not None:
                connection.interrupt()

    def report(self, error: Exception) -> None:
        """Log that the leadership has ended, or could not be requested."""
        log.warning("relay.lease_lost", reason=type(error).__name__)

    def _lead_if_free(self) -> None:
        lease = try_acquire(self._database_url, "relay")
        if lease is None:
            self.is_blocked = False
            self._measure()
            self.wait(LEAD_SECONDS)
            return
        try:
            with lease:
                self._lease = lease
                self._lead(lease)
        except _GivenUp as given_up:
            self._set_leading(leading=False)
            self.wait(given_up.seconds)
        finally:
            self._lease = None
            self._set_leading(leading=False)

    def _lead(self, lease: Lease) -> None:
        with self._database.transaction() as session:
            # A failover of the database releases the lease; positions assigned from here on belong to a new epoch.
            eventlog.begin_epoch_if_restored(session)
        self._set_leading(leading=True)
        self._confirmed = None  # from an earlier leadership: the log may have been restored to an earlier point
        self._mark = numbering.log_mark()
        (log.debug if self._doubts else log.info)("relay.leads")
        while not self.is_stopping:
            try:
                publisher = Publisher(self._amqp_uri, self._service)
                self.connected, self.refusal = True, ""
            except (BrokerUnsure, BrokerRefused) as error:
                self.is_blocked = False
                self._doubt(lease, error)
                continue
            try:
                self._publisher = publisher
                self._publish_while_sure(lease, publisher)
                self._move_mark(lease)
            except (BrokerUnsure, BrokerRefused) as error:
                self.is_blocked = publisher.is_blocked
                self._doubt(lease, error)
            finally:
                self._publisher, self.connected = None, False
                publisher.cut()

    def _publish_while_sure(self, lease: Lease, publisher: Publisher) -> None:
        while not self.is_stopping:
            self._wake.clear()
            began = time.monotonic()
            sent = self.publish_next(lease, publisher)
            self.is_blocked = False
            self._beat_when_due(lease, BEAT_SECONDS)
            if sent == 0:
                self._wait_for_more(lease, publisher)
            elif sent < BATCH:
                self.wait(max(0.0, began + PACE_SECONDS - time.monotonic()))
            self._doubts = 0

    def _wait_for_more(self, lease: Lease, publisher: Publisher) -> None:
        """Wait until this process has committed an event, or polling finds one of another process."""
        quiet_at = time.monotonic() + QUIET_AFTER_SECONDS
        poll, beat = POLL_SECONDS, BEAT_SECONDS
        while not self._wake.wait(poll):
            publisher.drain(0)
            self._beat_when_due(lease, beat)
            with lease.guarded() as connection:  # also shows the server that this leader is alive
                if outgoing.is_waiting(connection):
                    return
            if time.monotonic() >= quiet_at:
                poll, beat = QUIET_POLL_SECONDS, QUIET_BEAT_SECONDS

    def _beat_when_due(self, lease: Lease, seconds: float) -> None:
        if time.monotonic() - self._measured >= seconds:
            lease.renew()
            with lease.guarded() as connection:
                numbering.raise_mark(connection, self._mark)
            self._measure()

    def publish_next(self, lease: Lease, publisher: Publisher) -> int:
        """Number committed rows and publish the next batch as a whole; return the number of messages.

        The next call moves the mark. All statements use the connection that holds the lock. A process that has lost the
        lock can therefore neither publish an unread batch nor move the mark.
        """
        seal = self._sealer.sealing()
        with lease.guarded() as connection:
            batch = outgoing.take(
                connection, self._service, confirmed=self._confirmed, most=BATCH, seal=seal, prove=self._sealer.prove
            )
        self._confirmed = None
        if batch.messages:
            crash.point("relay.after_numbering")
            publisher.publish(batch.messages, between=lambda: crash.point("relay.in_publish"))
            crash.point("relay.before_mark")
            self._confirmed = batch.last
            self.batches += 1
            metrics.log_published.set(batch.last)
            metrics.published.inc(len(batch.messages))
        return len(batch.messages)

    def _move_mark(self, lease: Lease) -> None:
        """Move the mark if there is no next call: before a stop, and before giving up the leadership."""
        if self._confirmed is not None:
            with lease.guarded() as connection:
                outgoing.move_mark(connection, self._confirmed)
            self._confirmed = None

    def _doubt(self, lease: Lease, error: Exception) -> None:
        """Wait, longer each time, before the next connection: at first as leader, later without the lease."""
        self.refusal = str(error) if isinstance(error, BrokerRefused) else ""
        metrics.publish_doubts.inc()
        if isinstance(error, BrokerNacked):
            metrics.nacked.inc()
        pause = RETRY_SECONDS[min(self._doubts, len(RETRY_SECONDS) - 1)]
        if self._doubts in (0, 10) or self._doubts % 60 == 0:
            reason = "blocked" if self.is_blocked else str(error)
            log.warning("relay.broker_unsure", reason=reason, again_in_seconds=pause, doubts=self._doubts)
        self._doubts += 1
        self.doubts += 1
        self._move_mark(lease)
        self._measure()
        if self._doubts >= DOUBTS_OF_A_LEADER:
            raise _GivenUp(pause)
        self.wait(pause)
        lease.renew()

    def _measure(self) -> None:
        """Update the backlog metrics. Every replica does so, even while another one leads."""
        self._measured = time.monotonic()
        stands = eventlog.backlog(self._database)
        metrics.log_head.set(stands.head)
        metrics.log_published.set(stands.published)
        metrics.unpublished.set(stands.waiting)
        metrics.unpublished_age.set(stands.oldest)

    def _set_leading(self, *, leading: bool) -> None:
        self.leading = leading
        metrics.relay_leader.set(int(leading))
