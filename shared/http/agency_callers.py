"""Callers with an agency's key: whose it is, the register of keys says at each request.

Whose it was the last time is remembered too, for the turn alone that a request waits for before anybody asks the
register: an agency waits behind its own requests, and not behind those of others at its address.
"""

import threading
from collections import OrderedDict
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from uuid import UUID

from shared.access import agency_keys
from shared.access.agency_keys import KeyCheck
from shared.access.tokens import Principal, TokenRefused
from shared.store.database import Database
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: The keys that were used last are remembered.
MOST_REMEMBERED: Final = 2_000

log = logger()


class AgencyCallers:
    """Knows the agencies that call a service, by their keys."""

    def __init__(self, check: KeyCheck, database: Database) -> None:
        """Store where keys are looked up."""
        self._check = check
        self._database = database
        self._lock = threading.Lock()
        self._agencies: OrderedDict[bytes, UUID] = OrderedDict()

    def verify(self, text: str, address: IPv4Address | IPv6Address | None) -> Principal:
        """Return whose key it is. Raises `TokenRefused`."""
        presented = agency_keys.read(text)
        if presented is None:
            raise TokenRefused("no_key")
        try:
            with self._database.transaction() as session:
                # By real time, as tokens have it: a clock that is moved for training ends nobody's key.
                principal = self._check(session, presented, address, datetime.now(UTC))
        except TokenRefused as refused:
            self._remember(presented.digest, None)
            metrics.agency_keys_refused.labels(refused.reason).inc()
            log.warning("agency_key.refused", owner=str(presented.id), reason=refused.reason)
            raise
        self._remember(presented.digest, principal.agency)
        return principal

    def last_known(self, authorization: str | None) -> UUID | None:
        """Return the agency whose key a header holds, if it counted the last time; it opens nothing."""
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
