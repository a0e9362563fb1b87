"""The guard before whatever is sent to an address that somebody else has named.

A name is resolved, every address that it has is checked, and what is passed on is the checked addresses alone: who
connects never asks again, so that a name which points elsewhere a moment later (rebinding) changes nothing.
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

#: Answers every address of a name. Raises `OSError`.
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
#: More addresses than this nobody needs; those after them are checked, and not tried.
_MOST_TRIED: Final = 3


@dataclass(frozen=True)
class Outlets:
    """What operators open beyond https on port 443 of the internet.

    `networks`: private ones that may be reached; `plain_hosts`: names and addresses that are reached without TLS.
    """

    networks: tuple[Network, ...] = ()
    ports: tuple[range, ...] = (range(443, 444),)
    plain_hosts: frozenset[str] = frozenset()

    @classmethod
    def read(cls, networks: str, ports: str, plain_hosts: str) -> "Outlets":
        """Read what operators wrote, each separated by spaces; ports also as `8000-8999`. Raises `ValueError`."""
        return cls(read_networks(networks), tuple(_ports(ports)), frozenset(plain_hosts.lower().split()))

    @property
    def is_open_to_itself(self) -> bool:
        """Return whether something could be sent to this machine itself, or in the open."""
        return bool(self.plain_hosts) or any(map(is_own, self.networks))


def _ports(text: str) -> Iterator[range]:
    for written in text.split():
        first, _, last = written.partition("-")
        yield range(int(first), int(last or first) + 1)


@dataclass(frozen=True)
class Route:
    """Where something may be sent: what was asked for, and the addresses that were checked, in the order to try."""

    target: Target
    addresses: tuple[Address, ...]


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a name, by the system's own resolver (the host runs it beside the green threads)."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


@dataclass(frozen=True)
class Guard:
    """Decides where something may be sent."""

    outlets: Outlets = field(default_factory=Outlets)
    resolve: Resolve = resolve
    lookups: Lookups = field(default_factory=Lookups, compare=False)

    def read(self, url: str) -> Target:
        """Return an address, taken apart, as far as it can be judged unresolved. Raises `TargetRefused`."""
        target = read(url)
        if target.scheme != "https" and target.host not in self.outlets.plain_hosts:
            raise TargetRefused("not_https")
        if not any(target.port in ports for ports in self.outlets.ports):
            raise TargetRefused("port_not_allowed")
        if target.address is None and "." not in target.host and target.host not in self.outlets.plain_hosts:
            # The resolver would look for it in the installation's own domain.
            raise TargetRefused("host_unreadable")
        return target

    def route(self, url: str, owner: UUID | None = None) -> Route:
        """Return where something may be sent to just now. Raises `TargetRefused`, also where nobody knows the name.

        `owner` is the agency that named the address. This may ask a resolver, so no transaction may be open.
        """
        target = self.read(url)
        addresses = [target.address] if target.address is not None else self._resolved(target, owner)
        if not all(is_outer(address, self.outlets.networks) for address in addresses):
            raise TargetRefused("address_is_inner")
        return Route(target, tuple(addresses[:_MOST_TRIED]))

    def refusal(self, url: str, owner: UUID | None = None) -> TargetRefused | None:
        """Return why nothing may be sent to an address just now; None if something may. As `route`."""
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
