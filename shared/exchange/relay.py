"""Publishes a service's log to the broker: one leader, in order, in batches, each confirmed before the mark moves.

Any doubt (a nack, a closed channel, a time-out) means: not published, send again on a new connection. Followers know
what they have seen, so that sending again is harmless; skipping would not be.
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
#: Woken after each commit in this process; the poll finds what other processes committed.
POLL_SECONDS = 0.1
#: How often it looks once nothing has come for so long: other processes, if there are any, commit little then.
QUIET_POLL_SECONDS, QUIET_AFTER_SECONDS = 0.25, 2.0
#: How often the backlog is measured and the log's mark looked at, and how often where nothing has come for a while.
BEAT_SECONDS, QUIET_BEAT_SECONDS = 1.0, 5.0
#: An event that comes alone goes out at once; those that come closely behind one another wait so long for company:
#: a batch costs the same for one as for ten, here and at every follower.
PACE_SECONDS = 0.01
#: How long until the next try to lead.
LEAD_SECONDS = 1.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
#: A leader that has doubted so many times in a row waits for its next try without the lease: the broker may be away for
#: this process alone, and another may publish.
DOUBTS_OF_A_LEADER = 3

log = logger()


class _GivenUp(Exception):
    """This leader could not publish and lets another try; `seconds` until it tries again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Relay(Loop):
    """The relay of one process: it tries to lead, and publishes while it leads."""

    def __init__(self, database: Database, *, service: str, database_url: str, amqp_uri: str, sealer: Sealer) -> None:
        """Store the addresses, and what seals; nothing is opened before `run`."""
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
        #: Whether the broker took nothing at the last try, for want of disk or memory; known to who leads alone.
        self.is_blocked = False
        database.after_recording(self._wake.set)

    def stop(self) -> None:
        """Finish the batch in hand, then return from `run`."""
        super().stop()
        self._wake.set()

    def interrupt(self) -> None:
        """Cut the connections, whatever is waited for: what is doubtful then is sent again, here or elsewhere."""
        for connection in (self._publisher, self._lease):
            if connection is not None:
                connection.interrupt()

    def report(self, error: Exception) -> None:
        """Log that the lead has ended, or could not be asked for."""
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
            # A fail-over of the database takes the lease with it; what is numbered from here on is of another epoch.
            eventlog.begin_epoch_if_restored(session)
        self._set_leading(leading=True)
        self._confirmed = None  # of an earlier lead: its log may have been restored to before it
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
        """Wait until this process has committed an event, or a look at the log finds one of another."""
        quiet_at = time.monotonic() + QUIET_AFTER_SECONDS
        poll, beat = POLL_SECONDS, BEAT_SECONDS
        while not self._wake.wait(poll):
            publisher.drain(0)
            self._beat_when_due(lease, beat)
            with lease.guarded() as connection:  # which shows the server, too, that this leader is alive
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
        """Number what was committed, publish the next batch whole; returns how many went out.

        The mark follows with the next call. Everything is done on the lock's own connection: who has lost the lock can
        neither publish a batch that it has not read, nor move the mark.
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
        """Move the mark where no next call will: before a stop, and before the lead is given up."""
        if self._confirmed is not None:
            with lease.guarded() as connection:
                outgoing.move_mark(connection, self._confirmed)
            self._confirmed = None

    def _doubt(self, lease: Lease, error: Exception) -> None:
        """Wait a little longer each time before the next connection: at first still leading, then without the lease."""
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
        """Emit how much of the log waits for the broker: every replica does, also while another leads."""
        self._measured = time.monotonic()
        stands = eventlog.backlog(self._database)
        metrics.log_head.set(stands.head)
        metrics.log_published.set(stands.published)
        metrics.unpublished.set(stands.waiting)
        metrics.unpublished_age.set(stands.oldest)

    def _set_leading(self, *, leading: bool) -> None:
        self.leading = leading
        metrics.relay_leader.set(int(leading))
