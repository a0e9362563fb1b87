"""One connection to the broker, bounded in every wait."""

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
from shared.store.file_address import connecting

#: What comes from the socket at once.
READ_BYTES = 8 * 1024


class Link:
    """One private connection with one channel."""

    def __init__(self, uri: str, *, name: str) -> None:
        """Connect; raises `BrokerRefused` or `BrokerUnsure`."""
        self.connection: amqp.Connection = connecting(uri, partial(_connect, name=name), is_refusal=_is_refused)
        self._last_beat = time.monotonic()
        with self._or_cut(), translated(), self.in_time():
            # Also bounds every write: a broker in a memory alarm stops reading, and a plain send would wait for ever.
            transport = self.connection.transport
            transport.sock.settimeout(limits.CONFIRM_SECONDS)
            # The library asks the system for each part of a frame; it takes more gladly.
            some = transport._quick_recv  # noqa: SLF001 - there is no public setting
            transport._quick_recv = lambda count: some(max(count, READ_BYTES))  # noqa: SLF001
            self.channel: amqp.Channel = self.connection.channel()

    @contextmanager
    def _or_cut(self) -> Iterator[None]:
        """Cut the connection if setting it up fails: the broker would go on serving it alone."""
        try:
            yield
        except BaseException:
            self.cut()
            raise

    def drain(self, seconds: float) -> bool:
        """Handle what has arrived within `seconds`; False if nothing did."""
        self.beat()
        with translated():
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
            with translated():
                self.connection.heartbeat_tick()

    def interrupt(self) -> None:
        """End the connection from another thread: a call that waits on it fails, and cuts it."""
        with suppress(Exception):  # it may be gone already, in any way
            self.connection.transport.sock.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Bound a question and its answer as a whole: heartbeats that come meanwhile keep each single wait alive."""
        watchdog = threading.Timer(limits.CONFIRM_SECONDS, self.interrupt)
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


def _is_refused(error: Exception) -> bool:
    return isinstance(error, BrokerRefused)


def _connect(uri: str, name: str) -> amqp.Connection:
    """Connect to one of the nodes that the address names (`amqp://…;amqp://…`), in another order each time.

    A retry after a doubtful node must not be sure to reach it again: one that is cut off from its cluster still
    takes connections. A refusal is believed when no other node takes us.
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
            "client_properties": {"connection_name": f"casepath {name}"},
        },
    )
    return settings.transport.establish_connection()
