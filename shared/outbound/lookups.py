"""Resolve names that an agency chose: with a deadline, and with a share for each agency.

A resolver can take 30 seconds to fail and cannot be interrupted. Each look-up therefore runs in its own thread (a green
one in a service). The thread occupies a slot until the resolver returns; the caller waits only until the deadline.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

Found = TypeVar("Found")

#: Concurrent look-ups: of all agencies, and of one. Further ones wait.
MOST, SHARE = 16, 2
#: Maximum wait of a caller, for a slot and for the answer together (seconds).
SECONDS = 3.0


class LookupLate(Exception):
    """A name was not resolved in time."""

    retryable = True


class _Lookup(Generic[Found]):
    """One look-up, with its result when it has ended."""

    def __init__(self, look_up: Callable[[], Found]) -> None:
        self._look_up = look_up
        self._over = threading.Event()
        self._found: Found | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._found = self._look_up()
        except Exception as error:  # noqa: BLE001 - raised again in the waiting thread
            self._error = error
        finally:
            self._over.set()

    def wait(self, seconds: float) -> Found:
        if not self._over.wait(seconds):
            raise LookupLate
        if self._error is not None:
            raise self._error
        return self._found  # type: ignore[return-value]  # without an error it is what was found


class Lookups:
    """The slots for look-ups of one process."""

    def __init__(self, most: int = MOST, share: int = SHARE) -> None:
        """Store the number of concurrent look-ups, in total and for one owner."""
        self._places = threading.BoundedSemaphore(most)
        self._share = share
        self._shares: dict[UUID | None, threading.BoundedSemaphore] = defaultdict(self._new_share)

    def run(self, owner: UUID | None, look_up: Callable[[], Found]) -> Found:
        """Return the result of a look-up, or raise its error. Raises `LookupLate`.

        Args:
            owner: the agency that chose the name; None if it was not chosen by an agency.
            look_up: queries the resolver.
        """
        until = time.monotonic() + SECONDS
        share = self._shares[owner]
        # control: H-AGENCY-3 names-before-the-transaction
        if not share.acquire(timeout=SECONDS):
            raise LookupLate
        if not self._places.acquire(timeout=max(0.0, until - time.monotonic())):
            share.release()
            raise LookupLate
        lookup = _Lookup(look_up)

        def run() -> None:
            try:
                lookup.run()
            finally:
                self._places.release()
                share.release()

        threading.Thread(target=run, name="lookup", daemon=True).start()
        return lookup.wait(max(0.0, until - time.monotonic()))

    def _new_share(self) -> threading.BoundedSemaphore:
        return threading.BoundedSemaphore(self._share)
