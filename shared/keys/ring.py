"""The key ring that wraps data keys. This one is a file; a KMS or Vault's transit engine is another `Ring`.

A ring of another kind needs only the four members of `Ring`: `wrap` sends a data key away to be encrypted under the
ring's current key and gives back the ciphertext, `unwrap` the reverse, both bound to the service and the case. It is
asked once per case and hour, so that a call over the network is affordable.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from typing import Protocol

from shared.keys.sealing import KEY_BYTES, seal, unseal

#: The ring's key for fingerprints.
BLIND = "blind"


class RingRefused(ValueError):
    """A key ring that can't be used; the message never holds a key."""

    status = 500
    retryable = False


class Ring(Protocol):
    """What wraps data keys."""

    @property
    def current(self) -> str:
        """The name of the key that wraps what is new."""

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Wrap a data key under the current key."""

    def unwrap(self, name: str, wrapped: bytes, bound_to: bytes) -> bytes:
        """Unwrap a data key that was wrapped under the key of this name. Raises `RingRefused` or `SealBroken`."""

    def fingerprint(self, purpose: str, value: bytes) -> bytes:
        """Give a keyed digest of a value, the same for as long as the ring's oldest key is kept (for blind indexes)."""


class FileRing:
    """A ring whose keys stand in a file: `{"current": "2026-11", "keys": {"2026-11": "<32 bytes, base64>"}}`.

    To rotate: add a key, make it current, restart the services, wrap all keys anew (`Keys.rewrap`), take the old one
    away.
    The key named `blind` makes the fingerprints; it is never rotated away without making them anew.
    """

    def __init__(self, text: str) -> None:
        """Read a ring; raises `RingRefused`."""
        try:
            document = json.loads(text)
            self._keys = {str(name): base64.b64decode(key, validate=True) for name, key in document["keys"].items()}
            self.current = str(document["current"])
        except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
            raise RingRefused(f"the key ring can't be read ({type(error).__name__})") from None
        if self.current not in self._keys or BLIND not in self._keys or self.current == BLIND:
            raise RingRefused(f"the key ring lacks its current key, or the key {BLIND}")
        if any(len(key) != KEY_BYTES for key in self._keys.values()):
            raise RingRefused(f"a key of the ring has not {KEY_BYTES} bytes")

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Wrap a data key under the current key."""
        return seal(self._keys[self.current], key, bound_to)

    def unwrap(self, name: str, wrapped: bytes, bound_to: bytes) -> bytes:
        """Unwrap a data key. Raises `RingRefused` if the ring has lost the key, `SealBroken` if it does not fit."""
        if name not in self._keys:
            raise RingRefused(f"the key ring has no key {name}, which data keys are still wrapped under")
        return unseal(self._keys[name], wrapped, bound_to)

    def fingerprint(self, purpose: str, value: bytes) -> bytes:
        """Give a keyed digest of a value for one purpose."""
        own = hmac.digest(self._keys[BLIND], purpose.encode(), hashlib.sha256)
        return hmac.digest(own, value, hashlib.sha256)


def new_ring(name: str) -> str:
    """Make the text of a fresh ring whose current key has this name. Keep it secret, and apart from the databases."""
    keys = {each: base64.b64encode(os.urandom(KEY_BYTES)).decode() for each in (name, BLIND)}
    return json.dumps({"current": name, "keys": keys})
