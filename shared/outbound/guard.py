"""The guard for requests to addresses that an agency or an operator chose.

It resolves a name, checks every address, and returns only the checked addresses. The client never resolves the name
again, so a DNS change in between (rebinding) has no effect.
"""

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, TypeAlias
from uuid import UUID

from shared.outbound.addresses import Address, Network, is_outer, is_own, read_networks
from shared.outbound.lookups import LookupLate, Lookups
from shared.outbound.targets import Target, TargetRefused, read

__all__ = ["Guard", "Outlets", "Route", "TargetRefused"]

#: Function that returns every address of a name. Raises `OSError`.
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
#: Maximum number of addresses to try; further addresses are checked but not tried.
_MOST_TRIED: Final = 3


@dataclass(frozen=True)
class Outlets:
    """Exceptions that operators permit beyond HTTPS on port 443 of the internet.

    `networks` are permitted private networks. `plain_hosts` are names and addresses that are permitted without TLS.
    """

    networks: tuple[Network, ...] = ()
    ports: tuple[range, ...] = (range(443, 444),)
    plain_hosts: frozenset[str] = frozenset()

    @classmethod
    def read(cls, networks: str, ports: str, plain_hosts: str) -> "Outlets":
        """Read the settings, each separated by spaces; port ranges as `8000-8999`. Raises `ValueError`."""
        return cls(read_networks(networks), tuple(_ports(ports)), frozenset(plain_hosts.lower().split()))

    @property
    def is_open_to_itself(self) -> bool:
        """Return whether requests to this machine itself, or without TLS, are permitted."""
        return bool(self.plain_hosts) or any(map(is_own, self.networks))


def _ports(text: str) -> Iterator[range]:
    for written in text.split():
        first, _, last = written.partition("-")
        yield range(int(first), int(last or first) + 1)


@dataclass(frozen=True)
class Route:
    """A permitted destination: the requested target, and the checked addresses in the order to try them."""

    target: Target
    addresses: tuple[Address, ...]


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a name, using the system's resolver (the host runs it outside the green threads)."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


@dataclass(frozen=True)
class Guard:
    """Decides which destinations are permitted."""

    outlets: Outlets = field(default_factory=Outlets)
    resolve: Resolve = resolve
    lookups: Lookups = field(default_factory=Lookups, compare=False)

    def read(self, url: str) -> Target:
        """Parse a URL and check everything except its addresses. Raises `TargetRefused`."""
        target = read(url)
        if target.scheme != "https" and target.host not in self.outlets.plain_hosts:
            raise TargetRefused("not_https")
        if not any(target.port in ports for ports in self.outlets.ports):
            raise TargetRefused("port_not_allowed")
        if target.address is None and "." not in target.host and target.host not in self.outlets.plain_hosts:
            # The resolver would search the installation's own domain for it.
            raise TargetRefused("host_unreadable")
        return target

    def route(self, url: str, owner: UUID | None = None) -> Route:
        """Return the current route to a URL. Raises `TargetRefused`, also if the name does not exist.

        `owner` is the agency that named the address. This can query a DNS resolver, so no transaction may be open.
        """
        target = self.read(url)
        addresses = [target.address] if target.address is not None else self._resolved(target, owner)
        if not all(is_outer(address, self.outlets.networks) for address in addresses):
            raise TargetRefused("address_is_inner")
        return Route(target, tuple(addresses[:_MOST_TRIED]))

    def refusal(self, url: str, owner: UUID | None = None) -> TargetRefused | None:
        """Return why a URL is refused at the moment; None if it is permitted. Otherwise like `route`."""
        try:
            self.route(url, owner)
        except TargetRefused as refused:
            return refused
        return None

    def _resolved(self, target: Target, owner: UUID | None) -> list[IPv4Address | IPv6Address]:
        try:
            found = self.lookups.run(owner, lambda: self.resolve(target.host, target.port))
            addresses = [ip_address(written) for written in found]
        except (OSError, ValueError, UnicodeError, LookupLate):
            raise TargetRefused("name_unknown") from None
        if not addresses:
            raise TargetRefused("name_unknown")
        return addresses
