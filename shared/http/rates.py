"""How often a client or a caller may ask, in tokens that run out and come back with time.

Counted in this process's memory: with two replicas a client has twice as much. Our own thirty lines, since the kept
library (`limits`) starts a timer's thread and walks all its keys for a request, and keeps as many keys as an attacker
has addresses; here a request costs the same however many ask, and memory has an end.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: The callers that asked last are remembered; one that is forgotten begins with a full bucket.
MOST_KEYS = 20_000


class AskedTooOften(Exception):
    """A client or a caller has used up what it may ask."""

    status = 429
    retryable = True
    title = "Too many requests"

    def __init__(self, seconds: float) -> None:
        """Store the seconds after which another try can succeed."""
        wait = max(1, math.ceil(seconds))
        super().__init__(f"You have asked too often. Wait {wait} seconds, then try again.")
        self.headers = {"Retry-After": str(wait)}


class AskedTooManyAtOnce(Exception):
    """A caller has as many requests in hand as it may have."""

    status = 429
    retryable = True
    title = "Too many requests"
    headers: Mapping[str, str] = {"Retry-After": "1"}

    def __init__(self) -> None:
        """Store the words: one after the other is let in."""
        super().__init__("You have asked for too much at once. Wait a second, then ask again, for one after the other.")


@dataclass(frozen=True)
class Rate:
    """So many requests at once, and as many again in so many seconds."""

    count: int
    seconds: float

    @classmethod
    def read(cls, text: str) -> "Rate | None":
        """Read `1200/60`; `off` is none. Raises `ValueError`."""
        if text == "off":
            return None
        count, _, seconds = text.partition("/")
        rate = cls(int(count), float(seconds))
        if rate.count < 1 or not 0 < rate.seconds < math.inf:
            raise ValueError("a rate is written as requests/seconds, 1200/60, or off")
        return rate


class TokenBuckets:
    """One bucket of tokens for each key."""

    def __init__(self, rate: Rate | None, now: Callable[[], float] = time.monotonic) -> None:
        """Store the rate at which all buckets are filled."""
        self._rate = rate
        self._now = now
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Spend a token of a bucket. Raises `AskedTooOften` when it is empty."""
        if self._rate is None:
            return
        now, a_second = self._now(), self._rate.count / self._rate.seconds
        left, since = self._kept.pop(key, (float(self._rate.count), now))
        left = min(float(self._rate.count), left + (now - since) * a_second)
        self._kept[key] = (left - 1 if left >= 1 else left, now)
        if len(self._kept) > MOST_KEYS:
            self._kept.popitem(last=False)
        if left < 1:
            raise AskedTooOften((1 - left) / a_second)


class Rates:
    """The buckets of one process: of clients that nobody vouches for, of callers with a token, and of return codes."""

    def __init__(
        self, client: str = "off", caller: str = "off", codes: str = "off", *, trusted_header: str = ""
    ) -> None:
        """Read the rates; raises `ValueError`."""
        self.clients = TokenBuckets(Rate.read(client))
        self.callers = TokenBuckets(Rate.read(caller))
        self.codes = TokenBuckets(Rate.read(codes))
        self.trusted_header = trusted_header
