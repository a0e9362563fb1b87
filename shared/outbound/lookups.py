"""Look up names that somebody else has chosen: with a deadline, and with a share for each who chose them.

A resolver may take half a minute to give up, and can't be interrupted. So each lookup runs in a thread of its own (a
green one in a service) and keeps its place until the resolver returns, while the caller waits until the deadline only.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

Found = TypeVar("Found")

#: Names that are looked up at the same time: of all agencies, and of one. More wait.
MOST, SHARE = 16, 2
#: How long a caller waits, for a place and for the answer together (seconds).
SECONDS = 3.0


class LookupLate(Exception):
    """A name was not resolved in time."""

    retryable = True


class _Lookup(Generic[Found]):
    """One lookup: what it came to, once it is over."""

    def __init__(self, look_up: Callable[[], Found]) -> None:
        self._look_up = look_up
        self._over = threading.Event()
        self._found: Found | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._found = self._look_up()
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
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
    """The places for lookups of one process."""

    def __init__(self, most: int = MOST, share: int = SHARE) -> None:
        """Store how many lookups run at the same time, and how many of them for one owner."""
        self._places = threading.BoundedSemaphore(most)
        self._share = share
        self._shares: dict[UUID | None, threading.BoundedSemaphore] = defaultdict(self._new_share)

    def run(self, owner: UUID | None, look_up: Callable[[], Found]) -> Found:
        """Return what a lookup finds, or raise what it raises. Raises `LookupLate`.

        Args:
            owner: the agency that chose the name; None where nobody outside did.
            look_up: asks the resolver.
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
