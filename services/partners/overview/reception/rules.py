"""The obstacles between an agency and its events, in the order in which to check them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from services.partners.agencies.agency.rules import ACTIVE, SUSPENDED
from services.partners.channels.delivery.rules import DISABLED, PAUSED
from shared.access.permissions import Need

ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "reception.read": dict.fromkeys(("operator", "data_protection_officer"), Need.ANY),
}
#: Why an agency receives nothing or less than it could; the list `reception_obstacle`.
AGENCY_SUSPENDED, AGENCY_ENDED = "agency_suspended", "agency_ended"
NO_AGREEMENT, NO_SUBSCRIPTION, NO_WAY, NO_GROUND = "no_agreement", "no_subscription", "no_way", "no_ground"
ENDING_LATE, STARTING, PAUSED_BY_AGENCY = "ending_late", "starting", "paused_by_agency"
WEBHOOK_PAUSED, WEBHOOK_FAILING, WEBHOOK_DISABLED = "webhook_paused", "webhook_failing", "webhook_disabled"
QUEUE_UNREAD, NOTHING_YET = "queue_unread", "nothing_yet"

#: With one of these obstacles an agency receives nothing about any person, regardless of consents.
CLOSED: Final = frozenset((AGENCY_SUSPENDED, AGENCY_ENDED, NO_AGREEMENT, NO_SUBSCRIPTION, NO_WAY))


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """The state of a webhook, and whether its last attempt failed."""

    state: str
    is_failing: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts that decide whether an agency receives events."""

    state: str
    has_agreement: bool = False
    is_subscribed: bool = False
    is_paused: bool = False
    has_key: bool = False
    has_ground: bool = False
    is_ending_late: bool = False
    is_starting: bool = False
    endpoints: tuple[Endpoint, ...] = ()
    has_queue: bool = False
    #: Messages wait in its queue at the broker, and the queue had no reader at the last check.
    is_queue_unread: bool = False
    position: int = 0


def obstacles(facts: Facts) -> list[str]:
    """Return the obstacles, the first one to check first; empty if the agency receives events."""
    return [*_of_the_agency(facts), *_of_the_installation(facts), *_of_the_way(facts), *_of_the_stream(facts)]


def is_connected(facts: Facts) -> bool:
    """Return whether an agency receives events about a person if a consent or another ground covers them."""
    return not CLOSED & set(obstacles(facts))


def _of_the_agency(facts: Facts) -> Iterator[str]:
    if facts.state != ACTIVE:
        yield AGENCY_SUSPENDED if facts.state == SUSPENDED else AGENCY_ENDED
    if not facts.has_agreement:
        yield NO_AGREEMENT
    if not facts.is_subscribed:
        yield NO_SUBSCRIPTION
    if not facts.has_ground:
        yield NO_GROUND


def _of_the_installation(facts: Facts) -> Iterator[str]:
    if facts.is_ending_late:
        yield ENDING_LATE
    if facts.is_starting:
        yield STARTING


def _of_the_way(facts: Facts) -> Iterator[str]:
    if not (facts.has_key or facts.endpoints):
        # A queue at the broker is read with a key, too.
        yield NO_WAY
    if facts.is_paused and (facts.endpoints or facts.has_queue):
        yield PAUSED_BY_AGENCY
    states = {endpoint.state for endpoint in facts.endpoints}
    if DISABLED in states:
        yield WEBHOOK_DISABLED
    if PAUSED in states:
        yield WEBHOOK_PAUSED
    if any(endpoint.is_failing and endpoint.state not in (DISABLED, PAUSED) for endpoint in facts.endpoints):
        yield WEBHOOK_FAILING
    if facts.is_queue_unread:
        yield QUEUE_UNREAD


def _of_the_stream(facts: Facts) -> Iterator[str]:
    if facts.position == 0:
        yield NOTHING_YET
