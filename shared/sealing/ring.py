"""The key ring that wraps data keys. This implementation is a file; a KMS or Vault's transit engine is possible.

Another implementation needs only the five members of `Ring`. `wrap` encrypts a data key under the ring's current key
and returns that key's name and the ciphertext; `unwrap` does the reverse. Both bind the key to the service and the
case. Each process calls the ring about once per case and minute, so a network call is affordable. For operators:
docs/guides/operate/keys.md.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from shared.sealing.seal import KEY_BYTES, seal, unseal
from shared.telemetry.logs import logger

#: The ring's key for fingerprints.
BLIND = "blind"

log = logger()


class RingRefused(ValueError):
    """The key ring cannot be used; the message never contains a key."""


class Ring(Protocol):
    """Interface of a key ring, which wraps data keys."""

    @property
    def current(self) -> str:
        """The name of the key that wraps new data keys."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the keys that can unwrap; operators need them to see which keys can be removed."""

    def wrap(self, key: bytes, bound_to: bytes) -> tuple[str, bytes]:
        """Wrap a data key under the current key; return that key's name, and the wrapped data key."""

    def unwrap(self, name: str, wrapped: bytes, bound_to: bytes) -> bytes:
        """Unwrap a data key that was wrapped under the key of this name. Raises `RingRefused` or `SealBroken`."""

    def fingerprint(self, purpose: str, value: bytes) -> bytes:
        """Return a keyed digest of a value (for blind indexes), stable as long as the ring has its oldest key."""


@dataclass(frozen=True)
class _Keys:
    """The content of a ring file."""

    current: str
    keys: dict[str, bytes] = field(repr=False)


class FileRing:
    """A ring with its keys in a file: `{"current": "2026-11", "keys": {"2026-11": "<32 bytes, base64>"}}`.

    The key named `blind` creates the fingerprints; rotating it would require computing all fingerprints again.

    A changed file is adopted without a restart. The ring checks it on each wrap, and when an unknown key is named. A
    replica that finds a data key under another replica's new ring key therefore reads the file first. If the new file
    is invalid, the ring keeps its keys and logs that, without a key.
    """

    def __init__(self, text: str, path: Path | None = None) -> None:
        """Read a ring. Raises `RingRefused`. `path` is the file of the text, if it can change."""
        self._held = _read(text)
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    @property
    def current(self) -> str:
        """The name of the key that wraps new data keys."""
        return self._looked_at().current

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the keys that unwrap."""
        return tuple(sorted(self._looked_at().keys.keys() - {BLIND}))

    def wrap(self, key: bytes, bound_to: bytes) -> tuple[str, bytes]:
        """Wrap a data key under the current key."""
        held = self._looked_at()
        return held.current, seal(held.keys[held.current], key, bound_to)

    def unwrap(self, name: str, wrapped: bytes, bound_to: bytes) -> bytes:
        """Unwrap a data key. Raises `RingRefused` if the ring lacks the key, `SealBroken` if it does not match."""
        key = self._held.keys.get(name) or self._looked_at().keys.get(name)
        if key is None:
            raise RingRefused(f"the key ring has no key {name}, which data keys are still wrapped under")
        return unseal(key, wrapped, bound_to)

    def fingerprint(self, purpose: str, value: bytes) -> bytes:
        """Return a keyed digest of a value for one purpose."""
        own = hmac.digest(self._held.keys[BLIND], purpose.encode(), hashlib.sha256)
        return hmac.digest(own, value, hashlib.sha256)

    def _looked_at(self) -> _Keys:
        """Return the ring's content, reloaded if its file has changed."""
        signature = _signature(self._path)
        if self._path is None or signature is None or signature == self._seen:
            return self._held
        try:
            fresh = _read(self._path.read_text(encoding="utf-8"))
            if not hmac.compare_digest(fresh.keys[BLIND], self._held.keys[BLIND]):
                raise RingRefused(f"the key {BLIND} is another one: nothing would be found by its fingerprint any more")
        except (OSError, ValueError) as error:
            reason = str(error) if isinstance(error, RingRefused) else type(error).__name__
            log.error("keys.ring_not_taken_over", reason=reason)  # noqa: TRY400 - a traceback could show a key
        else:
            if fresh != self._held:
                log.info("keys.ring_taken_over", current=fresh.current)
            self._held = fresh
        # Read before the content: a file that changes in between is read once more.
        self._seen = signature
        return self._held


def _read(text: str) -> _Keys:
    try:
        document = json.loads(text)
        keys = {str(name): base64.b64decode(key, validate=True) for name, key in document["keys"].items()}
        current = str(document["current"])
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
        raise RingRefused(f"the key ring can't be read ({type(error).__name__})") from None
    if current not in keys or BLIND not in keys or current == BLIND:
        raise RingRefused(f"the key ring lacks its current key, or the key {BLIND}")
    if any(len(key) != KEY_BYTES for key in keys.values()):
        raise RingRefused(f"a key of the ring has not {KEY_BYTES} bytes")
    return _Keys(current, keys)


def _signature(path: Path | None) -> tuple[int, int, int] | None:
    """Return the file's signature, which changes when it is replaced or overwritten."""
    try:
        status = None if path is None else path.stat()
    except OSError:
        return None
    return None if status is None else (status.st_ino, status.st_mtime_ns, status.st_size)


def new_ring(name: str) -> str:
    """Return the text of a new ring whose current key has this name. Keep it secret, and away from the databases."""
    keys = {key_name: base64.b64encode(os.urandom(KEY_BYTES)).decode() for key_name in (name, BLIND)}
    return json.dumps({"current": name, "keys": keys})


def with_new_key(text: str, name: str) -> str:
    """Return a ring's text with a new current key of this name. Raises `RingRefused`."""
    if name in _read(text).keys:
        raise RingRefused(f"the key ring has a key {name} already")
    document = json.loads(text)
    document["keys"][name] = base64.b64encode(os.urandom(KEY_BYTES)).decode()
    return json.dumps({**document, "current": name})


def without_keys(text: str, names: set[str]) -> str:
    """Return a ring's text without these keys. Raises `RingRefused` for a key that is always in use."""
    if names & {_read(text).current, BLIND}:
        raise RingRefused(f"neither the current key nor {BLIND} can be taken away")
    document = json.loads(text)
    document["keys"] = {name: key for name, key in document["keys"].items() if name not in names}
    return json.dumps(document)
