"""The rules of agency keys: the roles that can create one, its scopes, networks and lifetime. Pure.

All times are real time, like those of tokens: moving the clock for training ends no key.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import UUID

from services.partners.agencies.agency.rules import ACTIVE
from services.partners.agencies.agency.rules import ENDED as AGENCY_ENDED
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_ADMINISTRATOR: Final = "agency_administrator"
_KEEPERS: Final = dict.fromkeys(("operator", "data_protection_officer", _ADMINISTRATOR), Need.ANY)
#: The scope that reading an agency's stream requires, on every channel.
READING: Final = "reading"
#: scope -> the role of a key with this scope. No token and no staff member has any of these roles.
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {READING: "agency", "reporting": "agency_reporter", "administering": _ADMINISTRATOR}
)
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "agency_key.make": _KEEPERS,
    "agency_key.end": _KEEPERS,
    "agency_key.read": _KEEPERS,
    "agency_key.find": dict.fromkeys(("operator", "data_protection_officer"), Need.ANY),
    "agency.self": dict.fromkeys(ROLES.values(), Need.ANY),
}
#: The states of a key; the list `agency_key_state`.
VALID, ENDS_SOON, REPLACED, OVER, REVOKED = "valid", "ends_soon", "replaced", "over", "revoked"
#: Our choice: keys are renewed once a year. An overlap of a week bridges any holiday.
LONGEST_DAYS, OVERLAP_DAYS, LONGEST_OVERLAP_DAYS = 365, 7, 30
#: Our choice: enough time to replace the key.
REMINDED: Final = timedelta(days=30)
#: Our choice: more valid keys than this are hard to keep track of.
MOST_VALID: Final = 20
MOST_NETWORKS, LONGEST_NETWORK = 20, 43


@dataclass(frozen=True, kw_only=True)
class Key:
    """The fields of an agency's key that decide what it permits."""

    id: UUID
    agency: UUID
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    made_at: datetime
    until: datetime
    successor: UUID | None = None
    revoked_at: datetime | None = None


def state_of(key: Key, now: datetime) -> str:
    """Return the current state of a key, from the list `agency_key_state`."""
    if key.revoked_at is not None:
        return REVOKED
    if now >= key.until:
        return OVER
    if key.successor is not None:
        return REPLACED
    return ENDS_SOON if key.until - now <= REMINDED else VALID


def counts(key: Key, now: datetime) -> bool:
    """Return whether a key is valid: it has neither expired nor been revoked."""
    return state_of(key, now) not in (OVER, REVOKED)


def why_refused(key: Key, agency_state: str | None, address: Address | None, now: datetime) -> str | None:
    """Return why a key is refused at an address, as a code for the log; None if it is accepted."""
    closed = why_closed(key, agency_state, now)
    if closed is not None:
        return closed
    return None if is_within(address, key.networks) else "key_is_bound_elsewhere"


def why_closed(key: Key, agency_state: str | None, now: datetime) -> str | None:
    """Return why a key is refused at every address, as a code for the log; None if it is valid."""
    if not counts(key, now):
        return f"key_is_{state_of(key, now)}"
    if agency_state != ACTIVE:
        return "agency_takes_no_part"
    return None


def is_within(address: Address | None, networks: Collection[str]) -> bool:
    """Return whether an address is in one of the networks, or no networks are given."""
    return not networks or any(address in ip_network(network) for network in networks if address is not None)


def roles_of(scopes: Iterable[str]) -> frozenset[str]:
    """Return the roles of a key with these scopes."""
    return frozenset(ROLES[scope] for scope in scopes)


def read_networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Return networks in canonical form; an address becomes a network of one address. Raises `FactRefused`."""
    try:
        networks = {ip_network(text) for text in texts}
    except ValueError:
        raise FactRefused(
            "networks",
            "is_a_network",
            "An entry is not an IP address or a network. Send entries such as 192.0.2.10 or 2001:db8::/48.",
        ) from None
    return tuple(sorted(map(str, networks)))


def check_new(key: Key, others: Iterable[Key], agency_state: str, maker: Key | None, now: datetime) -> None:
    """Refuse a key that is not allowed. Raises `StepForbidden`, `FactRefused`.

    `maker` is the agency's own key with which it is created. If that key is limited to networks, the new one must be
    too.
    """
    if agency_state == AGENCY_ENDED:
        raise StepForbidden(
            "agency_has_ended",
            "This agency has ended its participation, so its keys are not valid. Choose an active agency.",
        )
    if sum(counts(other, now) for other in others) >= MOST_VALID:
        raise StepForbidden(
            "too_many_keys", f"This agency has {MOST_VALID} keys, which is the maximum. Revoke a key that is not used."
        )
    if maker is not None and maker.networks and not _all_within(key.networks, maker.networks):
        raise FactRefused(
            "networks",
            "within_own_addresses",
            "The networks are outside those of your own key. Send networks within the networks of your key.",
        )


def _all_within(networks: Collection[str], outer: Collection[str]) -> bool:
    wide = [ip_network(network) for network in outer]
    return bool(networks) and all(any(_lies_in(ip_network(inner), other) for other in wide) for inner in networks)


def _lies_in(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def check_rotation(key: Key, now: datetime) -> None:
    """Refuse to rotate a key that is invalid or has a successor. Raises `StepForbidden`."""
    state = state_of(key, now)
    if state not in (VALID, ENDS_SOON):
        raise StepForbidden(
            f"is_{state}", "Only a valid key without a successor can be rotated. Create a new key instead."
        )


def overlap_end(key: Key, days: int, now: datetime) -> datetime:
    """Return until when a key stays valid alongside its successor."""
    return min(key.until, now + timedelta(days=days))
