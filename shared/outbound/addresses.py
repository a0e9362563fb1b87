"""Public addresses: public unicast, without special-purpose ranges or a machine's own addresses.

Based on IANA's registries of special-purpose addresses (RFC 6890 and its successors). An IPv6 address that contains an
IPv4 address is always refused, because a nearby translator could convert it.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

#: Never permitted, even inside a permitted network: cloud metadata services return a machine's secrets there.
METADATA: Final = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",
            "169.254.170.2",
            "169.254.170.23",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
        ),
    )
)
_INNER_4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
#: All allocated global unicast addresses; other IPv6 addresses are internal or unassigned.
_GIVEN_OUT_6: Final = IPv6Network("2000::/3")
_INNER_6: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")))
#: Ranges that contain an IPv4 address: mapped, compatible, translated (NAT64 and its local form), 6to4, Teredo.
_CARRIERS: Final = tuple(
    map(
        IPv6Network,
        ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"),
    )
)
#: This machine, and link-local addresses.
_OWN: Final = tuple(map(ip_network, ("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10")))


def is_outer(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Return whether an address is permitted: it is public, or within an allowed network."""
    if address in METADATA or getattr(address, "scope_id", None) is not None:
        return False
    if any(address in network for network in allowed if network.version == address.version):
        # Allowed networks apply only to the address itself, not to an address embedded in it.
        return not _is_carrier(address) or address == IPv6Address("::1")
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _INNER_4)
    return address in _GIVEN_OUT_6 and not any(address in network for network in _INNER_6)


def is_own(network: Network) -> bool:
    """Return whether a network overlaps this machine's own or link-local addresses."""
    return any(_overlap(network, own) for own in _OWN)


def _overlap(one: Network, other: Network) -> bool:
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.overlaps(other)
    return isinstance(other, IPv6Network) and one.overlaps(other)


def read_networks(text: str) -> tuple[Network, ...]:
    """Read networks that are separated by spaces. Raises `ValueError`."""
    return tuple(ip_network(written) for written in text.split())


def _is_carrier(address: Address) -> bool:
    return isinstance(address, IPv6Address) and any(address in network for network in _CARRIERS)
