"""The network of a visitor of the public site, in a header from `web-public` to the services.

Services only see the address of `web-public`. To limit the rate per visitor, they need the visitor's network.
`web-public` sends a keyed digest of it, so that no service sees an address, and a proof that requires the shared
secret. The header is never logged.
"""

import base64
import hashlib
import hmac
import ipaddress
from typing import Final

HEADER: Final = "Casepath-Visitor"
#: The same header in a WSGI environment.
IN_ENVIRON: Final = "HTTP_CASEPATH_VISITOR"
#: Minimum length of the secret; a shorter one could be guessed.
SHORTEST_SECRET: Final = 32
#: The part of an IPv6 address that a provider assigns to one household (RFC 6177).
_HOUSEHOLD: Final = 56
_DIGEST_BYTES: Final = 12
_LONGEST: Final = 100


def header(secret: str, address: str) -> str:
    """Return the header's value for a visitor's address. Raises `ValueError` if the address is invalid."""
    visitor = _digest(secret, b"network", _network(address))
    return f"{visitor}.{_digest(secret, b'proof', visitor)}"


# control: H-PUBLIC-5 visitor-is-proved
# control: H-PUBLIC-8 secret-opens-nothing
def visitor_of(secret: str, value: str | None) -> str | None:
    """Return the digest of the visitor's network; None without a header or a secret, or if the proof is wrong."""
    if not secret or not value or len(value) > _LONGEST:
        return None
    visitor, _, proof = value.partition(".")
    is_proved = hmac.compare_digest(_digest(secret, b"proof", visitor).encode(), proof.encode())
    return visitor if is_proved else None


def _network(address: str) -> str:
    """Return the network of one visitor: an IPv4 address, or the first 56 bits of an IPv6 address."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed, _HOUSEHOLD), strict=False).network_address)


def _digest(secret: str, purpose: bytes, text: str) -> str:
    digest = hmac.new(secret.encode(), b"casepath visitor " + purpose + b": " + text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_DIGEST_BYTES]).decode()
