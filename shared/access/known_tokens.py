"""Cache of verified tokens by digest, so that repeated requests need no signature verification.

It stores only the token's claims about the caller, and only while the token is valid. Revocations are still checked in
the database on each request.
"""

import base64
import hashlib
import json
import time
from collections import OrderedDict
from dataclasses import dataclass

from shared.access.providers.checking import ProviderTokens, SignIn
from shared.access.signing import FollowingVerifier
from shared.access.tokens import CLOCK_SKEW, OVERLAP, Principal

#: Size of the cache of recently used tokens; an evicted token is verified again.
MOST_KNOWN = 2_000


@dataclass(frozen=True)
class _Known:
    principal: Principal
    #: Seconds since 1970.
    until: float
    #: Generation of the providers' keys that verified the token.
    generation: int


class KnownTokens(FollowingVerifier):
    """Verifies each token once: tokens of this installation, and tokens of the staff's sign-in providers."""

    def __init__(self, key_set: str, providers: ProviderTokens | None = None) -> None:
        """Read a JSON Web Key Set. Raises `ValueError` if it is invalid."""
        super().__init__(key_set)
        self._providers = providers
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def verify(self, authorization: str | None) -> Principal:
        """Verify an `Authorization` header. Raises `TokenRefused`. Returns a `SignIn` for a provider's token."""
        digest = hashlib.sha256((authorization or "").encode()).digest()
        known = self._known.pop(digest, None)
        if known is None or not self._counts_still(known):
            generation = self._providers.keys.generation if self._providers else 0
            principal = self._verified(authorization)
            known = _Known(principal, _until(str(authorization)), generation)
        self._known[digest] = known
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return known.principal

    def _verified(self, authorization: str | None) -> Principal:
        scheme, _, token = (authorization or "").partition(" ")
        if self._providers is not None and scheme.lower() == "bearer" and self._providers.is_of(token):
            return self._providers.verify(token)
        return super().verify(authorization)

    def _counts_still(self, known: _Known) -> bool:
        # Like the library: a token is valid up to its last second plus the permitted clock difference.
        if known.until < int(time.time()):
            return False
        if self._providers is None or not isinstance(known.principal, SignIn):
            return True
        # After a provider withdrew a key, tokens verified with it must be verified again.
        keys = self._providers.keys
        return known.generation == keys.generation and not keys.is_outdated(known.principal.issuer)


def _until(authorization: str) -> float:
    """Return when a verified token expires, or its key could expire (seconds since 1970)."""
    payload = authorization.split(".")[1]
    expiry = float(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"])
    return min(expiry + CLOCK_SKEW, time.time() + OVERLAP)
