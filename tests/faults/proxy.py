"""A small TCP proxy on loopback that can interrupt, slow down or mute a service's connection to a server.

::

    with Proxy(5432) as proxy:      # clients connect to proxy.port
        proxy.refuse()              # cut open connections, refuse new ones
        proxy.black_hole()          # connections stay open and new ones are accepted, but no data passes
        proxy.black_hole(TO_SERVER) # in one direction only
        proxy.delay(0.3)            # all data arrives this many seconds later
        proxy.half_close(TO_CLIENT) # clients see the end of the server's data; their own data still arrives
        proxy.cut()                 # cut open connections; new ones pass
        proxy.heal()                # all data passes again; data in a black hole arrives now

Data in a black hole is delayed, not lost, because TCP retransmits after a network recovers.
"""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from deploy.cli.servers import free_ports

TO_SERVER, TO_CLIENT = "to server", "to client"
BOTH = (TO_SERVER, TO_CLIENT)
CHUNK = 65_536
CONNECT_SECONDS = 3.0


class _Flow:
    """One direction of one connection."""

    def __init__(self, source: socket.socket, target: socket.socket, direction: str) -> None:
        self.source, self.target, self.direction = source, target, direction
        #: The target has received an end of stream; later data is discarded.
        self.ended = False
        self.is_cut = False

    def end(self) -> None:
        self.ended = True
        with contextlib.suppress(OSError):  # already closed
            self.target.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        self.is_cut = True
        with contextlib.suppress(OSError):
            self.source.shutdown(socket.SHUT_RDWR)


class Proxy:
    """Forwards connections to a port of this machine, or to several in turn, except those that refuse."""

    def __init__(self, *upstream: int) -> None:
        """Listen on a free port (`port`)."""
        self.upstream: Sequence[int] = upstream
        self._changed = threading.Condition()
        self._flows: set[_Flow] = set()
        self._holes: frozenset[str] = frozenset()
        self._delays: dict[str, float] = {}
        self._listener: socket.socket | None = None
        self._turns = itertools.count()
        # Reserved until this process exits: while the proxy refuses connections, no other process gets the port.
        [self.port] = free_ports(1)
        self._listen()

    def __enter__(self) -> Self:
        """Forward connections until the block ends."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close all connections."""
        self.close()

    @property
    def connections(self) -> int:
        """Return the number of open connections."""
        with self._changed:
            return len({flow.source if flow.direction == TO_SERVER else flow.target for flow in self._flows})

    def cut(self) -> None:
        """Close every open connection on both sides."""
        with self._changed:
            for flow in self._flows:
                flow.cut()
            self._changed.notify_all()

    def refuse(self) -> None:
        """Close open connections, and refuse new ones."""
        self._stop_listening()
        self.cut()

    def black_hole(self, *directions: str) -> None:
        """Let no data pass on open and new connections. New connections are still accepted."""
        with self._changed:
            self._holes = frozenset(directions or BOTH)

    def delay(self, seconds: float, *directions: str) -> None:
        """Delay all data."""
        with self._changed:
            self._delays = dict.fromkeys(directions or BOTH, seconds)

    def half_close(self, *directions: str) -> None:
        """Close these directions of all open connections; the other directions stay open."""
        with self._changed:
            for flow in self._flows:
                if flow.direction in (directions or (TO_CLIENT,)):
                    flow.end()

    def heal(self) -> None:
        """Forward all data again."""
        with self._changed:
            self._holes, self._delays = frozenset(), {}
            self._changed.notify_all()
        if self._listener is None:
            self._listen()

    def close(self) -> None:
        """Close all connections and stop listening."""
        self.refuse()

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(256)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True, name=f"proxy {self.port}").start()

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = self._connect()
        if server is None:
            client.close()
            return
        flows = [_Flow(client, server, TO_SERVER), _Flow(server, client, TO_CLIENT)]
        with self._changed:
            self._flows.update(flows)
            refused = self._listener is None
        if refused:  # accepted just before the listener was closed
            self.cut()
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        other = threading.Thread(target=self._pump, args=(flows[1],), daemon=True)
        other.start()
        self._pump(flows[0])
        other.join()
        with self._changed:
            self._flows.difference_update(flows)
        client.close()
        server.close()

    def _connect(self) -> socket.socket | None:
        ports, first = self.upstream, next(self._turns)
        for port in [ports[(first + place) % len(ports)] for place in range(len(ports))]:
            with contextlib.suppress(OSError):
                server = socket.create_connection(("127.0.0.1", port), timeout=CONNECT_SECONDS)
                server.settimeout(None)
                return server
        return None

    def _pump(self, flow: _Flow) -> None:
        try:
            while part := flow.source.recv(CHUNK):
                self._wait_to_pass(flow)
                if not (flow.ended or flow.is_cut):
                    flow.target.sendall(part)
            self._wait_to_pass(flow)
            flow.end()
        except OSError:
            # If one side fails, the other one is closed.
            for end in (flow.source, flow.target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _wait_to_pass(self, flow: _Flow) -> None:
        with self._changed:
            pause = self._delays.get(flow.direction, 0.0)
        if pause:
            time.sleep(pause)
        with self._changed:
            while flow.direction in self._holes and not flow.is_cut:
                self._changed.wait()
