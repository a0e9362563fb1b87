"""Publishes a service's log to the broker: one leader, in order, in batches, each confirmed before the mark moves.

Any doubt (a nack, a closed channel, a time-out) means: not published, send again on a new connection. Followers know
what they have seen, so that sending again is harmless; skipping would not be.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shared import crash, eventlog, metrics
from shared.broker import BrokerNacked, BrokerRefused, BrokerUnsure, Message, Publisher
from shared.database import Database
from shared.envelope import CONTENT_TYPE, Event, encode
from shared.leader import Lease, LeaseLost, stand
from shared.logs import logger

BATCH = 500
#: Woken after each commit in this process; the poll finds what other processes committed.
POLL_SECONDS = 0.1
STAND_SECONDS = 1.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

log = logger()


class Relay:
    """The relay of one process: it stands for leadership, and publishes while it leads."""

    def __init__(self, database: Database, *, service: str, database_url: str, amqp_uri: str) -> None:
        """Keep the addresses; nothing is opened before `run`."""
        self._database = database
        self._service = service
        self._database_url = database_url
        self._amqp_uri = amqp_uri
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._doubts = 0
        self._measured = 0.0
        self.leading = False
        self.connected = False
        self.refusal = ""
        database.after_recording(self._wake.set)

    def stop(self) -> None:
        """Finish the batch in hand, then return from `run`."""
        self._stopping.set()
        self._wake.set()

    def run(self) -> None:
        """Lead whenever nobody else does, until stopped."""
        while not self._stopping.is_set():
            try:
                lease = stand(self._database_url, "relay")
                if lease is None:
                    self._measure()
                    self._stopping.wait(STAND_SECONDS)
                    continue
                with lease:
                    self._lead(lease)
            except (LeaseLost, psycopg.Error, SQLAlchemyError) as error:
                log.warning("relay.lease_lost", reason=type(error).__name__)
                self._stopping.wait(STAND_SECONDS)
            finally:
                self._set_leading(leading=False)

    def _lead(self, lease: Lease) -> None:
        self._set_leading(leading=True)
        log.info("relay.leads")
        while not self._stopping.is_set():
            try:
                publisher = Publisher(self._amqp_uri, self._service)
                self.connected, self.refusal = True, ""
            except (BrokerUnsure, BrokerRefused) as error:
                self._doubt(lease, error)
                continue
            try:
                self._publish_while_sure(lease, publisher)
            except (BrokerUnsure, BrokerRefused) as error:
                self._doubt(lease, error)
            finally:
                self.connected = False
                publisher.cut()

    def _publish_while_sure(self, lease: Lease, publisher: Publisher) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            sent = self.publish_next(lease, publisher)
            self._beat_when_due(lease)
            if sent == 0:
                publisher.drain(0)
                self._wake.wait(POLL_SECONDS)
            self._doubts = 0

    def _beat_when_due(self, lease: Lease) -> None:
        if time.monotonic() - self._measured >= 1:
            lease.renew()
            self._measure()

    def publish_next(self, lease: Lease, publisher: Publisher) -> int:
        """Number what was committed, publish the next batch whole, move the mark; returns how many went out."""
        with self._database.transaction() as session:
            metrics.log_head.set(eventlog.number(session))
        with self._database.transaction() as session:
            mark = session.execute(select(eventlog.log_published.c.position)).scalar_one()
            events = eventlog.read(session, self._service, after=mark, limit=BATCH)
        if events:
            crash.point("relay.after_numbering")
            publisher.publish([message_of(each) for each in events], between=lambda: crash.point("relay.in_publish"))
            crash.point("relay.before_mark")
            self._move_mark(lease, events)
        return len(events)

    def _move_mark(self, lease: Lease, events: Sequence[Event]) -> None:
        # On the lock's own connection: who has lost the lock can't move the mark.
        with lease.guarded() as connection:
            connection.execute("update event_log_published set position = %s", [events[-1].position])
        metrics.log_published.set(events[-1].position)
        metrics.published.inc(len(events))

    def _doubt(self, lease: Lease, error: Exception) -> None:
        """Wait before the next connection, a little longer each time, still leading and still seen to be alive."""
        self.refusal = str(error) if isinstance(error, BrokerRefused) else ""
        metrics.publish_doubts.inc()
        if isinstance(error, BrokerNacked):
            metrics.nacked.inc()
        pause = RETRY_SECONDS[min(self._doubts, len(RETRY_SECONDS) - 1)]
        if self._doubts in (0, 10) or self._doubts % 60 == 0:
            log.warning("relay.broker_unsure", reason=str(error), again_in_seconds=pause, doubts=self._doubts)
        self._doubts += 1
        self._stopping.wait(pause)
        lease.renew()
        self._measure()

    def _measure(self) -> None:
        """Tell how much of the log waits for the broker: every replica does, also while another leads."""
        self._measured = time.monotonic()
        with self._database.transaction() as session:
            metrics.log_head.set(session.execute(select(eventlog.log_head.c.position)).scalar_one())
            metrics.log_published.set(session.execute(select(eventlog.log_published.c.position)).scalar_one())
            metrics.unpublished.set(eventlog.unpublished(session))
            metrics.unpublished_age.set(eventlog.oldest_unpublished(session))

    def _set_leading(self, *, leading: bool) -> None:
        self.leading = leading
        metrics.relay_leader.set(int(leading))


def message_of(event: Event) -> Message:
    """Put an event into a message: the whole document as body, its attributes repeated as headers for routing tools."""
    attributes: dict[str, Any] = event.attributes()
    return Message(
        routing_key=event.routing_key,
        body=encode(event),
        headers={f"cloudEvents_{name}": value for name, value in attributes.items()},
        content_type=CONTENT_TYPE,
        message_id=str(event.id),
    )
