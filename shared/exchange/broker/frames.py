"""Decode received messages, including messages whose properties py-amqp cannot decode.

The library decodes the properties of a message while it reads from the socket. A timestamp out of range, a string that
is not UTF-8 or a deeply nested table raises an arbitrary exception there. The message would never be acknowledged, and
it would end the process again after each redelivery. This module marks such a message instead. It also marks a message
whose properties are too large, because decoding them would delay the process.
"""

from collections.abc import Callable
from typing import Any

import amqp
from amqp import method_framing
from amqp.serialization import decode_properties_basic
from amqp.spec import Basic

#: The only property of a message whose properties or names cannot be decoded. No property of AMQP has this name.
UNDECODABLE = "undecodable"
#: Maximum size of properties to decode; those of an event have less than 1 KiB. 4 KiB take up to 1 ms to decode, and a
#: follower decodes hundreds of messages in a row.
PROPERTIES_BYTES = 4_096

_HEADER_FRAME = 2
#: Where the properties begin in a content header: after the class, the weight and the size of the body.
_PROPERTIES_AT = 12
_NO_PROPERTIES = b"\0\0"
#: Where the arguments of a method begin, after its class and number.
_ARGUMENTS_AT = 4
_TAG_AND_FLAGS_BYTES = 9

Received = Callable[[int, tuple[int, int], bytes, Any], object]


def frame_handler(connection: amqp.Connection, callback: Received) -> Callable[[tuple[int, int, bytes]], bool]:
    """Return the library's frame handler, with properties that this module has decoded."""
    properties: dict[int, dict[str, Any]] = {}

    def received(channel: int, method: tuple[int, int], arguments: bytes, content: Any) -> None:
        if content is not None:
            content.properties = properties.pop(channel)
            if method == Basic.Deliver and not _names_are_plain(arguments):
                arguments, content.properties = _without_names(arguments), {UNDECODABLE: True}
        callback(channel, method, arguments, content)

    handle = method_framing.frame_handler(connection, received)

    def on_frame(frame: tuple[int, int, bytes]) -> bool:
        kind, channel, payload = frame
        if kind == _HEADER_FRAME:
            properties[channel] = _decoded(payload)
            payload = payload[:_PROPERTIES_AT] + _NO_PROPERTIES
        is_complete: bool = handle((kind, channel, payload))
        return is_complete

    return on_frame


def _decoded(header: bytes) -> dict[str, Any]:
    if len(header) - _PROPERTIES_AT > PROPERTIES_BYTES:
        return {UNDECODABLE: True}
    try:
        properties: dict[str, Any]
        properties, _end = decode_properties_basic(header, _PROPERTIES_AT)
    except Exception:  # noqa: BLE001 - the library raises whatever its parts raise
        return {UNDECODABLE: True}
    return properties


def _names_are_plain(deliver: bytes) -> bool:
    """Return whether the exchange and the routing key of a delivery are printable ASCII, as all of ours are."""
    exchange_at = _exchange_at(deliver)
    key_at = exchange_at + 1 + deliver[exchange_at]
    names = deliver[exchange_at + 1 : key_at] + deliver[key_at + 1 :]
    return names.isascii() and names.decode().isprintable()


def _without_names(deliver: bytes) -> bytes:
    return deliver[: _exchange_at(deliver)] + b"\0\0"


def _exchange_at(deliver: bytes) -> int:
    """Return where the name of the exchange begins: after the consumer tag, the delivery tag and the flags."""
    return _ARGUMENTS_AT + 1 + deliver[_ARGUMENTS_AT] + _TAG_AND_FLAGS_BYTES
