"""Encrypt a value with a key, bound to its place: in another row or column it cannot be decrypted.

AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D, 8.2.2: up to 2**32 values under one key; a case has
hundreds).
"""

import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
#: The first byte is a format version, so that another cipher can be added.
_FORM = b"\x01"


class SealBroken(Exception):
    """An encrypted value that this key does not decrypt here: it was changed, or it belongs to another place."""


@dataclass(frozen=True)
class Cell:
    """The place of an encrypted value."""

    table: str
    column: str
    row: UUID


# control: H-CONFIDENTIALITY-7 sealed-fields
def seal(key: bytes, value: bytes, bound_to: bytes) -> bytes:
    """Encrypt a value; decryption needs the same key and the same `bound_to`."""
    nonce = os.urandom(_NONCE_BYTES)
    return _FORM + nonce + AESGCM(key).encrypt(nonce, value, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt a value. Raises `SealBroken`."""
    form, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if form != _FORM:
        raise SealBroken("a sealed value of an unknown form")
    try:
        return AESGCM(key).decrypt(nonce, rest, bound_to)
    except InvalidTag:
        raise SealBroken("a sealed value that does not belong here, or was changed") from None


# control: H-UPGRADE-1 frozen-names
def bound(service: str, subject: UUID, place: Cell) -> bytes:
    """Return the length-prefixed associated data (AAD) of an encrypted value."""
    parts = (service, str(subject), place.table, place.column, str(place.row))
    return b"".join(len(part.encode()).to_bytes(2, "big") + part.encode() for part in parts)
