"""The loop that delivers rings: it claims some, rings them outside any transaction, and stores each outcome.

Several replicas may run it. A ring that a replica claimed and did not settle is tried again after the claim ends. Each
agency has one ring under way at a time in a replica, so that one silent receiver delays nobody else.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from services.partners.notifier import rules
from services.partners.notifier.actions.keeping import cell
from services.partners.notifier.models import Notifier, Ring
from shared import encryption
from shared.encryption import KeyStoreAway
from shared.outbound.ringing import DELIVERED, RINGER, RingOrder
from shared.store.database import Database
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

POLL_SECONDS: Final = 1.0
#: Rings under way at once in one replica.
MOST_AT_ONCE: Final = 16
#: A claimed ring is nobody else's for so long: longer than one delivery can take.
CLAIM: Final = timedelta(seconds=60)

log = logger()


@dataclass(frozen=True)
class _Claimed:
    number: int
    agency: UUID
    until: datetime
    order: RingOrder


class Ringing(Loop):
    """Delivers the rings that wait."""

    def __init__(self, database: Database) -> None:
        """Store where rings are."""
        super().__init__(self.dispatch, pause=POLL_SECONDS, passing=(psycopg.Error, SQLAlchemyError, KeyStoreAway))
        self._database = database
        self._has_any = database.whether_any("select from rings where state = 'waiting'")
        self._busy: dict[UUID, threading.Thread] = {}

    def report(self, error: Exception) -> None:
        """Log that rings could not be read."""
        log.warning("ring.interrupted", reason=type(error).__name__)

    def dispatch(self) -> None:
        """Begin to deliver what waits, one ring an agency."""
        self._busy = {agency: thread for agency, thread in self._busy.items() if thread.is_alive()}
        if len(self._busy) >= MOST_AT_ONCE or not self._has_any():
            return
        for claimed in self._claim():
            thread = threading.Thread(target=self._deliver, args=(claimed,), name="rings", daemon=True)
            self._busy[claimed.agency] = thread
            thread.start()

    def wait_until_idle(self) -> None:
        """Wait for what is under way."""
        for thread in self._busy.values():
            thread.join()

    def _claim(self) -> list[_Claimed]:
        now = datetime.now(UTC)
        claimed: dict[UUID, _Claimed] = {}
        with self._database.transaction() as session:
            waiting = (
                select(Ring)
                .where(Ring.state == rules.WAITING, Ring.next_at <= now, Ring.agency.not_in(list(self._busy)))
                .order_by(Ring.agency, Ring.next_at, Ring.number)
                .distinct(Ring.agency)
                .subquery()
            )
            room = MOST_AT_ONCE - len(self._busy)
            free = select(Ring).where(Ring.number.in_(select(waiting.c.number))).order_by(Ring.next_at, Ring.number)
            for ring in session.scalars(free.limit(room).with_for_update(skip_locked=True)):
                notifier = session.get(Notifier, ring.notifier)
                if notifier is None or ring.state != rules.WAITING:
                    continue
                ring.next_at, ring.tries = now + CLAIM, ring.tries + 1
                keys = encryption.of(session)
                address, secret = (
                    keys.unseal(ring.agency, cell(column, notifier.id), getattr(notifier, column))
                    for column in ("address", "secret")
                )
                order = RingOrder(str(ring.id), notifier.channel, address, secret)
                claimed[ring.agency] = _Claimed(ring.number, ring.agency, ring.until, order)
        return list(claimed.values())

    def _deliver(self, claimed: _Claimed) -> None:
        outcome = self._database.provided(RINGER).ring(claimed.order)
        metrics.rings.labels(outcome).inc()
        try:
            self._settle(claimed, outcome)
        except (SQLAlchemyError, psycopg.Error) as error:
            # The claim ends by itself, and the ring is delivered once more: twice is safer than not at all.
            log.warning("ring.not_settled", ring=claimed.order.ring, reason=type(error).__name__)

    def _settle(self, claimed: _Claimed, outcome: str) -> None:
        now = datetime.now(UTC)
        with self._database.transaction() as session:
            ring = session.get(Ring, claimed.number, with_for_update=True)
            if ring is None or ring.state != rules.WAITING:
                return
            ring.outcome, ring.next_at = outcome, now + rules.RETRY
            if outcome == DELIVERED:
                ring.state, ring.settled_at = rules.DELIVERED, now
            elif rules.is_given_up(now, ring.until):
                ring.state, ring.settled_at = rules.UNDELIVERED, now
                log.error("ring.undelivered", ring=claimed.order.ring, outcome=outcome)
