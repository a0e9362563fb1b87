"""A stand-in for the exchange keys: every source encrypts with one key, and every follower has it.

Each source has its own signing key, and every follower has the public keys of all.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.access import tokens
from shared.events.envelope import Event, encode
from shared.exchange import sealed
from shared.exchange.proofs import BatchSigner, BatchVerifier
from shared.exchange.sealed import Sealer

KEY_ID, KEY = UUID(int=7), bytes(range(32))
KEYS = {KEY_ID: KEY}
SOURCES = ("intake", "legal", "support", "partners")
SIGNING_KEYS = {name: tokens.new_key(tokens.service_issuer(name)) for name in SOURCES}
PUBLIC_KEYS = tokens.PublicKeys.of(json.dumps(tokens.public_set(SIGNING_KEYS.values())))


class OneKey(Sealer):
    """Encrypts with the one key."""

    def __init__(self, source: str) -> None:
        self._source, self._signer = source, signer(source)

    def sealing(self) -> Callable[[int, bytes], bytes]:
        return lambda position, document: sealed.seal(AESGCM(KEY), KEY_ID, self._source, position, document)


def seal(event: Event, key: bytes = KEY) -> bytes:
    """Encrypt an event as its source does, or with another key as an attacker could."""
    return sealed.seal(AESGCM(key), KEY_ID, event.source, event.position, encode(event))


@cache
def signer(source: str) -> BatchSigner:
    """Return the signer of a source."""
    return BatchSigner(source, json.dumps(SIGNING_KEYS[source]))


def prove(bodies: Sequence[bytes], source: str = "intake") -> list[bytes]:
    """Sign a batch as its source does, or as an attacker with that source's signing key could."""
    return signer(source).prove(bodies)


def verifier() -> BatchVerifier:
    """Return the verifier of a follower that has just started."""
    return BatchVerifier(lambda: PUBLIC_KEYS)


def document(body: bytes, source: str = "intake") -> bytes:
    """Decrypt what a source has encrypted."""
    message = sealed.read(body)
    assert message is not None
    return message.open(AESGCM(KEY), source)


SEALER = OneKey("intake")
