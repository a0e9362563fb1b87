"""Who makes which key, what a key may, from where and until when. Pure.

All by real time, as tokens have it: a clock that is moved for training ends nobody's key.
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
#: What a key needs that reads its agency's stream, whatever the channel.
READING: Final = "reading"
#: scope -> the role that a key with it has; no token and no member of staff has one of them.
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
#: What a key is just now; the list `agency_key_state`.
VALID, ENDS_SOON, REPLACED, OVER, REVOKED = "valid", "ends_soon", "replaced", "over", "revoked"
#: From the house: a key is looked at once a year; and a change of keys has a week, over any holiday.
LONGEST_DAYS, OVERLAP_DAYS, LONGEST_OVERLAP_DAYS = 365, 7, 30
#: From the house: time enough to put another key in its place.
REMINDED: Final = timedelta(days=30)
#: More keys than that, at one time, are more than anybody keeps an eye on.
MOST_VALID: Final = 20
MOST_NETWORKS, LONGEST_NETWORK = 20, 43


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key of an agency, as far as it decides."""

    id: UUID
    agency: UUID
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    made_at: datetime
    until: datetime
    successor: UUID | None = None
    revoked_at: datetime | None = None


def state_of(key: Key, now: datetime) -> str:
    """Return what a key is just now, by the list `agency_key_state`."""
    if key.revoked_at is not None:
        return REVOKED
    if now >= key.until:
        return OVER
    if key.successor is not None:
        return REPLACED
    return ENDS_SOON if key.until - now <= REMINDED else VALID


def counts(key: Key, now: datetime) -> bool:
    """Return whether a key is neither over nor revoked."""
    return state_of(key, now) not in (OVER, REVOKED)


def why_refused(key: Key, agency_state: str | None, address: Address | None, now: datetime) -> str | None:
    """Return why a key opens nothing at an address, as a code for the log; None where it does."""
    closed = why_closed(key, agency_state, now)
    if closed is not None:
        return closed
    return None if is_within(address, key.networks) else "key_is_bound_elsewhere"


def why_closed(key: Key, agency_state: str | None, now: datetime) -> str | None:
    """Return why a key opens nothing anywhere, as a code for the log; None where it may."""
    if not counts(key, now):
        return f"key_is_{state_of(key, now)}"
    if agency_state != ACTIVE:
        return "agency_takes_no_part"
    return None


def is_within(address: Address | None, networks: Collection[str]) -> bool:
    """Return whether an address lies in one of the networks, or there are none."""
    return not networks or any(address in ip_network(network) for network in networks if address is not None)


def roles_of(scopes: Iterable[str]) -> frozenset[str]:
    """Return the roles of a key with these scopes."""
    return frozenset(ROLES[scope] for scope in scopes)


def read_networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Return networks in their one form; an address is the network of itself. Raises `FactRefused`."""
    try:
        networks = {ip_network(text) for text in texts}
    except ValueError:
        raise FactRefused(
            "networks", "is_a_network", "Name addresses or networks, such as 192.0.2.10 or 2001:db8::/48."
        ) from None
    return tuple(sorted(map(str, networks)))


def check_new(key: Key, others: Iterable[Key], agency_state: str, maker: Key | None, now: datetime) -> None:
    """Refuse a key that there may not be. Raises `StepForbidden`, `FactRefused`.

    `maker`: the agency's own key with which it is made. One that is bound to addresses opens no other ones.
    """
    if agency_state == AGENCY_ENDED:
        raise StepForbidden("agency_has_ended", "This agency takes no part any more; no key of it opens anything.")
    if sum(counts(other, now) for other in others) >= MOST_VALID:
        raise StepForbidden("too_many_keys", f"An agency has {MOST_VALID} keys at most. Revoke one that is not used.")
    if maker is not None and maker.networks and not _all_within(key.networks, maker.networks):
        raise FactRefused(
            "networks",
            "within_own_addresses",
            "Your key is bound to addresses; what you make with it is bound there too.",
        )


def _all_within(networks: Collection[str], outer: Collection[str]) -> bool:
    wide = [ip_network(network) for network in outer]
    return bool(networks) and all(any(_lies_in(ip_network(inner), other) for other in wide) for inner in networks)


def _lies_in(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def check_rotation(key: Key, now: datetime) -> None:
    """Refuse to put another key in the place of one that opens nothing, or has one already. Raises `StepForbidden`."""
    state = state_of(key, now)
    if state not in (VALID, ENDS_SOON):
        raise StepForbidden(
            f"is_{state}", "Only a key that counts, and has no successor yet, is rotated. Make a new one instead."
        )


def overlap_end(key: Key, days: int, now: datetime) -> datetime:
    """Return until when a key counts beside its successor."""
    return min(key.until, now + timedelta(days=days))
