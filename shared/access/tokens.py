"""Access tokens: short-lived, signed with Ed25519 by the staff sign-in or by a service, and verified here.

A key's id names its issuer, and a token is valid only if it was signed with a key of its issuer. A service's key can
never issue a token for a member of staff. The key of the operators' command can only issue tokens for operators.
"""

import json
import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.events.envelope import new_id

#: RFC 9864's name for EdDSA over Ed25519. No other is accepted, so that a header cannot choose the algorithm.
ALGORITHM = "Ed25519"
#: A key as a JSON Web Key. `exp` of a retired public key is when its tokens expire (seconds since 1970).
Jwk = Mapping[str, str | int | list[str]]
AUDIENCE = "casepath"
#: The issuer for agencies: the register of their keys. No token is issued in its name.
AGENCIES = "casepath:agencies"
#: The issuer for people in training and development. A production installation has no such key.
STAFF = "casepath:staff"
#: The command of an installation's operators.
OPERATOR = "casepath:operator"
SERVICE_ROLE, OPERATOR_ROLE = "service", "operator"
#: Roles of an agency's keys: read, report, administer. No token and no member of staff has them.
AGENCY_ROLE, AGENCY_REPORTER_ROLE, AGENCY_ADMINISTRATOR_ROLE = "agency", "agency_reporter", "agency_administrator"
AGENCY_ROLES = frozenset((AGENCY_ROLE, AGENCY_REPORTER_ROLE, AGENCY_ADMINISTRATOR_ROLE))
#: Permitted clock difference between two machines (seconds).
CLOCK_SKEW = 30
SERVICE_LIFETIME = 300
LONGEST_LIFETIME = 8 * 3600
#: Seconds for which a former key still verifies after a rotation: the longest lifetime of a service's or command's
#: token.
OVERLAP = 900
#: The members of a public key; the other members of a private key remain secret.
_PUBLIC = ("kty", "crv", "x", "kid", "use", "alg", "exp")


class TokenRefused(Exception):
    """The token is missing or invalid. The reason is a code for logs; the caller does not receive it."""

    status = 401

    def __init__(self, reason: str) -> None:
        """Store the reason for the log."""
        super().__init__(reason)
        self.reason = reason


class KeyRefused(TokenRefused):
    """An agency's key that is not valid here. The caller receives the same answer whatever the reason."""


@dataclass(frozen=True)
class Principal:
    """The caller and their roles: staff or operator (staff id), a service (its name), or an agency's key.

    `agency` is the owner of an agency's key (the subject is the key's id); None for all other callers, even if they
    work for an agency.
    """

    subject: str
    roles: frozenset[str]
    issuer: str
    #: Seconds since 1970; 0, which every revocation covers, if unknown.
    issued_at: int = 0
    agency: UUID | None = None

    @property
    def is_service(self) -> bool:
        """Return whether the caller is a service and not a person."""
        return self.issuer.startswith(_OF_SERVICES)


_OF_PEOPLE = (STAFF, OPERATOR)
_OF_SERVICES = "casepath:service:"


def service_issuer(service: str) -> str:
    """Return the issuer of a service's own tokens."""
    return f"{_OF_SERVICES}{service}"


def new_key(issuer: str) -> dict[str, str | int | list[str]]:
    """Create a private key (JSON Web Key) for an issuer; keep it secret."""
    key = OKPKey.generate_key("Ed25519")
    return {**key.as_dict(private=True), "kid": f"{issuer}#{key.thumbprint()}", "use": "sig", "alg": ALGORITHM}


def successor(key: Jwk) -> Jwk:
    """Create the successor of a private key. It keeps the lasting secret, so that derived keys do not change."""
    return {**new_key(issuer_of(key)), "secret": lasting_secret(key)}


def lasting_secret(key: Jwk) -> str:
    """Return the secret that a private key and all its successors share; it does not sign."""
    return str(key.get("secret", key["d"]))


def issuer_of(key: Jwk) -> str:
    """Return the issuer of a private or public key."""
    return str(key.get("kid", "")).partition("#")[0]


def issuers_in(key_set: str) -> set[str]:
    """Return the issuers of a JSON Web Key Set. Raises `ValueError`, `TypeError` or `KeyError` if it is invalid."""
    return {issuer_of(key) for key in json.loads(key_set)["keys"]}


def public_set(keys: Iterable[Jwk]) -> dict[str, list[Jwk]]:
    """Return the key set for verifiers: all keys without their private parts."""
    return {"keys": [{name: key[name] for name in _PUBLIC if name in key} for key in keys]}


def issue(key: Jwk, *, subject: str, roles: Iterable[str], lifetime: int = SERVICE_LIFETIME) -> str:
    """Sign a token; `lifetime` is in seconds."""
    now = int(time.time())
    claims = {
        "iss": issuer_of(key),
        "aud": AUDIENCE,
        "sub": subject,
        "roles": sorted(roles),
        "iat": now,
        "exp": now + lifetime,
        "jti": str(new_id()),
    }
    header = {"alg": ALGORITHM, "kid": key["kid"]}
    return jwt.encode(header, claims, private(key), algorithms=[ALGORITHM])


