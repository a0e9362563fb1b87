"""The rules of webhooks: retries, the state of an endpoint after each attempt, and the roles that manage it. Pure.

All times are real time, like those of retries: moving the clock for training delivers nothing sooner.
"""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from typing import Final

from services.partners.agencies.agency.rules import ENDED as AGENCY_ENDED
from services.partners.streams.subscription.rules import EVERYTHING
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import read_type

_KEEPERS: Final = dict.fromkeys(("operator", "data_protection_officer", "agency_administrator"), Need.ANY)
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "webhook.change": _KEEPERS,
    "webhook.read": _KEEPERS,
    "webhook.send": _KEEPERS,
}
#: The states of an endpoint; the list `webhook_state`.
ACTIVE, WARNED, PAUSED, DISABLED = "active", "warned", "paused", "disabled"
SENDING: Final = (ACTIVE, WARNED)
#: The reasons why an endpoint is disabled; the list `webhook_end_reason`.
GONE, FAILED = "gone", "failed"
#: The outcomes of an attempt, in addition to the codes of connection failures; the list `webhook_outcome`.
DELIVERED, REFUSED, REDIRECTED, ANSWERED_GONE, THROTTLED = "delivered", "refused", "redirected", "gone", "throttled"
#: The states of the circuit breaker; the list `webhook_breaker`.
CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"

#: The wait before each attempt, from Standard Webhooks. The last one comes after three days and three hours.
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
#: The maximum random addition to a wait, as a fraction, so that endpoints that failed together retry at different
#: times.
JITTER: Final = 0.1
#: The upper limit of `Retry-After`, and the minimum wait after a 429 response.
LONGEST_WAIT, THROTTLED_WAIT = timedelta(hours=24), timedelta(minutes=1)
WARNED_AFTER: Final = timedelta(days=1)
#: After this time of failures the agency hears of it in its stream, and at most so often.
BEHIND_AFTER, BEHIND_TOLD_EVERY = timedelta(hours=1), timedelta(days=1)
#: An endpoint that only ever answers 429 is disabled `LONGEST_WAIT` after this time.
DISABLED_AFTER: Final = sum(WAITS, timedelta())
MOST_WEBHOOKS: Final = 10
#: The default number of hours for which the former secret also signs, and the maximum.
OVERLAP_HOURS, LONGEST_OVERLAP_HOURS = 24, 168
LONGEST_EXCERPT: Final = 500
_TOO_MANY, _GONE, _SUCCESS, _REDIRECT, _CLIENT = 429, 410, 200, 300, 400
_THROTTLES: Final = frozenset((_TOO_MANY,))

_INSTEAD: Final = {
    "url_unreadable": (
        "The address can't be read. Write it as https://host/path, in ASCII (a name in another script as xn--…)."
    ),
    "url_has_user": (
        "The address contains a user or a password. Leave them out: each delivery is signed, so that you can verify "
        "the sender."
    ),
    "host_unreadable": "The host of the address is not a full name. Send a full name, such as hooks.example.org.",
    "not_https": "The address does not use TLS. Send an address that begins with https://.",
    "port_not_allowed": (
        "Deliveries to this port are not allowed. Use port 443, or ask the operator of this installation."
    ),
    "name_unknown": "The name of the host can't be resolved at the moment. Check the name, and try again.",
    "address_is_inner": (
        "The name of the host resolves to an address that is not on the public internet. Use a public host."
    ),
}


@dataclass(frozen=True)
class Standing:
    """The state of an endpoint: its code, the failed attempts of the next event and since when, the next attempt."""

    state: str
    reason: str | None
    tries: int
    failing_since: datetime | None
    next_at: datetime


@dataclass(frozen=True)
class Outcome:
    """The result of an attempt; `wait` is the receiver's `Retry-After`."""

    code: str
    status: int | None = None
    wait: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        """Return whether the receiver accepted the event."""
        return self.code == DELIVERED


def outcome_of(status: int, retry_after: str | None, now: datetime) -> Outcome:
    """Return the outcome of a response: only a 2xx status means delivered; a redirect is a failure too."""
    if _SUCCESS <= status < _REDIRECT:
        return Outcome(DELIVERED, status)
    wait = read_retry_after(retry_after, now)
    if status == _GONE:
        return Outcome(ANSWERED_GONE, status)
    if status in _THROTTLES:
        return Outcome(THROTTLED, status, wait)
    return Outcome(REDIRECTED if _REDIRECT <= status < _CLIENT else REFUSED, status, wait)


