"""The only user of AMQP: topology, confirmed publishing, and the queues of a following service.

py-amqp is used through kombu's connection (address, TLS); of a cluster's nodes one is taken. Confirms are pipelined
and matched by tag here, since the library's own waiting takes the next confirm that comes for the one it waits for.
A connection in any doubt is closed hard: a polite close waits for the answer of a broker that may have stopped reading.
"""

import random
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import amqp
import kombu.connection
import kombu.exceptions
from amqp.exceptions import AMQPError

#: A broker that says nothing for so long is taken for gone (seconds).
HEARTBEAT_SECONDS = 10
#: For all nodes of a cluster together.
CONNECT_SECONDS = 5
#: Shorter than a leader's silence (`shared.leader`), so that waiting for a confirm never costs the lease.
CONFIRM_SECONDS = 8
#: Bounded, with the oldest dropped first: the log heals what a queue drops.
INBOX_LENGTH = 100_000
GUARD_LENGTH = 10_000
PREFETCH = 400
#: What goes to the socket, or comes from it, at once.
WRITE_BYTES, READ_BYTES = 64 * 1024, 8 * 1024


class BrokerUnsure(Exception):
    """The broker did not confirm, or can't be reached: nothing of the batch counts as published."""

    retryable = True


class BrokerNacked(BrokerUnsure):
    """The broker refused at least one event of the batch: a queue that takes no more, or one that lost its leader."""


class BrokerRefused(Exception):
    """The broker refuses for good: a wrong password, a missing virtual host, a queue of another type.

    The message says what it refuses; `remedy` says what to do about it. Neither holds an address or a secret.
    """

    retryable = False

    def __init__(self, what: str, remedy: str) -> None:
        """Keep both sentences."""
        super().__init__(what)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Message:
    """What is published: a topic and a body, which says all that there is to say."""

    routing_key: str
    body: bytes
    content_type: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an inbox handed over, not yet acknowledged."""

    tag: int
    body: bytes
    exchange: str
    redelivered: bool


class Link:
    """One private connection with one channel."""

    def __init__(self, uri: str, *, name: str) -> None:
        """Connect; raises `BrokerRefused` or `BrokerUnsure`."""
        self._name = name
        self.connection: Any = _connect(uri, name)
        self._last_beat = time.monotonic()
        with self._or_cut(), _translated(), self._in_time():
            # Also bounds every write: a broker in a memory alarm stops reading, and a plain send would wait for ever.
            transport = self.connection.transport
            transport.sock.settimeout(CONFIRM_SECONDS)
            # The library asks the system for each part of a frame; it takes more gladly.
            some = transport._quick_recv  # noqa: SLF001 - there is no public setting
            transport._quick_recv = lambda count: some(max(count, READ_BYTES))  # noqa: SLF001
            self.channel: Any = self.connection.channel()

    @contextmanager
    def _or_cut(self) -> Any:
        """Leave no connection behind of which nobody knows: the broker would go on serving it, and it alone."""
        try:
            yield
        except BaseException:
            self.cut()
            raise

    def drain(self, seconds: float) -> bool:
        """Handle what has arrived within `seconds`; False if nothing did."""
        self.beat()
        with _translated():
            if seconds <= 0:
                # Never a socket that does not block: in the middle of a frame the library would spin on it.
                if not self._readable():
                    return False
                seconds = 1
            try:
                self.connection.drain_events(timeout=seconds)
            except TimeoutError:
                return False
        return True

    def _readable(self) -> bool:
        transport = self.connection.transport
        pending = getattr(transport.sock, "pending", None)
        if transport._read_buffer or (pending is not None and pending()):  # noqa: SLF001 - there is no public look
            return True
        return bool(select.select([transport.sock], [], [], 0)[0])

    def beat(self) -> None:
        """Send a heartbeat when one is due, and notice a broker that has fallen silent."""
        if time.monotonic() - self._last_beat >= 1:
            self._last_beat = time.monotonic()
            with _translated():
                self.connection.heartbeat_tick()

    def interrupt(self) -> None:
        """End the connection from another thread: whoever waits for it is told, and cuts it."""
        with suppress(Exception):  # it may be gone already, in any way
            self.connection.transport.sock.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _in_time(self) -> Any:
        """Bound a question and its answer as a whole: heartbeats that come meanwhile keep each single wait alive."""
        watchdog = threading.Timer(CONFIRM_SECONDS, self.interrupt)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()

    def cut(self) -> None:
        """Close without asking: the socket goes, whatever the broker does."""
        with suppress(Exception):  # a dead connection may fail in any way while it is taken apart
            transport = self.connection.transport
            if transport is not None and transport.sock is not None:
                transport.sock.close()
        with suppress(Exception):
            self.connection.collect()

    def declare_source(self, service: str) -> str:
        """Declare the exchange that a service publishes its events to."""
        exchange = f"{service}.events"
        with _translated(exchange):
            self.channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
        return exchange

    def declare_inbox(self, service: str, sources: Sequence[str]) -> str:
        """Declare a service's inbox: all events of each source."""
        return self._declare_queue(f"{service}.inbox", INBOX_LENGTH, [(source, "#") for source in sources])

    def declare_guard(self, service: str, types: Sequence[str]) -> str:
        """Declare the queue of the types that protect (`intake.team.member_removed`), every version of each."""
        parts = [each.partition(".") for each in types]
        return self._declare_queue(
            f"{service}.guard", GUARD_LENGTH, [(source, f"{name}.*") for source, _, name in parts]
        )

    def _declare_queue(self, queue: str, length: int, bindings: Sequence[tuple[str, str]]) -> str:
        """Declare a queue with one active consumer, bounded, fed by (source, topic)."""
        arguments = {
            "x-queue-type": "quorum",
            "x-single-active-consumer": True,
            "x-max-length": length,
            "x-overflow": "drop-head",
            # The follower counts tries itself; a broker that counts drops what it gives up.
            "x-delivery-limit": -1,
        }
        with _translated(queue), self._in_time():
            self.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
            for source, topic in bindings:
                self.channel.queue_bind(queue, self.declare_source(source), routing_key=topic)
        return queue