def sign(key: Jwk, statement: Mapping[str, object], *, kind: str) -> str:
    """Sign a statement. It contains its kind but no claims of a token, so that it cannot be used as one."""
    header = {"alg": ALGORITHM, "kid": key["kid"], "typ": kind}
    payload = json.dumps(statement, sort_keys=True, separators=(",", ":"))
    return jws.serialize_compact(header, payload, private(key), algorithms=[ALGORITHM])


def private(key: Jwk) -> OKPKey:
    """Return a private signing key. Raises `KeyError` or an error of the library if it is invalid."""
    return OKPKey.import_key({name: str(key[name]) for name in ("kty", "crv", "x", "d")})


def signer(key: Jwk) -> Ed25519PrivateKey:
    """Return the signer of a private key. Raises `ValueError` for another type of key, or as `private` does."""
    found = private(key).private_key
    if not isinstance(found, Ed25519PrivateKey):
        raise ValueError("the key is not an Ed25519 key")  # noqa: TRY004 - an unusable key, like any other
    return found


@dataclass(frozen=True)
class PublicKeys:
    """The keys of a key set. `ends` contains the time until which the tokens of former keys are valid, by key id."""

    text: str
    keys: KeySet
    ends: Mapping[str, int]
    issuers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "PublicKeys":
        """Read a JSON Web Key Set. Raises `ValueError` if it is invalid."""
        try:
            document = json.loads(text)
            ends = {str(key["kid"]): int(key["exp"]) for key in document["keys"] if "exp" in key}
            return cls(text, KeySet.import_key_set(document), ends, frozenset(issuers_in(text)))
        except (JoseError, KeyError, TypeError) as error:
            raise ValueError(f"no usable key set ({type(error).__name__})") from None

    def followed_by(self, text: str) -> "PublicKeys":
        """Return the keys of a newer text. Raises `ValueError` if it is invalid or contains a new issuer."""
        fresh = PublicKeys.of(text)
        if not fresh.issuers <= self.issuers:
            raise ValueError("it names an issuer that was not in it at the start")
        return fresh


def read_signed(signed: str, key_set: str, *, kind: str, issuer: str) -> dict[str, Any]:
    """Verify and read a statement that `sign` made. Raises `TokenRefused` if its kind or issuer is wrong.

    `at`, if present, is the time of signing (seconds since 1970).
    """
    try:
        public = PublicKeys.of(key_set)
        verified = jws.deserialize_compact(signed, public.keys, algorithms=[ALGORITHM])
        statement: dict[str, Any] = json.loads(verified.payload)
        header = verified.headers()
        # Statements signed by a former key while it was in use remain valid.
        has_ended = int(statement.get("at", 0)) > public.ends.get(str(header.get("kid")), math.inf) + CLOCK_SKEW
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise TokenRefused(type(error).__name__) from None
    if header.get("typ") != kind or str(header.get("kid", "")).partition("#")[0] != issuer:
        raise TokenRefused("of_another_kind_or_issuer")
    if has_ended:
        raise TokenRefused("key_had_ended")
    return statement


class Verifier:
    """Verifies tokens against the keys of every known issuer."""

    def __init__(self, key_set: str) -> None:
        """Read a JSON Web Key Set. Raises `ValueError` if it is invalid."""
        self._keys = PublicKeys.of(key_set)
        self._claims = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW,
            iss={"essential": True},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    def verify(self, authorization: str | None) -> Principal:
        """Verify an `Authorization` header. Raises `TokenRefused`."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenRefused("missing")
        public = self.keys()
        try:
            decoded = jwt.decode(token, public.keys, algorithms=[ALGORITHM])
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise TokenRefused(type(error).__name__) from None
        if time.time() > public.ends.get(str(decoded.header.get("kid")), math.inf) + CLOCK_SKEW:
            raise TokenRefused("key_has_ended")
        return _principal(decoded.header, decoded.claims)

    def keys(self) -> PublicKeys:
        """Return the current verification keys."""
        return self._keys


def _principal(header: Mapping[str, object], claims: Mapping[str, Any]) -> Principal:
    issuer, roles = claims["iss"], claims.get("roles")
    if str(header.get("kid", "")).partition("#")[0] != issuer:
        raise TokenRefused("issuer_is_not_the_keys")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise TokenRefused("no_roles")
    if issuer in _OF_PEOPLE and not _is_staff_id(claims["sub"]):
        raise TokenRefused("no_staff_id")
    if claims["exp"] - claims["iat"] > LONGEST_LIFETIME:
        raise TokenRefused("lives_too_long")
    if not _may_give(issuer, str(claims["sub"]), roles):
        raise TokenRefused("role_is_not_the_issuers")
    return Principal(str(claims["sub"]), frozenset(roles), issuer, int(claims["iat"]))


def _may_give(issuer: str, subject: str, roles: list[str]) -> bool:
    """Return whether an issuer can issue these roles, which limits what a stolen key can do."""
    if issuer == STAFF:
        return not {SERVICE_ROLE, OPERATOR_ROLE, *AGENCY_ROLES} & set(roles)
    if issuer == OPERATOR:
        return roles == [OPERATOR_ROLE]
    return issuer == service_issuer(subject) and roles == [SERVICE_ROLE]


def _is_staff_id(subject: object) -> bool:
    try:
        UUID(str(subject))
    except ValueError:
        return False
    return True
