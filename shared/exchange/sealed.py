"""Encrypt events for the broker, so that only holders of a source's keys can read or create messages.

A message consists of a form byte, the key's id, the position, a nonce, and the encrypted document. Source, key and
position are authenticated. The topic (event type), position, size and time remain visible.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.encryption.exchange_keys import ExchangeKey, ExchangeKeys
from shared.exchange.proofs import BatchSigner

CONTENT_TYPE = "application/vnd.casepath.sealed"
_FORM = b"\x01"
_NONCE_BYTES = 12
_KEY_AT, _POSITION_AT, _NONCE_AT = 1, 17, 25
_SEALED_AT = _NONCE_AT + _NONCE_BYTES
_TAG_BYTES = 16
#: Number of bytes that encryption adds to a document.
OVERHEAD_BYTES = _SEALED_AT + _TAG_BYTES


class DoesNotOpen(Exception):
    """A message that its source's key does not decrypt: forged, or altered in transit."""


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """The unencrypted parts of a message, and its ciphertext."""

    key: UUID
    position: int
    body: bytes

    # control: H-UPGRADE-2 unread-messages-survive
    def open(self, cipher: AESGCM, source: str) -> bytes:
        """Return the document. Raises `DoesNotOpen`."""
        nonce, sealed = self.body[_NONCE_AT:_SEALED_AT], self.body[_SEALED_AT:]
        try:
            return cipher.decrypt(nonce, sealed, source.encode() + self.body[:_NONCE_AT])
        except InvalidTag:
            raise DoesNotOpen from None


def read(body: bytes) -> SealedMessage | None:
    """Parse a message; return None if the body has another form."""
    if body[:1] != _FORM or len(body) < OVERHEAD_BYTES:
        return None
    key = UUID(bytes=body[_KEY_AT:_POSITION_AT])
    return SealedMessage(key, int.from_bytes(body[_POSITION_AT:_NONCE_AT], "big"), body)


def seal(cipher: AESGCM, key: UUID, source: str, position: int, document: bytes) -> bytes:
    """Encrypt a document for the broker."""
    head = _FORM + key.bytes + position.to_bytes(8, "big")
    nonce = os.urandom(_NONCE_BYTES)
    return head + nonce + cipher.encrypt(nonce, document, source.encode() + head)


class Sealer:
    """Encrypts a service's messages with the key of the day, and proves that the service has published them."""

    def __init__(self, keys: ExchangeKeys, source: str, signer: BatchSigner) -> None:
        """Store the keys of the source, and the signer."""
        self._keys = keys
        self._source = source
        self._signer = signer
        self._current: tuple[ExchangeKey, AESGCM] | None = None

    def sealing(self) -> Callable[[int, bytes], bytes]:
        """Return the function that encrypts a document at its position with the current key. Raises `KeyStoreAway`."""
        now = datetime.now(UTC)
        if self._current is None or not self._current[0].is_current(now):
            key = self._keys.current(now)
            self._current = key, AESGCM(key.key)
        key, cipher = self._current
        return lambda position, document: seal(cipher, key.id, self._source, position, document)

    def prove(self, bodies: Sequence[bytes]) -> list[bytes]:
        """Return the proof of each encrypted message of a batch."""
        return self._signer.prove(bodies)


def ciphers(keys: Mapping[UUID, bytes]) -> dict[UUID, AESGCM]:
    """Return the cipher of each key."""
    return {id_: AESGCM(key) for id_, key in keys.items()}
