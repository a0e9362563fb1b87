"""Fair queueing of requests by caller: one request in progress, a second if that one is slow, and a bounded queue.

Reads are the exception: up to four of one caller run at the same time while fewer than half of the workers are busy. A
page that needs several reads gets them together, and callers still share a busy service.

One caller's requests therefore never delay another caller, however many there are: callers share the processor, not
requests. A request occupies a nameko worker only when its turn has come. A caller is identified by a valid token or by
an agency's key, from any address; otherwise by the client's address.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shared.access.tokens import TokenRefused, Verifier
from shared.access.visitors import IN_ENVIRON, visitor_of
from shared.http.agency_callers import AgencyCallers
from shared.http.rates import AskedTooManyAtOnce, Rates
from shared.http.server import client_of

#: The longest time that a request waits for the caller's other requests (seconds).
LONGEST_WAIT = 10.0
#: A request that has taken this long is waiting itself, and does not use the processor (seconds).
SLOW_SECONDS = 0.1
#: Reads of one caller that run at the same time.
READS_AT_ONCE = 4


@dataclass
class _InHand:
    changed: threading.Condition = field(default_factory=threading.Condition)
    count: int = 0
    #: The start time of each request in progress.
    begun: list[float] = field(default_factory=list)
    #: How many of them are reads.
    reads: int = 0

    def may_begin(self, at_once: int, reads_at_once: int, *, is_read: bool) -> bool:
        """Return whether one more can start: the first, another while all others are slow, or a further read."""
        slow = time.monotonic() - SLOW_SECONDS
        if not self.begun or (len(self.begun) < at_once and max(self.begun) < slow):
            return True
        return is_read and self.reads == len(self.begun) < reads_at_once


class Turns:
    """The requests in progress and in the queue, by caller."""

    def __init__(self, at_once: int, in_hand: int, workers: int = 1) -> None:
        """Run `at_once` requests of one caller; further ones wait, and `in_hand` is the limit for both together.

        Reads of one caller run concurrently while fewer than half of the `workers` are busy.
        """
        self._at_once, self._most = at_once, in_hand
        self._spare = workers // 2
        self._lock = threading.Lock()
        self._in_hand: dict[str, _InHand] = {}
        #: Requests in progress, of all callers.
        self._busy = 0

    @contextmanager
    def turn(self, caller: str, *, is_read: bool = False) -> Iterator[None]:
        """Wait for a caller's turn, and hold it. Raises `AskedTooManyAtOnce`, immediately if too many wait already."""
        with self._lock:
            own = self._in_hand.setdefault(caller, _InHand())
            if own.count >= self._most:
                raise AskedTooManyAtOnce
            own.count += 1
        try:
            begun = self._begin(own, is_read=is_read)
            try:
                yield
            finally:
                with self._lock:
                    self._busy -= 1
                with own.changed:
                    own.begun.remove(begun)
                    own.reads -= is_read
                    own.changed.notify()
        finally:
            with self._lock:
                own.count -= 1
                if not own.count:
                    del self._in_hand[caller]

    # control: H-OPERATION-5 one-caller-leaves-workers
    def _reads_at_once(self) -> int:
        return READS_AT_ONCE if self._busy < self._spare else 1

    def _begin(self, own: _InHand, *, is_read: bool) -> float:
        """Start a request when it can start, and return the time. Raises `AskedTooManyAtOnce` after a long wait."""
        end = time.monotonic() + LONGEST_WAIT
        with own.changed:
            while not own.may_begin(self._at_once, self._reads_at_once(), is_read=is_read):
                if time.monotonic() >= end:
                    raise AskedTooManyAtOnce
                own.changed.wait(min(SLOW_SECONDS, LONGEST_WAIT))
            begun = time.monotonic()
            own.begun.append(begun)
            own.reads += is_read
            with self._lock:
                self._busy += 1
            return begun


class Callers:
    """Identifies the caller of a request before any work is done."""

    def __init__(
        self, verifier: Verifier, turns: Turns, rates: Rates, agency_callers: AgencyCallers | None = None
    ) -> None:
        """Store how tokens are verified, and the rate limits of clients."""
        self._agency_callers = agency_callers
        self._verifier = verifier
        self._turns = turns
        self._rates = rates

    @contextmanager
    def turn(self, environ: Any) -> Iterator[None]:
        """Hold the turn of a request's caller. Raises `AskedTooManyAtOnce`."""
        with self._turns.turn(self._caller(environ), is_read=environ.get("REQUEST_METHOD") == "GET"):
            yield

    def count_in_vain(self, environ: Any) -> None:
        """Count a request for an unknown address against its client's rate. Raises `AskedTooOften`."""
        self._rates.clients.take(client_of(environ, self._rates.trusted_header, self._rates.public_secret))

    # control: H-PUBLIC-5 visitors-do-not-wait-for-each-other
    def speaks_for_many(self, environ: Any) -> bool:
        """Return whether a request came through our own proxy or public pages, on a connection that clients share."""
        header = self._rates.trusted_header
        is_forwarded = bool(header) and "HTTP_" + header.upper().replace("-", "_") in environ
        return is_forwarded or visitor_of(self._rates.public_secret, environ.get(IN_ENVIRON)) is not None

    def _caller(self, environ: Any) -> str:
        authorization = environ.get("HTTP_AUTHORIZATION")
        agency = self._agency_callers.last_known(authorization) if self._agency_callers else None
        if agency is not None:
            return f"agency {agency}"
        if authorization is not None:
            try:
                principal = self._verifier.verify(authorization)
            except TokenRefused:
                pass  # the pipeline refuses it in its turn: such requests, too, are limited by address
            else:
                return f"{principal.issuer} {principal.subject}"
        return client_of(environ, self._rates.trusted_header, self._rates.public_secret)
