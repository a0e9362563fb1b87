"""The time for which a page waits for a service: shorter for some seconds after the service let a request time out.

A stopped service therefore costs the full time once, and not on every page. Requests are still sent each time: as soon
as the service answers, its part is shown again.
"""

import threading
from dataclasses import dataclass, field
from typing import Final

#: The time for an answer: usually, and while a time-out is remembered (seconds).
FULL, BRIEF = 10.0, 1.0
#: A time-out is remembered for this time (seconds). After it, one request waits for the full time again, so that a
#: service that is only slow is not cut off for good.
REMEMBERED: Final = 20.0


@dataclass
class Circuit:
    """The time-outs of each service that are remembered. Times are those of a monotonic clock."""

    _until: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def seconds(self, service: str, now: float) -> float:
        """Return how long to wait for an answer of a service."""
        with self._lock:
            until = self._until.get(service)
            if until is None:
                return FULL
            if now < until:
                return BRIEF
            self._until[service] = now + REMEMBERED
            return FULL

    def answered(self, service: str) -> None:
        """Forget the time-outs of a service that has answered."""
        with self._lock:
            self._until.pop(service, None)

    def timed_out(self, service: str, after: float, now: float) -> None:
        """Remember a time-out. A brief one proves nothing: the service may only be slow."""
        if after >= FULL:
            with self._lock:
                self._until[service] = now + REMEMBERED
