"""When something is tried again and when no more, what an endpoint is after each try, and who may keep one. Pure.

All by real time, as retries have it: a clock that is moved for training delivers nothing sooner.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from services.partners.agencies.agency.rules import ENDED as AGENCY_ENDED
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_KEEPERS: Final = dict.fromkeys(("operator", "data_protection_officer", "agency_administrator"), Need.ANY)
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "webhook.change": _KEEPERS,
    "webhook.read": _KEEPERS,
    "webhook.send": _KEEPERS,
}
#: What an endpoint is; the list `webhook_state`.
ACTIVE, WARNED, PAUSED, DISABLED = "active", "warned", "paused", "disabled"
SENDING: Final = (ACTIVE, WARNED)
#: Why one is disabled; the list `webhook_end_reason`.
GONE, FAILED = "gone", "failed"
#: What a try came to, beside the codes of why nothing was sent or answered; the list `webhook_outcome`.
DELIVERED, REFUSED, REDIRECTED, ANSWERED_GONE, THROTTLED = "delivered", "refused", "redirected", "gone", "throttled"
#: Whether anything is tried; the list `webhook_breaker`.
CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"

#: After how long each try is made, by Standard Webhooks: after the last one, three days and three hours have passed.
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
#: A wait is longer by up to this part of itself, so that those who failed together do not come back together.
JITTER: Final = 0.1
#: Whoever is told to wait waits, but no longer than this; and at least so long where nothing is said.
LONGEST_WAIT, THROTTLED_WAIT = timedelta(hours=24), timedelta(minutes=1)
WARNED_AFTER: Final = timedelta(days=1)
#: An endpoint that only ever says "later" has used up its time, too.
DISABLED_AFTER: Final = sum(WAITS, timedelta())
MOST_WEBHOOKS: Final = 10
#: The former secret signs too for so long, if nothing else is asked for.
OVERLAP_HOURS, LONGEST_OVERLAP_HOURS = 24, 168
LONGEST_EXCERPT: Final = 500
_TOO_MANY, _GONE, _SUCCESS, _REDIRECT, _CLIENT = 429, 410, 200, 300, 400
_THROTTLES: Final = frozenset((_TOO_MANY,))

_INSTEAD: Final = {
    "url_unreadable": "Write the address as https://host/path, in ASCII (a name in another script as xn--…).",
    "url_has_user": "Leave out user and password; what is sent is signed, so that you know whom it comes from.",
    "host_unreadable": "Name the host by its full name, such as hooks.example.org.",
    "not_https": "Give an address that begins with https://.",
    "port_not_allowed": "Nothing is sent to this port; use 443, or ask whoever runs this installation.",
    "name_unknown": "This name can't be looked up just now. Check it, and try again.",
    "address_is_inner": "This name leads to an address that is not on the public internet; nothing is sent there.",
}


@dataclass(frozen=True)
class Standing:
    """How an endpoint stands: what it is, how many tries of the next thing failed, since when, and when the next is."""

    state: str
    reason: str | None
    tries: int
    failing_since: datetime | None
    next_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What a try came to; `wait`: how long the receiver asked to be left alone."""

    code: str
    status: int | None = None
    wait: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        """Return whether the receiver has taken it."""
        return self.code == DELIVERED


def outcome_of(status: int, retry_after: str | None, now: datetime) -> Outcome:
    """Return what an answer means: any of the 2xx took it, everything else did not, a redirect least of all."""
    if _SUCCESS <= status < _REDIRECT:
        return Outcome(DELIVERED, status)
    wait = read_retry_after(retry_after, now)
    if status == _GONE:
        return Outcome(ANSWERED_GONE, status)
    if status in _THROTTLES:
        return Outcome(THROTTLED, status, wait)
    return Outcome(REDIRECTED if _REDIRECT <= status < _CLIENT else REFUSED, status, wait)


def read_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Read the header Retry-After, in seconds or as a date; None where it says nothing that can be read."""
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
    """Return how an endpoint stands after a try; `chance`, from 0 to 1, spreads the next one."""
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
    """Return whether the circuit is closed, open until the next try, or lets one single try through."""
    if standing.failing_since is None:
        return CLOSED
    return OPEN if standing.state not in SENDING or now < standing.next_at else HALF_OPEN


def resumed(now: datetime) -> Standing:
    """Return how an endpoint stands that somebody has put right."""
    return Standing(ACTIVE, None, 0, None, now)


def excerpt(body: bytes) -> str:
    """Return the beginning of an answer, without lines, controls, and marks that turn text around."""
    text = body.decode(errors="replace")[: 4 * LONGEST_EXCERPT]
    plain = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    return " ".join(plain.split())[:LONGEST_EXCERPT]


def refusal_of(reason: str) -> FactRefused:
    """Return why an address is not taken, from the guard's code."""
    return FactRefused("url", reason, _INSTEAD[reason])


def check_agency(agency_state: str) -> None:
    """Refuse an endpoint of an agency that has ended. Raises `StepForbidden`."""
    if agency_state == AGENCY_ENDED:
        raise StepForbidden("agency_has_ended", "This agency takes no part any more; nothing is sent to it.")


def check_count(count: int) -> None:
    """Refuse one more endpoint than an agency may have. Raises `StepForbidden`."""
    if count >= MOST_WEBHOOKS:
        raise StepForbidden(
            "too_many_webhooks", f"An agency has {MOST_WEBHOOKS} webhooks at most. Remove one that is not used."
        )


def check_redelivery(state: str, sequence: int, head: int) -> None:
    """Refuse to send again what was never there, or to an endpoint that takes nothing. Raises `StepForbidden`."""
    if state not in SENDING:
        raise StepForbidden(f"is_{state}", "Nothing is sent to this webhook just now. Resume it first.")
    if sequence > head:
        raise FactRefused("sequence", "is_in_stream", "The agency's stream has no such position yet.")


def check_resumption(standing: Standing) -> None:
    """Refuse to resume what is going on. Raises `StepForbidden`."""
    if standing.state == ACTIVE and standing.failing_since is None:
        raise StepForbidden("is_active", "This webhook is active and does not fail; there is nothing to resume.")