def read_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Read the header Retry-After, in seconds or as a date; None if it is missing or invalid."""
    if text is None:
        return None
    written = text.strip()
    if written.isascii() and written.isdecimal():
        return min(timedelta(seconds=int(written[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(written)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_WAIT)


def after(standing: Standing, outcome: Outcome, now: datetime, chance: float) -> Standing:
    """Return the state of an endpoint after an attempt; `chance`, from 0 to 1, spreads the next one."""
    if outcome.is_delivered:
        return Standing(ACTIVE, None, 0, None, standing.next_at)
    since = standing.failing_since or now
    tries = standing.tries + (outcome.code != THROTTLED)
    failing = replace(standing, tries=tries, failing_since=since)
    if outcome.code == ANSWERED_GONE:
        return replace(failing, state=DISABLED, reason=GONE)
    if tries >= len(WAITS) or now - since > DISABLED_AFTER + LONGEST_WAIT:
        return replace(failing, state=DISABLED, reason=FAILED)
    wait = max(_wait(outcome, tries) * (1 + JITTER * chance), outcome.wait or timedelta())
    is_long = now - since >= WARNED_AFTER
    return replace(failing, state=WARNED if is_long else standing.state, next_at=now + wait)


def _wait(outcome: Outcome, tries: int) -> timedelta:
    return max(WAITS[tries], THROTTLED_WAIT) if outcome.code == THROTTLED else WAITS[tries]


def breaker_of(standing: Standing, now: datetime) -> str:
    """Return whether the circuit breaker is closed, open until the next attempt, or half open."""
    if standing.failing_since is None:
        return CLOSED
    return OPEN if standing.state not in SENDING or now < standing.next_at else HALF_OPEN


def is_wanted(type_: str, patterns: Collection[str], endings: Collection[str], own_source: str) -> bool:
    """Return whether an endpoint with these patterns receives an event of a type.

    An event that ends an access, and each of partners' own (erasures, placeholders, agreements), passes every filter:
    the endpoint may have received data of the person under an earlier filter.
    """
    read = read_type(type_)
    if EVERYTHING in patterns or read is None:
        return True
    source, name, _version = read
    key = f"{source}.{name}"
    # control: H-AGENCY-32 endings-pass-filters
    if source == own_source or key in endings:
        return True
    return any(fnmatchcase(key, pattern) for pattern in patterns)


def resumed(now: datetime) -> Standing:
    """Return the state of an endpoint that was resumed."""
    return Standing(ACTIVE, None, 0, None, now)


def excerpt(body: bytes) -> str:
    """Return the beginning of a response, without line breaks, control characters and bidirectional marks."""
    text = body.decode(errors="replace")[: 4 * LONGEST_EXCERPT]
    plain = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    return " ".join(plain.split())[:LONGEST_EXCERPT]


def refusal_of(reason: str) -> FactRefused:
    """Return the error for an address that the guard refused, from the guard's code."""
    return FactRefused("url", reason, _INSTEAD[reason])


def check_agency(agency_state: str) -> None:
    """Refuse an endpoint of an agency that has ended. Raises `StepForbidden`."""
    if agency_state == AGENCY_ENDED:
        raise StepForbidden(
            "agency_has_ended",
            "This agency has ended its participation, so it receives nothing. Choose an active agency.",
        )


def check_count(count: int) -> None:
    """Refuse more endpoints than an agency can have. Raises `StepForbidden`."""
    if count >= MOST_WEBHOOKS:
        raise StepForbidden(
            "too_many_webhooks",
            f"This agency has {MOST_WEBHOOKS} webhooks, which is the maximum. Remove a webhook that is not used.",
        )


def check_redelivery(state: str, sequence: int, head: int) -> None:
    """Refuse to redeliver positions that do not exist, or to an inactive endpoint.

    Raises `StepForbidden`, `FactRefused`.
    """
    if state not in SENDING:
        raise StepForbidden(
            f"is_{state}", "This webhook is paused, so nothing is sent to it. Resume the webhook first."
        )
    if sequence > head:
        raise FactRefused(
            "sequence",
            "is_in_stream",
            "The agency's stream has not reached this position yet. Choose an earlier position.",
        )


def check_resumption(standing: Standing) -> None:
    """Refuse to resume a webhook that is active and does not fail. Raises `StepForbidden`."""
    if standing.state == ACTIVE and standing.failing_since is None:
        raise StepForbidden(
            "is_active", "This webhook is active and does not fail, so it can't be resumed. Nothing needs to be done."
        )
