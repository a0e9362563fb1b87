"""URLs in a strict form, so that the check and the connection read the same destination.

Everything that parsers read differently is refused: users before an @, backslashes, escapes and spaces in a host,
numbers that some parsers read as IPv4, non-ASCII scripts, zones, trailing dots.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

LONGEST: Final = 2000
_WRITTEN: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z._-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!$&'()*+,;=:@/0-9A-Za-z._~%-]*)?(?P<query>\?[!$&'()*+,;=:@/?0-9A-Za-z._~%-]*)?"
)
_LABEL: Final = re.compile(r"[0-9a-z_](?:[0-9a-z_-]{0,61}[0-9a-z])?")
#: Parsers that follow the browsers' standard read a name whose last label is one of these as an IPv4 address.
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS: Final = {"https": 443, "http": 80}
_LAST_PORT: Final = 65_535


class TargetRefused(Exception):
    """The URL is not permitted; `reason` is a code for logs, attempts and refusals."""

    def __init__(self, reason: str) -> None:
        """Store the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """A parsed URL: `address` is set if the host is an IP address; `resource` is path and query."""

    scheme: str
    host: str
    port: int
    resource: str
    address: IPv4Address | IPv6Address | None

    @property
    def authority(self) -> str:
        """Return the host as in the request's `Host` header."""
        written = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return written if self.port == _PORTS[self.scheme] else f"{written}:{self.port}"


def read(url: str) -> Target:
    """Parse a URL. Raises `TargetRefused`."""
    if len(url) > LONGEST or not url.isascii():
        raise TargetRefused("url_unreadable")
    written = _WRITTEN.fullmatch(url)
    if written is None:
        raise TargetRefused("url_has_user" if "@" in url.partition("//")[2].partition("/")[0] else "url_unreadable")
    scheme, host = written["scheme"], written["host"].lower()
    port = int(written["port"]) if written["port"] else _PORTS[scheme]
    if not 0 < port <= _LAST_PORT:
        raise TargetRefused("port_not_allowed")
    address = _address(host)
    if address is None:
        _check_name(host)
    resource = (written["path"] or "/") + (written["query"] or "")
    return Target(scheme, str(address) if address else host, port, resource, address)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        if host.startswith("["):
            return IPv6Address(host[1:-1])
        return IPv4Address(host)
    except AddressValueError:
        if host.startswith("["):
            raise TargetRefused("host_unreadable") from None
        return None


def _check_name(host: str) -> None:
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or _NUMBER.fullmatch(labels[-1]):
        raise TargetRefused("host_unreadable")
