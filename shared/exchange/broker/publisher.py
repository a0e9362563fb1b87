"""Confirmed publishing."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import amqp

from shared.exchange.broker import limits, topology
from shared.exchange.broker.errors import BrokerNacked, BrokerUnsure, translated
from shared.exchange.broker.link import Link

#: Bytes to write to the socket at once.
WRITE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """A message to publish: a topic, a body, and the proof of its source. It carries nothing else."""

    routing_key: str
    body: bytes
    content_type: str
    proof: bytes = b""


class Confirming(Link):
    """Connection with publisher confirms: messages are published once the broker has confirmed all of them.

    Do not reuse a connection after an error: a late confirm could be matched with a later message.
    """

    def __init__(self, uri: str, *, name: str) -> None:
        """Connect, and enable publisher confirms."""
        super().__init__(uri, name=name)
        self._pending: set[int] = set()
        self._nacked = 0
        self._tag = 0
        self._deadline = 0.0
        #: Whether the broker has blocked this connection for lack of disk or memory. Known only after sending
        #: something.
        self.is_blocked = False
        self.connection.on_blocked, self.connection.on_unblocked = self._block, self._unblock
        with self._or_cut(), translated(), self.in_time():
            self.channel.confirm_select()
        self.channel.events["basic_ack"].add(self._confirmed)
        self.channel.events["basic_nack"].add(self._refused)

    def _send(self, messages: Iterable[tuple[amqp.Message, str]], exchange: str, *, mandatory: bool = False) -> None:
        """Write messages, each with its routing key, to the socket in order. Raises `BrokerUnsure`."""
        self._deadline = time.monotonic() + limits.CONFIRM_SECONDS
        with translated(), self._in_few_writes(self._deadline):
            for message, key in messages:
                self._tag += 1
                self._pending.add(self._tag)
                self.channel.basic_publish(message, exchange=exchange, routing_key=key, mandatory=mandatory)

    def _settle(self) -> None:
        """Wait until the broker has confirmed all messages. Raises `BrokerUnsure`."""
        while self._pending:
            self.drain(max(0.0, min(1.0, self._deadline - time.monotonic())))
            if self._nacked:
                raise BrokerNacked("nacked")
            if time.monotonic() >= self._deadline and self._pending:
                raise BrokerUnsure("no confirm in time")

    @contextmanager
    def _in_few_writes(self, deadline: float) -> Iterator[None]:
        """Combine many messages into few socket writes: one write for each message would dominate the cost."""
        transport = self.connection.transport
        send, held = transport._write, bytearray()  # noqa: SLF001 - there is no public hook

        def hold(frames: bytes) -> None:
            held.extend(frames)
            if len(held) >= WRITE_BYTES:
                flush()

        def flush() -> None:
            if time.monotonic() >= deadline:
                raise BrokerUnsure("the broker reads too slowly")
            frames = bytes(held)
            held.clear()
            send(frames)

        transport._write = hold  # noqa: SLF001
        try:
            yield
        finally:
            transport._write = send  # noqa: SLF001
        flush()

    def _confirmed(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - signature of py-amqp's callback
        if multiple and self._pending and tag >= self._tag:
            self._pending.clear()
        elif multiple:
            self._pending = {pending for pending in self._pending if pending > tag}
        else:
            self._pending.discard(tag)

    def _block(self, _reason: str) -> None:
        self.is_blocked = True

    def _unblock(self) -> None:
        self.is_blocked = False

    def _refused(self, *_which: object) -> None:
        self._nacked += 1


class Publisher(Confirming):
    """Publishes a service's events in batches. A batch counts as published once every message is confirmed."""

    def __init__(self, uri: str, service: str) -> None:
        """Connect, enable confirms, and declare the exchange."""
        super().__init__(uri, name=f"{service} relay")
        with self._or_cut(), translated(), self.in_time():
            self._exchange = topology.declare_source(self, service)

    def publish(self, messages: Sequence[Message], *, between: Callable[[], None] = lambda: None) -> None:
        """Publish in order and wait for every confirm. Raises `BrokerUnsure` if the outcome is in doubt."""
        self._send(((_amqp_message(message), message.routing_key) for message in messages), self._exchange)
        between()
        self._settle()


def _amqp_message(message: Message) -> amqp.Message:
    # Send the proof as a header, so that followers of a release without proofs can still read the body.
    headers = {topology.PROOF_HEADER: message.proof} if message.proof else {}
    return amqp.Message(message.body, content_type=message.content_type, delivery_mode=2, application_headers=headers)
