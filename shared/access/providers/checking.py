"""Verify a provider's token and return its sign-in: pure, with the keys that are already known.

The unverified issuer of a token only selects the keys to verify it with. The key is selected from the provider's own
set by its id, and the algorithm from those declared for the provider. Keys or algorithms inside the token are ignored.
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

#: As in OpenID Connect.
LONGEST_SUBJECT = 255
#: Maximum number of roles in a token.
_MOST_ROLES = 1_000
#: Claims that occur only in other kinds of token: ID tokens and logout tokens.
_OF_OTHER_KINDS: Final = ("nonce", "at_hash", "c_hash", "s_hash", "events", "logout_token")
#: Values of the `typ` claim that Keycloak writes into tokens that are not access tokens.
_KINDS_IN_CLAIMS: Final = ("id", "refresh", "offline", "logout")


@dataclass(frozen=True)
class SignIn(Principal):
    """A sign-in at a provider, with the provider's subject; the register maps it to a member of staff.

    `claimed` contains the roles in the token; None if operators keep roles in the register.
    """

    claimed: frozenset[str] | None = None


class ProviderTokens:
    """Verifies tokens of the declared providers."""

    def __init__(self, providers: Iterable[Provider], keys: KnownKeys) -> None:
        """Store the providers, and the known keys."""
        self._providers = {provider.issuer: provider for provider in providers}
        self.keys = keys

    def is_of(self, token: str) -> bool:
        """Return whether a token claims to be from a declared provider."""
        return bool(self._providers) and _stated_issuer(token) in self._providers

    def verify(self, token: str) -> SignIn:
        """Return the sign-in of a token. Raises `TokenRefused`."""
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
            # Critical header parameters (RFC 7515, 4.1.11) must be understood; this code supports none.
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
    """Raise `TokenRefused` unless it is an access token: an ID token gives no access."""
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
    """Return the Casepath roles in a token's claim; None if the register defines the roles."""
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
    """Return the issuer that a token names, without verification; empty if it names none."""
    try:
        return str(stated(token).get("iss", ""))
    except TokenRefused:
        return ""
