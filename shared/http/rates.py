"""Rate limits of clients and callers: token buckets that refill with time.

Each process counts in its own memory, so a client has twice the rate with two replicas. We do not use the maintained
library (`limits`): it starts a timer thread, walks all its keys for a request, and stores as many keys as an attacker
has addresses. Here a request costs the same for any number of callers, and memory is bounded.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: How many recent callers are remembered. A forgotten caller starts with a full bucket.
MOST_KEYS = 20_000


class AskedTooOften(Exception):
    """A client or a caller has exceeded its rate limit."""

    status = 429
    retryable = True
    title = "Too many requests"

    def __init__(self, seconds: float, headers: Mapping[str, str] | None = None) -> None:
        """Store the seconds after which a retry can succeed, and the rate headers."""
        wait = max(1, math.ceil(seconds))
        super().__init__(f"You sent too many requests in a short time. Wait {wait} seconds, then try again.")
        self.headers = {**(headers or {}), "Retry-After": str(wait)}


class AskedTooManyAtOnce(Exception):
    """A caller has too many requests in progress."""

    status = 429
    retryable = True
    title = "Too many requests"
    headers: Mapping[str, str] = {"Retry-After": "1"}

    def __init__(self) -> None:
        """Store the message."""
        super().__init__(
            "You sent too many requests at the same time. Wait a second, then send them one after another."
        )


@dataclass(frozen=True)
class Rate:
    """A number of requests at once, and the seconds in which the bucket refills."""

    count: int
    seconds: float

    @classmethod
    def read(cls, text: str) -> "Rate | None":
        """Read `1200/60`; `off` is None. Raises `ValueError`."""
        if text == "off":
            return None
        count, _, seconds = text.partition("/")
        rate = cls(int(count), float(seconds))
        if rate.count < 1 or not 0 < rate.seconds < math.inf:
            raise ValueError("a rate is written as requests/seconds, 1200/60, or off")
        return rate


class TokenBuckets:
    """One bucket of tokens for each key."""

    def __init__(
        self, rate: Rate | None, now: Callable[[], float] = time.monotonic, *, policy: str | None = None
    ) -> None:
        """Store the rate at which all buckets are filled. With the name of a policy, headers state what is left."""
        self._rate = rate
        self._now = now
        self._policy = policy
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> Mapping[str, str]:
        """Take a token from a bucket. Return the rate headers. Raises `AskedTooOften` if the bucket is empty.

        The headers are those of draft-ietf-httpapi-ratelimit-headers-10, if the buckets have a policy.
        """
        if self._rate is None:
            return {}
        now, a_second = self._now(), self._rate.count / self._rate.seconds
        left, since = self._kept.pop(key, (float(self._rate.count), now))
        left = min(float(self._rate.count), left + (now - since) * a_second)
        self._kept[key] = (left - 1 if left >= 1 else left, now)
        if len(self._kept) > MOST_KEYS:
            self._kept.popitem(last=False)
        if left < 1:
            wait = (1 - left) / a_second
            raise AskedTooOften(wait, self._headers(self._rate, 0, wait))
        return self._headers(self._rate, int(left - 1), 1 / a_second)

    def _headers(self, rate: Rate, left: int, more_in: float) -> dict[str, str]:
        """Return the policy, how much of it is left, and after how many seconds it refills."""
        if self._policy is None:
            return {}
        return {
            "RateLimit-Policy": f'"{self._policy}";q={rate.count};w={math.ceil(rate.seconds)}',
            "RateLimit": f'"{self._policy}";r={left};t={max(1, math.ceil(more_in))}',
        }


class Rates:
    """The buckets of one process: for unauthenticated clients, callers, scarce resources, and agencies."""

    def __init__(
        self,
        client: str = "off",
        caller: str = "off",
        codes: str = "off",
        *,
        contacts: str = "off",
        scans: str = "off",
        agency: str = "off",
        trusted_header: str = "",
        public_secret: str = "",
    ) -> None:
        """Read the rates; raises `ValueError`."""
        self.clients = TokenBuckets(Rate.read(client))
        self.callers = TokenBuckets(Rate.read(caller))
        #: The rate limits of scarce resources, by the name with which a route declares them (`Route.scarce`).
        scarce = {"codes": codes, "contacts": contacts, "scans": scans}
        self.scarce = {name: TokenBuckets(Rate.read(rate)) for name, rate in scarce.items()}
        # Per agency, and not per key: another key does not raise the rate.
        self.agencies = TokenBuckets(Rate.read(agency), policy="agency")
        self.trusted_header = trusted_header
        self.public_secret = public_secret