class Publisher(Link):
    """Publishes batches; each counts only when the broker has confirmed every message of it."""

    def __init__(self, uri: str, service: str) -> None:
        """Connect, declare the exchange, and ask for confirms."""
        super().__init__(uri, name=f"{service} relay")
        self._pending: set[int] = set()
        self._nacked = 0
        self._tag = 0
        with self._or_cut(), _translated(), self._in_time():
            self._exchange = self.declare_source(service)
            self.channel.confirm_select()
        self.channel.events["basic_ack"].add(self._confirmed)
        self.channel.events["basic_nack"].add(self._refused)

    def publish(self, messages: Sequence[Message], *, between: Callable[[], None] = lambda: None) -> None:
        """Publish in order and wait for every confirm; raises `BrokerUnsure` on any doubt.

        After a doubt this connection must not be used again: a late confirm would be taken for a later message's.
        """
        deadline = time.monotonic() + CONFIRM_SECONDS
        with _translated(), self._in_few_writes(deadline):
            for message in messages:
                self._tag += 1
                self._pending.add(self._tag)
                self.channel.basic_publish(
                    _amqp_message(message), exchange=self._exchange, routing_key=message.routing_key
                )
        between()
        while self._pending:
            self.drain(max(0.0, min(1.0, deadline - time.monotonic())))
            if self._nacked:
                raise BrokerNacked("nacked")
            if time.monotonic() >= deadline and self._pending:
                raise BrokerUnsure("no confirm in time")

    @contextmanager
    def _in_few_writes(self, deadline: float) -> Any:
        """Hand many messages to the socket at once: a write for each would cost more than all else about it."""
        transport = self.connection.transport
        send, held = transport._write, bytearray()  # noqa: SLF001 - there is no public way in between

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

    def _confirmed(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - py-amqp calls it so
        if multiple and self._pending and tag >= self._tag:
            self._pending.clear()
        elif multiple:
            self._pending = {each for each in self._pending if each > tag}
        else:
            self._pending.discard(tag)

    def _refused(self, *_which: object) -> None:
        self._nacked += 1


class Consumer(Link):
    """Takes deliveries of one queue in order; each is acknowledged after its commit."""

    def __init__(self, uri: str, *, name: str) -> None:
        """Connect; the kind of consumer declares its queue and begins."""
        super().__init__(uri, name=name)
        self._waiting: list[Delivery] = []

    def _consume(self, queue: str) -> None:
        with _translated(), self._in_time():
            self.channel.basic_qos(0, PREFETCH, a_global=False)
            self.channel.basic_consume(queue, callback=self._arrived)

    def _arrived(self, message: Any) -> None:
        info = message.delivery_info
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        self._waiting.append(Delivery(info["delivery_tag"], body, info["exchange"], bool(info["redelivered"])))

    def receive(self, most: int, seconds: float) -> list[Delivery]:
        """Give what is there, at most `most`; wait up to `seconds` for the first, never for company."""
        if not self._waiting:
            self.drain(seconds)
        if len(self._waiting) < most:
            self._take_what_is_there(most)
        taken, self._waiting = self._waiting[:most], self._waiting[most:]
        return taken

    def _take_what_is_there(self, most: int) -> None:
        transport = self.connection.transport
        # A frame whose beginning is there is waited for to its end, but not for long.
        with _translated(), transport.having_timeout(1):
            while len(self._waiting) < most and self._readable():
                try:
                    self.connection.on_inbound_frame(transport.read_frame())
                except TimeoutError:
                    return

    def acknowledge(self, tag: int) -> None:
        """Acknowledge everything up to and including `tag`."""
        with _translated():
            self.channel.basic_ack(tag, multiple=True)


class Inbox(Consumer):
    """The inbox of a following service: all events of what it follows."""

    def __init__(self, uri: str, service: str, sources: Sequence[str]) -> None:
        """Connect, declare the queue with its bindings, and start to consume."""
        super().__init__(uri, name=f"{service} follower")
        with self._or_cut():
            self._consume(self.declare_inbox(service, sources))


class GuardInbox(Consumer):
    """The small queue of a following service in which restrictions overtake everything else."""

    def __init__(self, uri: str, service: str, types: Sequence[str]) -> None:
        """Connect, declare the queue with its bindings, and start to consume."""
        super().__init__(uri, name=f"{service} guard")
        with self._or_cut():
            self._consume(self.declare_guard(service, types))


def _amqp_message(message: Message) -> Any:
    return amqp.Message(
        message.body,
        content_type=message.content_type,
        delivery_mode=2,
        message_id=message.message_id,
    )


def _connect(uri: str, name: str) -> Any:
    """Connect to one of the nodes that the address names (`amqp://…;amqp://…`), in another order each time.

    Who comes back from a node in doubt must not be sure to meet it again: one that is cut off from its cluster still
    takes connections. A refusal is believed when no other node takes us.
    """
    nodes = [each for each in uri.split(";") if each]
    doubts: list[BrokerRefused | BrokerUnsure] = []
    for node in random.sample(nodes, len(nodes)):
        try:
            with _translated():
                return _established(node, name, CONNECT_SECONDS / len(nodes))
        except (BrokerRefused, BrokerUnsure) as doubt:
            doubts.append(doubt)
    raise next((each for each in doubts if isinstance(each, BrokerRefused)), doubts[-1])


def _established(node: str, name: str, seconds: float) -> Any:
    settings: Any = kombu.connection.Connection(
        node,
        connect_timeout=seconds,
        heartbeat=HEARTBEAT_SECONDS,
        transport_options={
            "read_timeout": CONFIRM_SECONDS,
            "write_timeout": CONFIRM_SECONDS,
            "client_properties": {"connection_name": f"casepath {name}"},
        },
    )
    return settings.transport.establish_connection()


@contextmanager
def _translated(declared: str = "") -> Any:
    """Turn whatever the library raises into the two answers that matter: later, or never.

    `declared` is the queue or exchange that is being declared.
    """
    try:
        yield
    except (BrokerRefused, BrokerUnsure):
        raise
    except (amqp.AccessRefused, amqp.NotAllowed, amqp.PreconditionFailed) as error:
        raise _refusal(error, declared) from None
    except (AMQPError, OSError, kombu.exceptions.OperationalError) as error:
        raise BrokerUnsure(type(error).__name__) from None


def _refusal(error: Exception, declared: str) -> BrokerRefused:
    if isinstance(error, amqp.PreconditionFailed):
        # What a queue held is still in the logs: taking it away loses nothing.
        what = f"{declared or 'a queue or exchange'} is there already, of another type or with other limits"
        return BrokerRefused(
            what, "Find out who declared it, delete it, and start again; the logs bring what was in it"
        )
    if isinstance(error, amqp.NotAllowed):
        what = "there is no such virtual host, or the user may not enter it"
        return BrokerRefused(what, "Check the virtual host in CASEPATH_AMQP_URI, and the user's permissions in it")
    if declared:
        what = f"the user may not declare {declared}"
        return BrokerRefused(what, "Give the user of CASEPATH_AMQP_URI permission to configure, write and read")
    return BrokerRefused("the user or the password is wrong", "Check the user and the password in CASEPATH_AMQP_URI")
