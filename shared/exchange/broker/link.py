"""One connection to the broker, with a time limit for every wait."""

import random
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import amqp
import kombu.connection

from shared.exchange.broker import limits
from shared.exchange.broker.errors import BrokerRefused, BrokerUnsure, translated
from shared.exchange.broker.frames import frame_handler
from shared.store.file_address import connecting

#: Bytes to read from the socket at once.
READ_BYTES = 8 * 1024


class Link:
    """One private connection with one channel."""

    def __init__(self, uri: str, *, name: str) -> None:
        """Connect. Raises `BrokerRefused` or `BrokerUnsure`."""
        self.connection: amqp.Connection = connecting(uri, partial(_connect, name=name), is_refusal=_is_refused)
        self._last_beat = time.monotonic()
        with self._or_cut(), translated(), self.in_time():
            # The timeout also bounds every write: a broker in a memory alarm stops reading, and a plain send would
            # block forever.
            transport = self.connection.transport
            transport.sock.settimeout(limits.CONFIRM_SECONDS)
            # The library reads each part of a frame with its own system call; reading larger blocks is faster.
            some = transport._quick_recv  # noqa: SLF001 - there is no public setting
            transport._quick_recv = lambda count: some(max(count, READ_BYTES))  # noqa: SLF001
            self.channel: amqp.Channel = self.connection.channel()
            # A sender chooses the encoding, and some take long to decode.
            self.channel.auto_decode = False

    @contextmanager
    def _or_cut(self) -> Iterator[None]:
        """Cut the connection if its setup fails; the broker would otherwise keep it open."""
        try:
            yield
        except BaseException:
            self.cut()
            raise

    def drain(self, seconds: float) -> bool:
        """Handle the frames that arrive within `seconds`; return False if none did."""
        self.beat()
        with translated():
            if seconds <= 0:
                # Never use a non-blocking socket: the library would busy-wait in the middle of a frame.
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
        if transport._read_buffer or (pending is not None and pending()):  # noqa: SLF001 - there is no public accessor
            return True
        return bool(select.select([transport.sock], [], [], 0)[0])

    def beat(self) -> None:
        """Send a heartbeat when one is due, and detect a broker that has stopped sending."""
        if time.monotonic() - self._last_beat >= 1:
            self._last_beat = time.monotonic()
            with translated():
                self.connection.heartbeat_tick()

    def interrupt(self) -> None:
        """End the connection from another thread: a call that waits on it fails and cuts it."""
        with suppress(Exception):  # it may already be closed
            self.connection.transport.sock.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Bound a request and its response as a whole: heartbeats in between would keep each single wait alive."""
        watchdog = threading.Timer(limits.CONFIRM_SECONDS, self.interrupt)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()

    def cut(self) -> None:
        """Close the socket immediately, without a handshake with the broker."""
        with suppress(Exception):  # a dead connection can fail in any way while it is closed
            transport = self.connection.transport
            if transport is not None and transport.sock is not None:
                transport.sock.close()
        with suppress(Exception):
            self.connection.collect()


def _is_refused(error: Exception) -> bool:
    return isinstance(error, BrokerRefused)


def _connect(uri: str, name: str) -> amqp.Connection:
    """Connect to one of the nodes in the address (`amqp://…;amqp://…`), in random order.

    The order is random because a retry must not always reach the same faulty node: a node that is cut off from its
    cluster still accepts connections. A refusal is reported only if no other node accepts the connection.
    """
    nodes = [node for node in uri.split(";") if node]
    doubts: list[BrokerRefused | BrokerUnsure] = []
    for node in random.sample(nodes, len(nodes)):
        try:
            with translated():
                return _established(node, name, limits.CONNECT_SECONDS / len(nodes))
        except (BrokerRefused, BrokerUnsure) as doubt:
            doubts.append(doubt)
    raise next((doubt for doubt in doubts if isinstance(doubt, BrokerRefused)), doubts[-1])


def _established(node: str, name: str, seconds: float) -> amqp.Connection:
    settings: Any = kombu.connection.Connection(
        node,
        connect_timeout=seconds,
        heartbeat=limits.HEARTBEAT_SECONDS,
        transport_options={
            "read_timeout": limits.CONFIRM_SECONDS,
            "write_timeout": limits.CONFIRM_SECONDS,
            "frame_handler": frame_handler,
            "client_properties": {"connection_name": f"casepath {name}"},
        },
    )
    return settings.transport.establish_connection()
