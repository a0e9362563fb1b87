"""A hand-made stand-in at one border: one exchange key, which every source seals under and every follower has."""

from collections.abc import Callable
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events.envelope import Event, encode
from shared.exchange import sealed
from shared.exchange.sealed import Sealer

KEY_ID, KEY = UUID(int=7), bytes(range(32))
KEYS = {KEY_ID: KEY}


class OneKey(Sealer):
    """Seals under the one key."""

    def __init__(self, source: str) -> None:
        self._source = source

    def sealing(self) -> Callable[[int, bytes], bytes]:
        return lambda position, document: sealed.seal(AESGCM(KEY), KEY_ID, self._source, position, document)


def seal(event: Event, key: bytes = KEY) -> bytes:
    """Seal an event as its source would, or as somebody would who has another key."""
    return sealed.seal(AESGCM(key), KEY_ID, event.source, event.position, encode(event))


def document(body: bytes, source: str = "intake") -> bytes:
    """Open what a source has sealed."""
    message = sealed.read(body)
    assert message is not None
    return message.open(AESGCM(KEY), source)


SEALER = OneKey("intake")
