"""The two queues of a follower, from the consumer's side."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import amqp

from shared.exchange.broker import topology
from shared.exchange.broker.errors import translated
from shared.exchange.broker.frames import UNDECODABLE
from shared.exchange.broker.link import Link

PREFETCH = 400
#: Seconds between attempts to bind to a source that has not declared its exchange yet, as on the very first start.
BIND_AGAIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery of an inbox that is not acknowledged yet."""

    tag: int
    body: bytes
    exchange: str
    redelivered: bool
    proof: bytes = b""
    #: Whether the broker's client could not decode the properties, the exchange or the routing key.
    is_undecodable: bool = False


class Consumer(Link):
    """Ordered consumer of one queue. Each delivery is acknowledged after its commit."""

    def __init__(self, uri: str, *, name: str) -> None:
        """Connect. The subclass declares its queue and starts to consume."""
        super().__init__(uri, name=name)
        self._waiting: list[Delivery] = []
        self._queue = ""
        self._unbound: list[topology.Binding] = []
        self._bound_at = 0.0

    def _consume(self, queue: str, bindings: Sequence[topology.Binding]) -> None:
        """Bind the queue and start to consume. A missing source does not block the others."""
        self._queue, self._unbound = queue, list(bindings)
        self._bind()
        with translated(), self.in_time():
            self.channel.basic_qos(0, PREFETCH, a_global=False)
            self.channel.basic_consume(queue, callback=self._arrived)

    def _bind(self) -> None:
        self._unbound = topology.bind(self, self._queue, self._unbound)
        self._bound_at = time.monotonic()

    def _arrived(self, message: amqp.Message) -> None:
        info, properties = message.delivery_info, message.properties
        delivery = Delivery(
            tag=info["delivery_tag"],
            body=message.body or b"",
            exchange=info["exchange"],
            redelivered=bool(info["redelivered"]),
            proof=_read_proof(properties),
            is_undecodable=UNDECODABLE in properties,
        )
        self._waiting.append(delivery)

    def receive(self, most: int, seconds: float) -> list[Delivery]:
        """Return up to `most` available deliveries; wait up to `seconds` for the first one only."""
        if self._unbound and time.monotonic() - self._bound_at >= BIND_AGAIN_SECONDS:
            self._bind()
        if not self._waiting:
            self.drain(seconds)
        if len(self._waiting) < most:
            self._take_what_is_there(most)
        deliveries, self._waiting = self._waiting[:most], self._waiting[most:]
        return deliveries

    def _take_what_is_there(self, most: int) -> None:
        transport = self.connection.transport
        # Wait for the rest of a frame that has begun to arrive, but not for long.
        with translated(), transport.having_timeout(1):
            while len(self._waiting) < most and self._readable():
                try:
                    self.connection.on_inbound_frame(transport.read_frame())
                except TimeoutError:
                    return

    def acknowledge(self, tag: int) -> None:
        """Acknowledge everything up to and including `tag`."""
        with translated():
            self.channel.basic_ack(tag, multiple=True)


def _read_proof(properties: Mapping[str, Any]) -> bytes:
    """Return the proof of a message; empty if it has none. py-amqp decodes bytes that happen to be valid UTF-8."""
    proof = properties.get("application_headers", {}).get(topology.PROOF_HEADER)
    if isinstance(proof, str):
        return proof.encode("utf-8", "surrogatepass")
    return proof if isinstance(proof, bytes) else b""


class Inbox(Consumer):
    """The inbox of a follower: all events of the sources that it follows."""

    def __init__(self, uri: str, service: str, sources: Sequence[str]) -> None:
        """Connect, declare the queue with its bindings, and start to consume."""
        super().__init__(uri, name=f"{service} follower")
        with self._or_cut():
            self._consume(topology.declare_inbox(self, service), topology.inbox_bindings(sources))


class GuardInbox(Consumer):
    """The priority queue of a follower: priority events overtake all other events through it."""

    def __init__(self, uri: str, service: str, types: Sequence[str]) -> None:
        """Connect, declare the queue with its bindings, and start to consume."""
        super().__init__(uri, name=f"{service} guard")
        with self._or_cut():
            self._consume(topology.declare_guard(self, service), topology.guard_bindings(types))
