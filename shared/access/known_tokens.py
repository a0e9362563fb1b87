"""Tokens that were verified before are known by their digests, so that a caller's next request costs no signature.

What a token says of its caller is all that is kept, no longer than the token counts. Whether its caller may still come
in (revocations) is asked of the database each time, as ever.
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

#: The tokens that were used last are known; one that is forgotten is verified anew.
MOST_KNOWN = 2_000


@dataclass(frozen=True)
class _Known:
    principal: Principal
    #: Seconds since 1970.
    until: float
    #: Of the providers' keys by which it was verified.
    generation: int


class KnownTokens(FollowingVerifier):
    """Verifies tokens, each once: this installation's own, and those of the providers that people sign in with."""

    def __init__(self, key_set: str, providers: ProviderTokens | None = None) -> None:
        """Read a JSON Web Key Set; raises `ValueError` when it is none."""
        super().__init__(key_set)
        self._providers = providers
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def verify(self, authorization: str | None) -> Principal:
        """Read an `Authorization` header; raises `TokenRefused`. Of a provider's token it returns a `SignIn`."""
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
        # As the library does: a token counts until its last second and the clocks' difference have passed.
        if known.until < int(time.time()):
            return False
        if self._providers is None or not isinstance(known.principal, SignIn):
            return True
        # A key that its provider took back verifies nothing any more, whatever it verified before.
        keys = self._providers.keys
        return known.generation == keys.generation and not keys.is_outdated(known.principal.issuer)


def _until(authorization: str) -> float:
    """Return when a token that was verified ends, or is verified anew: its key may have ended (seconds since 1970)."""
    payload = authorization.split(".")[1]
    expiry = float(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"])
    return min(expiry + CLOCK_SKEW, time.time() + OVERLAP)
