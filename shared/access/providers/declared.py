"""Declaration of the sign-in providers by the operators of an installation (TOML).

::

    [[provider]]
    issuer = "https://login.example.org/realms/casework"
    audience = "casepath"

Further settings of a provider have defaults (docs/guides/operate/identity.md). Unknown settings are errors: with a
mistyped name, a restriction would silently not apply.
"""

import ssl
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

#: Algorithms that providers can declare. All are asymmetric: verifiers do not hold the signing key.
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"),
    "Ed25519",
)
#: Default algorithms of a provider.
USUAL_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "Ed25519")
#: Types of an access token: RFC 9068's, or those of providers that do not implement it.
AT_JWT, JWT = "at+jwt", "JWT"
MOST_PROVIDERS = 16
_LONGEST_TEXT = 2_000
_LONGEST_CERTIFICATES = 100_000
_MOST_NAMES = 100


class ProvidersRefused(ValueError):
    """The declaration is invalid; the message tells the operator which part and why."""


@dataclass(frozen=True)
class Provider:
    """A provider whose access tokens are valid: the address of its keys, and the format of its tokens."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = USUAL_ALGORITHMS
    token_type: str = AT_JWT
    subject_claim: str = "sub"
    #: Path of the token's claim with the roles, level by level; empty: only the register defines roles.
    roles_claim: tuple[str, ...] = ()
    #: The provider's names for Casepath's roles; empty: the same names.
    role_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: Address of the key set; empty: from the discovery document, on the issuer's host.
    keys_at: str = ""
    #: Certificate of the authority that signed its TLS certificate (PEM), unless every machine trusts it.
    certificates: str = ""
    #: Client id of `./casepath login` at the provider, and the scopes that it requests.
    client: str = ""
    scope: str = "openid"
    #: Client id of web-desk at the provider.
    desk_client: str = ""
    #: Whether it signs in fictitious people with one click; production installations refuse its tokens.
    training: bool = False
    #: For training in containers: the address inside the network. The issuer is the address for browsers.
    reached_at: str = ""

    def reached(self, address: str) -> str:
        """Return the address at which the processes of the installation reach an address of this provider."""
        if self.reached_at and address.startswith(f"{self.issuer}/"):
            return self.reached_at + address.removeprefix(self.issuer)
        return address


def read(text: str) -> tuple[Provider, ...]:
    """Read the declaration of providers. Raises `ProvidersRefused`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProvidersRefused(f"it is no TOML ({error})") from None
    declared = document.pop("provider", [])
    if document or not isinstance(declared, list) or not all(isinstance(table, dict) for table in declared):
        raise ProvidersRefused("it holds something else than [[provider]] tables")
    if len(declared) > MOST_PROVIDERS:
        raise ProvidersRefused(f"it declares more than {MOST_PROVIDERS} providers")
    providers = tuple(_provider(f"provider {place}", table) for place, table in enumerate(declared, start=1))
    if len({provider.issuer for provider in providers}) < len(providers):
        raise ProvidersRefused("an issuer is declared twice")
    return providers


def checked_address(where: str, address: str) -> str:
    """Return a permitted address. Raises `ProvidersRefused`.

    The address must use TLS, because anyone who could modify the traffic could sign in as any member of staff.
    Addresses on the same machine are exempt.
    """
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ProvidersRefused(f"{where} is no address") from None
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise ProvidersRefused(f"{where} is no address of a provider: https://host/path")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise ProvidersRefused(f"{where} does not begin with https://")
    return address


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _provider(where: str, declared: Mapping[str, Any]) -> Provider:
    unknown = declared.keys() - _FIELDS.keys()
    if unknown:
        raise ProvidersRefused(f"{where} says what is not known: {', '.join(sorted(map(str, unknown)))[:200]}")
    for name in ("issuer", "audience"):
        if not declared.get(name):
            raise ProvidersRefused(f"{where} names no {name}")
    values = {name: _FIELDS[name](f"{name} of {where}", value) for name, value in declared.items()}
    if "role_names" in values and not values.get("roles_claim"):
        raise ProvidersRefused(f"{where} has role_names and no roles_claim in which they would stand")
    # control: H-DESK-1 inner-address-for-training-only
    if values.get("reached_at") and not values.get("training"):
        raise ProvidersRefused(f"{where} has reached_at, which only a training provider may have")
    return Provider(**values)


def _text(where: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ProvidersRefused(f"{where} is no text")
    return value


def _truth(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ProvidersRefused(f"{where} is neither true nor false")
    return value


def _address(where: str, value: object) -> str:
    return checked_address(where, _text(where, value))


def _inner_address(where: str, value: object) -> str:
    """Return an address inside the container network. It needs no TLS; only training providers have one."""
    address = _text(where, value)
    parts = urlsplit(address)
    if address != f"http://{parts.netloc}" or not parts.hostname or "@" in parts.netloc:
        raise ProvidersRefused(f"{where} is not http://host:port")
    return address


def _algorithms(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not set(value) <= set(ALGORITHMS):
        raise ProvidersRefused(f"{where} is no list of {', '.join(ALGORITHMS)}")
    return tuple(value)


def _token_type(where: str, value: object) -> str:
    if value not in (AT_JWT, JWT):
        raise ProvidersRefused(f"{where} is neither {AT_JWT} nor {JWT}")
    return str(value)


def _way(where: str, value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not 0 < len(names) <= _MOST_NAMES:
        raise ProvidersRefused(f"{where} names no claim")
    return tuple(_text(where, name) for name in names)


def _role_names(where: str, value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or len(value) > _MOST_NAMES:
        raise ProvidersRefused(f"{where} is no table of names")
    from shared.reference import codes  # here: a process that only reads settings loads no reference data

    unknown = {str(role) for role in value.values()} - set(codes("staff_role"))
    if unknown:
        raise ProvidersRefused(f"{where} leads to no role of ours: {', '.join(sorted(unknown))[:200]}")
    return MappingProxyType(dict(value))


def _certificates(where: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_CERTIFICATES:
        raise ProvidersRefused(f"{where} is no text")
    try:
        ssl.create_default_context(cadata=value)
    except (ssl.SSLError, ValueError):
        raise ProvidersRefused(f"{where} holds no certificate (PEM)") from None
    return value


_FIELDS: Mapping[str, Callable[[str, object], Any]] = {
    "issuer": _address,
    "audience": _text,
    "algorithms": _algorithms,
    "token_type": _token_type,
    "subject_claim": _text,
    "roles_claim": _way,
    "role_names": _role_names,
    "keys_at": _address,
    "certificates": _certificates,
    "client": _text,
    "scope": _text,
    "desk_client": _text,
    "training": _truth,
    "reached_at": _inner_address,
}
