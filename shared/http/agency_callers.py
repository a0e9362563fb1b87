"""Callers with an agency's key. The register of keys states at each request which agency the key belongs to.

The owner at the last request is also remembered, but only to queue a request before the register is queried. An agency
then waits behind its own requests, and not behind those of others at its address.
"""

import threading
from collections import OrderedDict
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from uuid import UUID

from shared.access import agency_keys
from shared.access.agency_keys import KeyCheck
from shared.access.tokens import KeyRefused, Principal, TokenRefused
from shared.store.database import Database
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: How many recently used keys are remembered.
MOST_REMEMBERED: Final = 2_000

log = logger()


class AgencyCallers:
    """Identifies the agencies that call a service, by their keys."""

    def __init__(self, check: KeyCheck, database: Database) -> None:
        """Store the register that looks up keys."""
        self._check = check
        self._database = database
        self._lock = threading.Lock()
        self._agencies: OrderedDict[bytes, UUID] = OrderedDict()

    def verify(self, text: str, address: IPv4Address | IPv6Address | None) -> Principal:
        """Return the principal that a key belongs to. Raises `KeyRefused`."""
        presented = agency_keys.read(text)
        if presented is None:
            raise KeyRefused("no_key")
        try:
            with self._database.transaction() as session:
                # In real time, as for tokens: a clock that is moved for training expires no key.
                principal = self._check(session, presented, address, datetime.now(UTC))
        except TokenRefused as refused:
            self._remember(presented.digest, None)
            metrics.agency_keys_refused.labels(refused.reason).inc()
            log.warning("agency_key.refused", owner=str(presented.id), reason=refused.reason)
            raise KeyRefused(refused.reason) from None
        self._remember(presented.digest, principal.agency)
        return principal

    def last_known(self, authorization: str | None) -> UUID | None:
        """Return the agency whose key a header contains, if the key was valid at its last use. It grants no access."""
        text = agency_keys.in_header(authorization)
        presented = None if text is None else agency_keys.read(text)
        return None if presented is None else self._agencies.get(presented.digest)

    def _remember(self, digest: bytes, agency: UUID | None) -> None:
        with self._lock:
            self._agencies.pop(digest, None)
            if agency is not None:
                self._agencies[digest] = agency
            if len(self._agencies) > MOST_REMEMBERED:
                self._agencies.popitem(last=False)
