"""The loop that posts: one leader, which runs a lane for each endpoint with waiting events.

Each lane is a separate thread (a green thread in a service). An agency without a lane always gets one, so that no
agency waits for another's receivers. The number of further lanes is limited, and failing endpoints get half of them.
"""

import math
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from queue import Queue
from typing import Final
from uuid import UUID

import psycopg
from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.agencies.agency.rules import ACTIVE as TAKES_PART
from services.partners.channels.delivery import rules
from services.partners.channels.delivery.actions import keeping
from services.partners.channels.delivery.actions.lane import Clock, Lane, Lanes
from services.partners.channels.delivery.actions.source import source_of
from services.partners.channels.delivery.models import Webhook, WebhookRequest
from shared.access import agencies
from shared.encryption import KeyDestroyed, KeyStoreAway
from shared.outbound import OUTBOUND
from shared.store.database import Database
from shared.store.leader import Lease, LeaseLost, try_acquire
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: The maximum number of lanes beyond the first of each agency, and of those for failing endpoints.
MOST_LANES, MOST_FAILING = 32, 16
#: Seconds between checks for waiting events, and for the first endpoint if there is none.
POLL_SECONDS: Final = 0.2
NO_ENDPOINT_SECONDS: Final = 1.0
#: Lanes that end within this time of each other are handled together.
PACE_SECONDS: Final = 0.03
LEAD_SECONDS: Final = 1.0
RENEW_SECONDS: Final = 1.0
#: Seconds between two updates of the endpoint metrics.
MEASURE_SECONDS: Final = 5.0
#: Seconds until a lane that found nothing to send runs again, although events seemed to wait.
REST_SECONDS: Final = 1.0
#: Seconds for which a stop waits for lanes. Events without a response by then are sent again after the restart.
STOP_SECONDS: Final = 5.0

log = logger()


def real_time() -> datetime:
    """Return the time on which retries are based."""
    return datetime.now(UTC)


