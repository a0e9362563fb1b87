"""Whose turn it is: a caller has few requests worked on at once, some that wait for these, and no more.

So nobody waits behind what one caller asks for, however much that is: a worker of nameko's is only taken by a request
whose turn has come. A caller is who a valid token names, from wherever they ask; without one, the client's address.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from shared.access.tokens import TokenRefused, Verifier
from shared.http.rates import AskedTooManyAtOnce, Rates
from shared.http.server import client_of

#: A request waits this long for its caller's others (seconds).
LONGEST_WAIT = 10.0


@dataclass
class _InHand:
    places: threading.Semaphore
    count: int = 0


class Turns:
    """The requests in hand, by caller."""

    def __init__(self, at_once: int, in_hand: int) -> None:
        """Work on `at_once` requests of one caller, while others wait, up to `in_hand` together."""
        self._at_once, self._most = at_once, in_hand
        self._lock = threading.Lock()
        self._in_hand: dict[str, _InHand] = {}

    @contextmanager
    def turn(self, caller: str) -> Iterator[None]:
        """Wait for a caller's turn, and hold it. Raises `AskedTooManyAtOnce`, at once where too many wait already."""
        with self._lock:
            own = self._in_hand.setdefault(caller, _InHand(threading.Semaphore(self._at_once)))
            if own.count >= self._most:
                raise AskedTooManyAtOnce
            own.count += 1
        try:
            if not own.places.acquire(timeout=LONGEST_WAIT):
                raise AskedTooManyAtOnce
            try:
                yield
            finally:
                own.places.release()
        finally:
            with self._lock:
                own.count -= 1
                if not own.count:
                    del self._in_hand[caller]


class Callers:
    """Knows the caller of a request before anything works on it."""

    def __init__(self, verifier: Verifier, turns: Turns, rates: Rates) -> None:
        """Store how tokens are verified, and how often a client may ask."""
        self._verifier = verifier
        self._turns = turns
        self._rates = rates

    @contextmanager
    def turn(self, environ: Any) -> Iterator[None]:
        """Hold the turn of a request's caller. Raises `AskedTooManyAtOnce`."""
        with self._turns.turn(self._caller(environ)):
            yield

    def count_in_vain(self, environ: Any) -> None:
        """Count a request for what is not served here as one of its client's. Raises `AskedTooOften`."""
        self._rates.clients.take(client_of(environ, self._rates.trusted_header))

    def speaks_for_many(self, environ: Any) -> bool:
        """Return whether a request came through our own proxy, on a connection that others use too."""
        header = self._rates.trusted_header
        return bool(header) and "HTTP_" + header.upper().replace("-", "_") in environ

    def _caller(self, environ: Any) -> str:
        authorization = environ.get("HTTP_AUTHORIZATION")
        if authorization is not None:
            try:
                principal = self._verifier.verify(authorization)
            except TokenRefused:
                pass  # refused by the edge, in its turn: of such requests, too, an address has few at once
            else:
                return f"{principal.issuer} {principal.subject}"
        return client_of(environ, self._rates.trusted_header)
