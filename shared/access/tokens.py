"""Who is asking: short-lived tokens signed with Ed25519, issued by the staff's sign-in or a service, verified here.

A key's id names its issuer, and a token counts only if its issuer is the one that its key belongs to: a service's key
can never speak for a member of staff, nor can the one of the operators' command, which speaks for operators alone.
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

#: RFC 9864's name for EdDSA over Ed25519; nothing else is accepted, so a header can't choose its own check.
ALGORITHM = "Ed25519"
#: A key as a JSON Web Key; a public one that signs no more says in `exp` when its tokens end (seconds since 1970).
Jwk = Mapping[str, str | int | list[str]]
AUDIENCE = "casepath"
#: Who speaks for an agency: the register of its keys. No token is issued in its name.
AGENCIES = "casepath:agencies"
#: Who signs for people in training and development. A production installation has no such key.
STAFF = "casepath:staff"
#: The command of whoever operates an installation.
OPERATOR = "casepath:operator"
SERVICE_ROLE, OPERATOR_ROLE = "service", "operator"
#: What an agency's key may: read, report, administer. No token has these roles, and no register of staff.
AGENCY_ROLE, AGENCY_REPORTER_ROLE, AGENCY_ADMINISTRATOR_ROLE = "agency", "agency_reporter", "agency_administrator"
AGENCY_ROLES = frozenset((AGENCY_ROLE, AGENCY_REPORTER_ROLE, AGENCY_ADMINISTRATOR_ROLE))
#: Clocks of two machines may differ by this much (seconds).
CLOCK_SKEW = 30
SERVICE_LIFETIME = 300
LONGEST_LIFETIME = 8 * 3600
#: After a rotation the former key still verifies for so long: no service's or command's token lives longer (seconds).
OVERLAP = 900
#: What a public key is made of; whatever else a private one carries stays with it.
_PUBLIC = ("kty", "crv", "x", "kid", "use", "alg", "exp")


class TokenRefused(Exception):
    """No token, or one that does not count. The reason is a code for logs; the caller learns only that."""

    status = 401
    retryable = False

    def __init__(self, reason: str) -> None:
        """Store the reason for the log."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Principal:
    """Who asks, and their roles: staff or an operator (by a staff id), a service (by its name), or an agency's key.

    `agency`: whose key it is (the subject is the key's id); None of all others, for whichever agency they work.
    """

    subject: str
    roles: frozenset[str]
    issuer: str
    #: Seconds since 1970; nought, which every revocation covers, where nobody said.
    issued_at: int = 0
    agency: UUID | None = None

    @property
    def is_service(self) -> bool:
        """Return whether the principal is a service and not a person."""
        return self.issuer.startswith(_OF_SERVICES)


_OF_PEOPLE = (STAFF, OPERATOR)
_OF_SERVICES = "casepath:service:"


def service_issuer(service: str) -> str:
    """Return the issuer of a service's own tokens."""
    return f"{_OF_SERVICES}{service}"


def new_key(issuer: str) -> dict[str, str | int | list[str]]:
    """Make a private key (JSON Web Key) for an issuer; keep it secret."""
    key = OKPKey.generate_key("Ed25519")
    return {**key.as_dict(private=True), "kid": f"{issuer}#{key.thumbprint()}", "use": "sig", "alg": ALGORITHM}


def successor(key: Jwk) -> Jwk:
    """Make the private key that takes a key's place. What is derived from the secret of the first stays derivable."""
    return {**new_key(issuer_of(key)), "secret": lasting_secret(key)}


def lasting_secret(key: Jwk) -> str:
    """Return what a private key and all its successors have in common; it signs nothing."""
    return str(key.get("secret", key["d"]))


def issuer_of(key: Jwk) -> str:
    """Return the issuer that a key, private or public, belongs to."""
    return str(key.get("kid", "")).partition("#")[0]


def issuers_in(key_set: str) -> set[str]:
    """Return the issuers of a JSON Web Key Set. Raises `ValueError`, `TypeError` or `KeyError` when it is none."""
    return {issuer_of(key) for key in json.loads(key_set)["keys"]}


def public_set(keys: Iterable[Jwk]) -> dict[str, list[Jwk]]:
    """Make the key set that verifiers hold: every key without its private part."""
    return {"keys": [{name: key[name] for name in _PUBLIC if name in key} for key in keys]}


def issue(key: Jwk, *, subject: str, roles: Iterable[str], lifetime: int = SERVICE_LIFETIME) -> str:
    """Sign a token; `lifetime` in seconds."""
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
    """Sign a statement of some kind. It carries its kind and no claim of a token, so that it never admits anybody."""
    header = {"alg": ALGORITHM, "kid": key["kid"], "typ": kind}
    payload = json.dumps(statement, sort_keys=True, separators=(",", ":"))
    return jws.serialize_compact(header, payload, private(key), algorithms=[ALGORITHM])


def private(key: Jwk) -> OKPKey:
    """Return a private key that signs. Raises `KeyError`, or an error of the library, for what is none."""
    return OKPKey.import_key({name: str(key[name]) for name in ("kty", "crv", "x", "d")})


def signer(key: Jwk) -> Ed25519PrivateKey:
    """Return what signs with a private key. Raises `ValueError` for a key of another kind, otherwise as `private`."""
    found = private(key).private_key
    if not isinstance(found, Ed25519PrivateKey):
        raise ValueError("the key is not an Ed25519 key")  # noqa: TRY004 - a key that can't be used, as any other
    return found


@dataclass(frozen=True)
class PublicKeys:
    """A key set as its text had it; `ends`: until when the tokens of former keys count, by key id."""

    text: str
    keys: KeySet
    ends: Mapping[str, int]
    issuers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "PublicKeys":
        """Read a JSON Web Key Set; raises `ValueError` when it is none."""
        try:
            document = json.loads(text)
            ends = {str(key["kid"]): int(key["exp"]) for key in document["keys"] if "exp" in key}
            return cls(text, KeySet.import_key_set(document), ends, frozenset(issuers_in(text)))
        except (JoseError, KeyError, TypeError) as error:
            raise ValueError(f"no usable key set ({type(error).__name__})") from None

    def followed_by(self, text: str) -> "PublicKeys":
        """Return what another text has. Raises `ValueError` when it can't be used, or speaks for somebody new."""
        fresh = PublicKeys.of(text)
        if not fresh.issuers <= self.issuers:
            raise ValueError("it names an issuer that was not in it at the start")
        return fresh


def read_signed(signed: str, key_set: str, *, kind: str, issuer: str) -> dict[str, Any]:
    """Read a statement that `sign` made; raises `TokenRefused` unless it is of this kind and by this issuer.

    `at`, if it has one, is when it was signed (seconds since 1970).
    """
    try:
        public = PublicKeys.of(key_set)
        verified = jws.deserialize_compact(signed, public.keys, algorithms=[ALGORITHM])
        statement: dict[str, Any] = json.loads(verified.payload)
        header = verified.headers()
        # What a former key has signed in its time stays signed.
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
        """Read a JSON Web Key Set; raises `ValueError` when it is none."""
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
        """Read an `Authorization` header; raises `TokenRefused`."""
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
        """Return the keys that verify now."""
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
    """Return whether an issuer speaks for these roles: a stolen key must not open what others may do."""
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