class Deliveries(Loop):
    """Posts waiting events while this process leads."""

    def __init__(self, database: Database, now: Clock = real_time) -> None:
        """Store the database of the endpoints. Their events are read from the `SOURCE` of its transactions."""
        passing = (LeaseLost, psycopg.Error, SQLAlchemyError)
        super().__init__(self._lead_if_free, pause=LEAD_SECONDS, passing=passing)
        self._database = database
        # A new installation has no endpoints, and this query runs often.
        self._has_any = database.whether_any("select from webhooks")
        self._now = now
        self._lanes = Lanes(database, now)
        self._wake = threading.Event()
        self._ways: dict[UUID, Lane] = {}
        #: Endpoints with a lane, each with its agency. Workers take endpoints from the queue. They are kept, because
        #: starting one takes longer.
        self._running: dict[UUID, UUID] = {}
        self._queue: Queue[UUID | None] = Queue()
        self._workers: list[threading.Thread] = []
        self._failing: set[UUID] = set()
        self._rests: dict[UUID, float] = {}
        self._measured = 0.0
        self._has_endpoints = False

    def stop(self) -> None:
        """Finish the current deliveries, then return from `run`."""
        super().stop()
        self._lanes.is_over.set()
        self._wake.set()

    def report(self, error: Exception) -> None:
        """Log that the leadership was lost or could not be requested."""
        log.warning("webhook.lease_lost", reason=type(error).__name__)

    def _lead_if_free(self) -> None:
        url = self._database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        lease = try_acquire(url, "webhooks")
        if lease is None:
            return
        with lease:
            try:
                self._lead(lease)
            finally:
                self._end_lanes()

    def _lead(self, lease: Lease) -> None:
        renewed = -math.inf
        while not self.is_stopping:
            self._wake.clear()
            if time.monotonic() - renewed >= RENEW_SECONDS:
                renewed = time.monotonic()
                lease.renew()
            self.dispatch()
            self._wake.wait(POLL_SECONDS if self._has_endpoints else NO_ENDPOINT_SECONDS)
            self.wait(PACE_SECONDS)

    def _end_lanes(self) -> None:
        self._lanes.is_over.set()
        until = time.monotonic() + STOP_SECONDS
        for _ in self._workers:
            self._queue.put(None)
        for worker in self._workers:
            worker.join(max(0.0, until - time.monotonic()))
        for way in self._ways.values():
            way.posting.close()
        # A later leader gets new lanes. Lanes that did not end in time never continue.
        self._lanes, self._queue, self._workers = Lanes(self._database, self._now), Queue(), []
        self._ways, self._running, self._failing = {}, {}, set()

    def dispatch(self) -> int:
        """Start a lane for each endpoint with waiting events, within the limits; return how many were started."""
        waiting = []
        self._has_endpoints = self._has_any()
        if self._has_endpoints or time.monotonic() - self._measured >= MEASURE_SECONDS:
            with self._database.reading() as session:
                waiting = list(self._waiting(session))
                self._measure(session)
        begun, served = 0, set(self._running.values())
        for row in waiting:
            is_failing = row.failing_since is not None
            # control: H-AGENCY-1 turns-per-agency
            if row.agency not in served or self._has_room(is_failing=is_failing):
                self._begin(row.agency, row.id, is_failing=is_failing)
                served.add(row.agency)
                begun += 1
        self._close_old()
        return begun

    def _has_room(self, *, is_failing: bool) -> bool:
        """Return whether another lane can start for an agency that already has one."""
        return len(self._running) < MOST_LANES and (not is_failing or len(self._failing) < MOST_FAILING)

    def _waiting(self, session: Session) -> Iterator["Row[UUID, UUID, int, datetime | None]"]:
        # Read before the query: the row of a lane that ends meanwhile is outdated.
        running, now = set(self._running), time.monotonic()
        due = session.execute(_due(self._now())).all()
        if not due:  # usually the case: the streams need not be read
            return
        heads = source_of(session).heads(session)
        asked = set(session.scalars(select(WebhookRequest.webhook).distinct()))
        for row in due:
            is_free = row.id not in running and self._rests.get(row.id, 0.0) <= now
            if is_free and (row.id in asked or heads.get(row.agency, 0) > row.position):
                yield row

    def _begin(self, agency: UUID, webhook: UUID, *, is_failing: bool) -> None:
        way = self._ways.get(webhook)
        if way is None:
            posting = self._database.provided(OUTBOUND).posting(agency)
            way = self._ways[webhook] = Lane(self._lanes, agency, webhook, posting)
        self._running[webhook] = agency
        if is_failing:
            self._failing.add(webhook)
        self._queue.put(webhook)
        if len(self._workers) < len(self._running):
            worker = threading.Thread(target=self._work, args=(self._queue,), name="webhooks", daemon=True)
            self._workers.append(worker)
            worker.start()

    def _work(self, queue: "Queue[UUID | None]") -> None:
        while (webhook := queue.get()) is not None:
            self._run(webhook, self._ways[webhook])

    def _run(self, webhook: UUID, way: Lane) -> None:
        before = way.attempts
        try:
            way.run()
        except (SQLAlchemyError, psycopg.Error, KeyStoreAway, KeyDestroyed) as error:
            log.warning("webhook.lane_ended", webhook=str(webhook), reason=type(error).__name__)
            way.posting.close()
        except Exception:
            # A bug in one lane does not stop the others.
            log.exception("webhook.lane_failed", webhook=str(webhook))
            way.posting.close()
        finally:
            self._rests[webhook] = time.monotonic() + REST_SECONDS if way.attempts == before else 0.0
            self._running.pop(webhook, None)
            self._failing.discard(webhook)
            self._wake.set()

    def _close_old(self) -> None:
        """Close old connections of endpoints to which nothing is sent now."""
        for webhook, way in list(self._ways.items()):
            if webhook not in self._running and way.posting.is_old:
                way.posting.close()
                del self._ways[webhook]

    def _measure(self, session: Session) -> None:
        if time.monotonic() - self._measured < MEASURE_SECONDS:
            return
        self._measured = time.monotonic()
        rows = session.execute(select(Webhook.state, func.count()).group_by(Webhook.state))
        counted = {state: count for state, count in rows}  # noqa: C416 - rows are no pairs to mypy
        failing = session.scalar(select(func.count()).where(Webhook.failing_since.is_not(None)))
        metrics.webhooks_failing.set(failing or 0)
        metrics.webhooks_warned.set(counted.get(rules.WARNED, 0))
        metrics.webhooks_disabled.set(counted.get(rules.DISABLED, 0))
        metrics.webhook_lanes.set(len(self._running))


def _due(now: datetime) -> "Select[UUID, UUID, int, datetime | None]":
    table = agencies.agencies
    is_tested = select(WebhookRequest.id).where(
        WebhookRequest.webhook == Webhook.id, WebhookRequest.kind == keeping.TEST
    )
    is_sending = Webhook.state.in_(rules.SENDING) & (Webhook.next_at <= now)
    columns = (Webhook.id, Webhook.agency, Webhook.position, Webhook.failing_since)
    query = select(*columns).join(table, table.c.id == Webhook.agency).where(table.c.state == TAKES_PART)
    # Endpoints that do not fail come first, and within each kind those that have waited longest.
    order = (Webhook.failing_since.is_not(None), Webhook.last_delivered_at.nulls_first(), Webhook.next_at)
    return query.where(or_(is_sending, is_tested.exists())).order_by(*order)
