"""One client's connection: its requests are read, answered and written one after the other, each within limits.

It uses plain sockets and WSGI, depends neither on nameko nor on eventlet, and can also run in a thread.
"""

import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response as Writer

from shared.events.envelope import new_id
from shared.http import headers
from shared.http.problems import answer
from shared.http.server import bounds
from shared.http.server.parser import STRICT, Received, environ_of, next_request

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
#: In the environ: call it to leave the rest of a request unread, and to end the connection.
HANG_UP = "casepath.hang_up"
#: In the environ: call it to request the body that the client withholds until then (`Expect: 100-continue`).
BODY_WANTED = "casepath.body_wanted"
#: In the environ: True if our own proxy forwards many clients' requests through this connection.
SHARED = "casepath.shared"
_AT_ONCE = 64 * 1024
_TOO_MANY = 429


class _Outgoing:
    """Buffers the output, so that a short reply is sent in one packet."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting = bytearray()

    def sendall(self, written: bytes) -> None:
        self._waiting += written
        if len(self._waiting) >= _AT_ONCE:
            self.flush()

    def drop(self) -> None:
        """Discard the buffer: it is the beginning of a reply that will not be completed."""
        self._waiting = bytearray()

    def flush(self) -> None:
        """Send the buffer. The client has the idle time-out for each part of it."""
        if self._waiting:
            self._connection.settimeout(bounds.IDLE_SECONDS)
            self._connection.sendall(self._waiting)
            self._waiting = bytearray()


class _Reply(Writer):  # type: ignore[misc]  # gunicorn carries no types
    """Writes a reply. Gunicorn checks the status and the headers; its name is omitted."""

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class Connection:
    """A connection that was accepted, until either side ends it."""

    def __init__(self, connection: socket.socket, client: tuple[str, int], application: Application) -> None:
        """Serve `application` (WSGI) to the client at an address."""
        self._connection = connection
        self._client = client
        self._application = application
        self._received = Received(connection)
        self._outgoing = _Outgoing(connection)
        self._hung_up = False
        self._pause = bounds.PAUSE_SECONDS

    def serve(self) -> None:
        """Answer requests until the connection ends, and close it. Nothing that a client does raises an error."""
        try:
            with suppress(OSError):  # the client is too slow, or has disconnected: no one needs an answer
                # A reply longer than a packet is sent in several. Nagle's algorithm delays the last one until the
                # client has acknowledged the others, which can take 40 ms. The option is set here and not on the
                # listening socket, because not all systems let accepted sockets inherit it.
                self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while self._answer_next():
                    pass
                self._end()
        finally:
            self._connection.close()

    def _answer_next(self) -> bool:
        """Answer one request. Return whether another can follow."""
        try:
            request = next_request(self._received, self._client)
            return request is not None and self._answer(request)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - every error is answered, and internal errors are logged
            self._refuse(error)
            return False

    def _answer(self, request: Request) -> bool:
        self._received.expect_body()
        reply = _Reply(request, self._outgoing, STRICT)
        environ = self._environ(request, reply)
        for part in self._application(environ, reply.start_response):
            reply.write(part)
        reply.close()
        self._outgoing.flush()
        if reply.should_close():
            return False
        if reply.status_code == _TOO_MANY and not environ.get(SHARED):
            # The connection is not read during the pause, so a client that ignores the 429 causes no load. The
            # connection still counts towards the client's limit, so reconnecting does not help.
            time.sleep(self._pause)
            self._pause = min(2 * self._pause, bounds.LONGEST_PAUSE_SECONDS)
        else:
            self._pause = bounds.PAUSE_SECONDS
        return True

    def _environ(self, request: Request, reply: _Reply) -> Environ:
        environ = environ_of(request, self._client, self._connection.getsockname())

        def hang_up() -> None:
            self._hung_up = True
            reply.force_close()

        def ask_for_body() -> None:
            if request.version >= (1, 1) and any(name == "EXPECT" for name, _ in request.headers):
                self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

        environ[HANG_UP], environ[BODY_WANTED] = hang_up, ask_for_body
        return environ

    def _refuse(self, error: Exception) -> None:
        """Answer an unreadable request with a problem document, and end the connection."""
        self._hung_up = True
        self._outgoing.drop()
        response = answer(error, str(new_id()))
        response.headers.extend(headers.SECURITY)
        head = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
        self._outgoing.sendall(f"HTTP/1.1 {response.status}\r\n{head}Connection: close\r\n\r\n".encode())
        self._outgoing.sendall(response.data)

    def _end(self) -> None:
        """Flush. A client that is still sending first receives the answer, which a connection reset would discard."""
        self._outgoing.flush()
        if self._hung_up:
            self._connection.shutdown(socket.SHUT_WR)
            self._received.throw_away(bounds.LINGER_SECONDS)
