"""Decode deliveries. An unreadable one leaves its hash and the reason in quarantine, and the queue continues.

Only a message with a valid signature counts as its source's event. Any other message is at most a hint to read the
feed.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events.contract import Reads
from shared.events.envelope import MAXIMUM_BYTES, Event, Unreadable, decode
from shared.exchange import forgeries, holds, sealed
from shared.exchange.broker import Delivery
from shared.exchange.feed import FeedAway, FeedReader
from shared.exchange.forgeries import Forgery
from shared.exchange.proofs import BatchVerifier, NotSigned
from shared.exchange.sealed import DoesNotOpen, SealedMessage
from shared.store.database import Database
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: Seconds between key refreshes. Each day's key is published a day before its use.
REFRESH_SECONDS = 3600.0
#: Seconds until an unknown key is requested again.
ASK_AGAIN_SECONDS = 1.0

log = logger()


@dataclass(frozen=True, slots=True)
class Reading:
    """A decoded delivery: the event, and whether its source signed it; without an event, a hint to read the feed."""

    source: str
    event: Event | None = None
    is_proven: bool = False


class KeyCache:
    """In-memory cache of the keys of followed sources."""

    def __init__(self, feeds: FeedReader) -> None:
        """Store the feeds that provide the keys."""
        self._feeds = feeds
        self._ciphers: dict[str, dict[UUID, AESGCM]] = {}
        self._asked_at: dict[str, float] = {}

    def find(self, source: str, key: UUID) -> AESGCM | None:
        """Return a key of a source; None if the source has no such key. Raises `FeedAway`."""
        cipher = self._ciphers.get(source, {}).get(key)
        if cipher is None and self._may_ask(source, ASK_AGAIN_SECONDS):
            self._fetch(source)
            cipher = self._ciphers.get(source, {}).get(key)
        return cipher

    def refresh(self, source: str) -> None:
        """Refresh the keys of a source in advance, at most once per interval. Raises `FeedAway`."""
        if self._may_ask(source, REFRESH_SECONDS):
            self._fetch(source)

    def _may_ask(self, source: str, seconds: float) -> bool:
        return time.monotonic() - self._asked_at.get(source, -seconds) >= seconds

    def _fetch(self, source: str) -> None:
        self._ciphers[source] = sealed.ciphers(self._feeds.keys(source))
        self._asked_at[source] = time.monotonic()


class DeliveryReader:
    """Decodes the deliveries of one follower."""

    def __init__(self, database: Database, reads: Reads, keys: KeyCache, proofs: BatchVerifier) -> None:
        """Store the subscribed events, the decryption keys and the proof verifier."""
        self._database = database
        self._reads = reads
        self._keys = keys
        self._proofs = proofs

    def read(self, delivery: Delivery) -> Reading | None:
        """Decode a delivery; return None if it was unreadable, with its hash put in quarantine."""
        source = delivery.exchange.removesuffix(".events")
        try:
            return self._read(source, delivery)
        except Unreadable as refused:
            self._put_aside(delivery, refused.reason)
            return None

    def _read(self, source: str, delivery: Delivery) -> Reading:
        if delivery.is_undecodable:
            raise Unreadable("bad_properties")
        if source not in self._reads.sources:
            raise Unreadable("foreign_source")
        message = sealed.read(delivery.body)
        if message is None:
            return Reading(source, self._decode(source, delivery.body))
        if len(message.body) > MAXIMUM_BYTES + sealed.OVERHEAD_BYTES:
            raise Unreadable("too_large")
        try:
            is_proven = self._proofs.is_proven(source, delivery.body, delivery.proof)
        except NotSigned:
            self._report(source, message, Forgery.NOT_SEALED)
            return Reading(source)
        return self._open(source, message, is_proven=is_proven)

    def _open(self, source: str, message: SealedMessage, *, is_proven: bool) -> Reading:
        try:
            cipher = self._keys.find(source, message.key)
        except FeedAway:
            return Reading(source)
        if cipher is None:
            # Older than the retention time of keys, or invalid.
            log.info("follower.unknown_key", source=source, position=message.position)
            return Reading(source)
        try:
            event = self._decode(source, message.open(cipher, source))
        except DoesNotOpen:
            self._report(source, message, Forgery.DOES_NOT_OPEN)
            raise Unreadable("does_not_open") from None
        if event.position != message.position:
            raise Unreadable("bad_attribute")
        return Reading(source, event, is_proven)

    def _report(self, source: str, message: SealedMessage, forgery: Forgery) -> None:
        with self._database.transaction() as session:
            forgeries.report(session, source, message.position, forgery)

    @staticmethod
    def _decode(source: str, body: bytes) -> Event:
        event = decode(body)
        if event.source != source:
            raise Unreadable("foreign_source")
        return event

    def _put_aside(self, delivery: Delivery, reason: str) -> None:
        metrics.quarantined.labels(reason).inc()
        log.warning("follower.quarantined", reason=reason, size=len(delivery.body))
        with self._database.transaction() as session:
            holds.put_in_quarantine(session, delivery.body, reason, delivery.exchange)
