"""Tokens that were verified before are known by their digests, so that a caller's next request costs no signature.

What a token says of its caller is all that is kept, no longer than the token counts. Whether its caller may still come
in (revocations) is asked of the database each time, as ever.
"""

import base64
import hashlib
import json
import time
from collections import OrderedDict

from shared.access.tokens import CLOCK_SKEW, Principal, Verifier

#: The tokens that were used last are known; one that is forgotten is verified anew.
MOST_KNOWN = 2_000


class KnownTokens(Verifier):
    """Verifies tokens, each once."""

    def __init__(self, key_set: str) -> None:
        """Read a JSON Web Key Set; raises `ValueError` when it is none."""
        super().__init__(key_set)
        self._known: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()

    def verify(self, authorization: str | None) -> Principal:
        """Read an `Authorization` header; raises `TokenRefused`."""
        digest = hashlib.sha256((authorization or "").encode()).digest()
        principal, until = self._known.pop(digest, (None, 0.0))
        # As the library does: a token counts until its last second and the clocks' difference have passed.
        if principal is None or until < int(time.time()):
            principal = super().verify(authorization)
            until = _expiry(str(authorization)) + CLOCK_SKEW
        self._known[digest] = (principal, until)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return principal


def _expiry(authorization: str) -> float:
    """Return when a token that was verified ends (seconds since 1970)."""
    payload = authorization.split(".")[1]
    return float(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"])
