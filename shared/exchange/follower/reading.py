"""Reads what a queue handed over; what can't be read leaves its hash and the reason, and the queue flows on."""

from shared.events.contract import Reads
from shared.events.envelope import Event, Unreadable, decode
from shared.exchange import holds
from shared.exchange.broker import Delivery
from shared.store.database import Database
from shared.telemetry import metrics
from shared.telemetry.logs import logger

log = logger()


def read_delivery(database: Database, reads: Reads, delivery: Delivery) -> Event | None:
    """Return the event of a delivery; None if it can't be read and its body was put in quarantine."""
    try:
        return _decode(reads, delivery)
    except Unreadable as refused:
        metrics.quarantined.labels(refused.reason).inc()
        log.warning("follower.quarantined", reason=refused.reason, size=len(delivery.body))
        with database.transaction() as session:
            holds.put_in_quarantine(session, delivery.body, refused.reason, delivery.exchange)
        return None


def _decode(reads: Reads, delivery: Delivery) -> Event:
    event = decode(delivery.body)
    if delivery.exchange != f"{event.source}.events" or event.source not in reads.sources:
        raise Unreadable("foreign_source")
    return event
