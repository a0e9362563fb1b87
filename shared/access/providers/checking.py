"""Whether a token of a provider counts, and whose sign-in it is: pure, by the keys that are known already.

A token names its issuer before anything of it is believed; that only chooses whose keys it is held against. What it
is signed with is chosen from the provider's own set by its id and from the algorithms that are declared for it, never
by what the token brings along.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError

from shared.access.providers.declared import AT_JWT, Provider
from shared.access.providers.keys import KnownKeys
from shared.access.providers.unverified import part, stated
from shared.access.tokens import CLOCK_SKEW, LONGEST_LIFETIME, Principal, TokenRefused
from shared.reference import codes

#: As OpenID Connect has it.
LONGEST_SUBJECT = 255
#: A set of roles is no larger than this.
_MOST_ROLES = 1_000
#: What only another kind of token says: one that says who somebody is, or that they signed out.
_OF_OTHER_KINDS: Final = ("nonce", "at_hash", "c_hash", "s_hash", "events", "logout_token")
#: What Keycloak writes into a claim of this name in other tokens than those for access.
_KINDS_IN_CLAIMS: Final = ("id", "refresh", "offline", "logout")


@dataclass(frozen=True)
class SignIn(Principal):
    """Who signed in at a provider, by the provider's own subject; which member of staff that is the register says.

    `claimed`: the roles that the token gives; None where the operators leave that to the register.
    """

    claimed: frozenset[str] | None = None


class ProviderTokens:
    """Checks tokens of the declared providers."""

    def __init__(self, providers: Iterable[Provider], keys: KnownKeys) -> None:
        """Store the providers, and where their keys are known."""
        self._providers = {provider.issuer: provider for provider in providers}
        self.keys = keys

    def is_of(self, token: str) -> bool:
        """Return whether a token says that it is a declared provider's."""
        return bool(self._providers) and _stated_issuer(token) in self._providers

    def verify(self, token: str) -> SignIn:
        """Return who signed in; raises `TokenRefused`."""
        provider = self._providers.get(_stated_issuer(token))
        if provider is None:
            raise TokenRefused("unknown_issuer")
        header = part(token, 0)
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in provider.algorithms:
            raise TokenRefused("algorithm_not_declared")
        if not isinstance(key_id, str) or not key_id:
            raise TokenRefused("no_key_id")
        if "crit" in header:
            # Whatever must be understood beside the signature (RFC 7515, 4.1.11), nothing of it is understood here.
            raise TokenRefused("critical_header")
        key = self.keys.find(provider.issuer, key_id, str(algorithm))
        try:
            decoded = jwt.decode(token, key, algorithms=[str(algorithm)])
            _claims_of(provider).validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError, OverflowError) as error:
            raise TokenRefused(type(error).__name__) from None
        _check_kind(provider, decoded.header, decoded.claims)
        return _sign_in(provider, decoded.claims)


def _claims_of(provider: Provider) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        leeway=CLOCK_SKEW,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.audience},
        exp={"essential": True},
        iat={"essential": True},
    )


def _check_kind(provider: Provider, header: Mapping[str, object], claims: Mapping[str, object]) -> None:
    """Raise `TokenRefused` unless it is an access token: one that says who somebody is opens nothing."""
    kind = str(header.get("typ", "")).lower().removeprefix("application/")
    allowed = (AT_JWT,) if provider.token_type == AT_JWT else ("", "jwt", AT_JWT)
    if kind not in allowed:
        raise TokenRefused("of_another_type")
    if any(name in claims for name in _OF_OTHER_KINDS) or str(claims.get("typ", "")).lower() in _KINDS_IN_CLAIMS:
        raise TokenRefused("no_access_token")


def _sign_in(provider: Provider, claims: Mapping[str, Any]) -> SignIn:
    subject = claims.get(provider.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise TokenRefused("no_subject")
    if claims["exp"] - claims["iat"] > LONGEST_LIFETIME:
        raise TokenRefused("lives_too_long")
    return SignIn(subject, frozenset(), provider.issuer, int(claims["iat"]), claimed=_roles(provider, claims))


def _roles(provider: Provider, claims: Mapping[str, object]) -> frozenset[str] | None:
    """Return the roles that a token gives by a claim, ours alone; None where roles are the register's."""
    if not provider.roles_claim:
        return None
    claim: object = claims
    for name in provider.roles_claim:
        claim = claim.get(name) if isinstance(claim, dict) else None
    names = [claim] if isinstance(claim, str) else claim
    if not isinstance(names, list) or len(names) > _MOST_ROLES:
        raise TokenRefused("no_roles")
    ours = codes("staff_role")
    own = provider.role_names or {role: role for role in ours}
    return frozenset(own[name] for name in names if isinstance(name, str) and own.get(name) in ours)


def _stated_issuer(token: str) -> str:
    """Return which issuer a token names, before anything of it is believed; empty where it names none."""
    try:
        return str(stated(token).get("iss", ""))
    except TokenRefused:
        return ""
