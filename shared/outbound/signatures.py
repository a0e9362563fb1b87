"""Signatures by Standard Webhooks 1.0 over id, time and body; symmetric `v1` and asymmetric `v1a`.

During a rotation several secrets sign each message, so that a receiver can switch at any time.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SYMMETRIC, ASYMMETRIC = "v1", "v1a"
_SECRET, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"
_KEY_BYTES: Final = 32


def new_secret(kind: str) -> str:
    """Create a secret: `whsec_` for the symmetric kind, the private key `whsk_` for the asymmetric kind."""
    key = secrets.token_bytes(_KEY_BYTES)
    return _written(_SECRET if kind == SYMMETRIC else _PRIVATE, key)


def shown(secret: str) -> str:
    """Return what the receiver needs: the symmetric secret itself, or the public key (`whpk_`) of a private key."""
    if not secret.startswith(_PRIVATE):
        return secret
    return _written(_PUBLIC, _private(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def sign(keys: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header's value: the signature by each secret, the newest first."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(_signature(secret, signed) for secret in keys)


def headers(keys: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a message."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(keys, message_id, timestamp, body),
    }


def _signature(secret: str, signed: bytes) -> str:
    if secret.startswith(_PRIVATE):
        return f"{ASYMMETRIC},{_encoded(_private(secret).sign(signed))}"
    key = base64.b64decode(secret.removeprefix(_SECRET))
    return f"{SYMMETRIC},{_encoded(hmac.digest(key, signed, hashlib.sha256))}"


@lru_cache(maxsize=256)
def _private(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret.removeprefix(_PRIVATE)))


def _written(prefix: str, key: bytes) -> str:
    return f"{prefix}{_encoded(key)}"


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
