"""The loop that delivers rings: it claims some, rings them outside any transaction, and stores each outcome.

Several replicas can run it. A ring that a replica claimed and did not settle is retried after the claim expires.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.channels.notifier import rules
from services.partners.channels.notifier.actions.keeping import cell
from services.partners.channels.notifier.models import Notifier, Ring
from shared import encryption
from shared.encryption import KeyStoreAway
from shared.outbound import DELIVERED, RINGER, RingOrder
from shared.store.database import Database
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

POLL_SECONDS: Final = 1.0
#: The maximum number of concurrent rings in one replica, and of one agency: silent receivers delay no other agency.
MOST_AT_ONCE: Final = 32
MOST_OF_AGENCY: Final = 4
#: No other replica claims a claimed ring for this time. It is longer than one delivery can take.
CLAIM: Final = timedelta(seconds=60)

log = logger()


@dataclass(frozen=True)
class _Claimed:
    number: int
    agency: UUID
    notifier: UUID
    until: datetime
    order: RingOrder


@dataclass(frozen=True)
class _Busy:
    agency: UUID
    thread: threading.Thread


class Ringing(Loop):
    """Delivers waiting rings."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Store the database of the rings; `now` is real time, which training clocks do not move."""
        super().__init__(self.dispatch, pause=POLL_SECONDS, passing=(psycopg.Error, SQLAlchemyError, KeyStoreAway))
        self._database = database
        self._now = now
        self._has_any = database.whether_any("select from rings where state = 'waiting'")
        self._busy: dict[UUID, _Busy] = {}

    def report(self, error: Exception) -> None:
        """Log that rings could not be read."""
        log.warning("ring.interrupted", reason=type(error).__name__)

    def dispatch(self) -> None:
        """Start to deliver waiting rings: one for each notifier, and a few for each agency."""
        self._busy = {notifier: each for notifier, each in self._busy.items() if each.thread.is_alive()}
        if len(self._busy) >= MOST_AT_ONCE or not self._has_any():
            return
        for claimed in self._claim():
            thread = threading.Thread(target=self._deliver, args=(claimed,), name="rings", daemon=True)
            self._busy[claimed.notifier] = _Busy(claimed.agency, thread)
            thread.start()

    def wait_until_idle(self, agency: UUID | None = None) -> None:
        """Wait for the current deliveries of one agency or of all."""
        for each in self._busy.values():
            if agency in (None, each.agency):
                each.thread.join()

    def _claim(self) -> list[_Claimed]:
        now, agencies = self._now(), Counter(each.agency for each in self._busy.values())
        full = [agency for agency, count in agencies.items() if count >= MOST_OF_AGENCY]
        first_of_each = (
            select(Ring.number)
            .ext(distinct_on(Ring.notifier))
            .where(Ring.state == rules.WAITING, Ring.next_at <= now)
            .where(Ring.notifier.not_in(list(self._busy)), Ring.agency.not_in(full))
            .order_by(Ring.notifier, Ring.next_at, Ring.number)
        )
        free = select(Ring).where(Ring.number.in_(first_of_each)).order_by(Ring.next_at, Ring.number)
        with self._database.transaction() as session:
            found = session.scalars(free.limit(MOST_AT_ONCE - len(self._busy)).with_for_update(skip_locked=True))
            claimed = []
            for ring in found.all():
                agencies[ring.agency] += 1
                if ring.state == rules.WAITING and agencies[ring.agency] <= MOST_OF_AGENCY:
                    claimed.append(_claimed(session, ring, now))
        return [each for each in claimed if each is not None]

    def _deliver(self, claimed: _Claimed) -> None:
        outcome = self._database.provided(RINGER).ring(claimed.order)
        metrics.rings.labels(outcome).inc()
        try:
            self._settle(claimed, outcome)
        except (SQLAlchemyError, psycopg.Error) as error:
            # The claim expires, and the ring is delivered again: twice is safer than not at all.
            log.warning("ring.not_settled", ring=claimed.order.ring, reason=type(error).__name__)

    def _settle(self, claimed: _Claimed, outcome: str) -> None:
        now = self._now()
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


def _claimed(session: Session, ring: Ring, now: datetime) -> _Claimed | None:
    """Claim a ring for a while; None if its notifier was removed meanwhile, and the ring is given up."""
    notifier = session.get(Notifier, ring.notifier)
    if notifier is None:
        ring.state, ring.outcome, ring.settled_at = rules.UNDELIVERED, rules.NO_NOTIFIER, now
        return None
    ring.next_at, ring.tries = now + CLAIM, ring.tries + 1
    keys = encryption.of(session)
    address = keys.unseal(ring.agency, cell("address", notifier.id), notifier.address)
    secret = keys.unseal(ring.agency, cell("secret", notifier.id), notifier.secret)
    order = RingOrder(str(ring.id), notifier.channel, address, secret)
    return _Claimed(ring.number, ring.agency, notifier.id, ring.until, order)
