"""Messages that a broker accepts although its client cannot decode their properties or their routing key."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import pack

import amqp
import kombu.connection

from shared.exchange.broker.frames import PROPERTIES_BYTES

CONTENT_TYPE, HEADERS, CORRELATION = 0x8000, 0x2000, 0x0400
#: More levels than Python's stack allows.
LEVELS = 5_000


class RawMessage(amqp.Message):
    """A message with raw bytes as properties: their flags, and the properties themselves."""

    def __init__(self, body: bytes, flags: int, properties: bytes) -> None:
        super().__init__(body)
        self._raw = pack(">H", flags) + properties

    def _serialize_properties(self) -> bytes:
        return self._raw


@dataclass(frozen=True)
class Undecodable:
    """A message that cannot be decoded, with a mark in it if it has room for one."""

    name: str
    flags: int
    properties: bytes
    topic_end: bytes = b""

    def publish(self, uri: str, body: bytes, topic: str) -> None:
        message = RawMessage(body, self.flags, self.properties)
        with kombu.connection.Connection(uri) as connection:
            key = topic.encode() + self.topic_end
            connection.channel().basic_publish(message, exchange="intake.events", routing_key=key)


def undecodable(mark: bytes) -> Iterator[Undecodable]:
    yield Undecodable("time out of range", HEADERS, _table(_entry(mark, b"T", pack(">Q", 2**40))))
    yield Undecodable("time out of any range", HEADERS, _table(_entry(mark, b"T", pack(">Q", 2**63))))
    yield Undecodable("content type", CONTENT_TYPE, _short(mark + b"\xff"))
    yield Undecodable("correlation", CORRELATION, _short(mark + b"\xff"))
    nested = _table(b"")
    for _ in range(LEVELS):
        nested = _table(_entry(b"n", b"F", nested))
    yield Undecodable("nested", HEADERS, nested)
    yield Undecodable("large", HEADERS, _table(_entry(mark, b"S", _long(bytes(PROPERTIES_BYTES)))))
    yield Undecodable("routing key", CONTENT_TYPE, _short(mark), b"\xff")


def _short(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def _long(text: bytes) -> bytes:
    return pack(">I", len(text)) + text


def _table(entries: bytes) -> bytes:
    return pack(">I", len(entries)) + entries


def _entry(key: bytes, kind: bytes, value: bytes) -> bytes:
    return _short(key) + kind + value
