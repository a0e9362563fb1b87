"""Nameko's web server, bounded: what one client can take of it has an end, in time, in bytes and in connections.

A worker is only taken by a request that is here in full, so a client that sends a byte a second holds its own
connection, for seconds, and nobody else's request.
"""

import ipaddress
import socket
import time
from collections import Counter
from contextlib import suppress
from io import BufferedReader, BytesIO, RawIOBase
from typing import Any

from nameko.web.server import HttpOnlyProtocol, WebServer, WsgiApp
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Request, Response

from shared.events.envelope import new_id
from shared.http import headers
from shared.http.problems import Refused, answer

LARGEST_BODY = 64 * 1024
LONGEST_ADDRESS = 4096
#: All of a request's headers together (bytes), and how many there may be.
LARGEST_HEAD = 16 * 1024
MOST_HEADERS = 64
#: Seconds for which a connection may wait for its next request, for a whole head, and for a whole body.
IDLE_SECONDS = 30.0
HEAD_SECONDS = 10.0
BODY_SECONDS = 15.0
#: One address has at most this share of the connections: another finds room while it holds on to its own.
SHARE = 0.5
#: Seconds for which the rest of what was refused is taken, and thrown away.
LINGER_SECONDS = 0.5
_HANG_UP = "casepath.hang_up"
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_REFUSALS = {431: "Headers too large", 414: "Address too long", 400: "Unreadable"}


class _DeadlineReader(RawIOBase):
    """Reads from a client until a moment that what it sends does not put off."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._usual = connection.gettimeout()
        self._end = 0.0
        self._idle = True

    def readable(self) -> bool:
        return True

    def allow(self, seconds: float, *, idle: bool = False) -> None:
        """Set the deadline to so many seconds from now; an idle one, the time for a head from its first byte."""
        self._end, self._idle = time.monotonic() + seconds, idle

    def readinto(self, into: Any) -> int:
        try:
            # After the deadline, what has arrived already is still read, without waiting.
            self._connection.settimeout(max(0.001, self._end - time.monotonic()))
            count: int = self._connection.recv_into(into)
        finally:
            self._connection.settimeout(self._usual)
        if self._idle and count:
            self.allow(HEAD_SECONDS)
        return count


class _Protocol(HttpOnlyProtocol):  # type: ignore[misc]  # nameko carries no types
    _hung_up = False

    def setup(self) -> None:
        super().setup()
        # A reply longer than the buffer leaves in two writes, and Nagle's algorithm holds the second back until the
        # client has acknowledged the first, which it may put off for 40 ms. Every reply is flushed whole anyway. Set
        # here, and not at the listening socket: that accepted ones inherit it is no more than a habit of some systems.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rfile.close()
        self._patience = _DeadlineReader(self.connection)
        self.rfile: Any = BufferedReader(self._patience)

    def handle_one_request(self) -> None:
        self._patience.allow(IDLE_SECONDS, idle=True)
        super().handle_one_request()

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        sizes = [len(name) + len(value) for name, value in self.headers.items()]
        if len(sizes) > MOST_HEADERS or sum(sizes) > LARGEST_HEAD:
            self.send_error(431)
            return False
        return True

    def get_environ(self) -> Any:
        self._patience.allow(BODY_SECONDS)
        environ = super().get_environ()
        environ[_HANG_UP] = self.hang_up
        return environ

    def hang_up(self) -> None:
        """Serve no other request here: what follows of this one was not read."""
        self.close_connection = True
        self._hung_up = True

    def finish(self) -> None:
        """Close; who was still sending first gets the answer, which a reset would take from them."""
        if self._hung_up:
            with suppress(OSError, ValueError):  # the client has gone: nobody needs the answer
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_WR)
                self._patience.allow(LINGER_SECONDS)
                most = LARGEST_BODY
                while most > 0 and (got := self.rfile.read1(most)):
                    most -= len(got)
        super().finish()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Refuse what can't be read, in our words: the library's repeat what was sent."""
        self.hang_up()
        title = _REFUSALS.get(int(code), "Unreadable")
        problem = answer(Refused(int(code), title, "Send a shorter, well-formed HTTP/1.1 request."), str(new_id()))
        problem.headers.extend(headers.SECURITY)
        head = "".join(f"{name}: {value}\r\n" for name, value in problem.headers.items())
        self.wfile.write(f"HTTP/1.1 {problem.status}\r\n{head}Connection: close\r\n\r\n".encode() + problem.data)

    def log_message(self, *_words: Any) -> None:
        """Log nothing: these words repeat what was sent."""


class Server(WebServer):  # type: ignore[misc]  # nameko carries no types
    """The web server of a service. Its own errors (no such address, wrong method) are problem documents too."""

    def __init__(self) -> None:
        """Begin without a connection."""
        super().__init__()
        self._open: Counter[str] = Counter()

    def get_wsgi_app(self) -> Any:
        """Wrap the application."""
        return _Front(self)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **_options: Any) -> Any:
        """Bound how long an address may be, and how long a client may take to read."""
        server = super().get_wsgi_server(sock, wsgi_app, protocol=_Protocol, debug=False)
        server.socket_timeout = IDLE_SECONDS
        server.url_length_limit = LONGEST_ADDRESS
        return server

    def process_request(self, sock: Any, address: Any) -> None:
        """Serve a connection, if there is room for one more of its address."""
        client, most = str(address[0]), int(self.container.config.get("connections", 500))
        if self._open.total() >= most or self._open[client] >= most * SHARE:
            with suppress(OSError):  # the client has gone: nobody needs the answer
                sock.sendall(_BUSY)
            sock.close()
            return
        self._open[client] += 1
        try:
            super().process_request(sock, address)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]


_NOT_SERVED = {
    404: (
        "No such address",
        (
            "Nothing is served here: the address is mistyped, is another service's, or holds an id that is no UUID. "
            "Compare it with /openapi.json."
        ),
    ),
    405: (
        "Not with this method",
        "The address exists, but does not take this method. Use one that the Allow header names.",
    ),
}


class _Front(WsgiApp):  # type: ignore[misc]  # nameko carries no types
    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer; an address or method that is not served gets a problem document."""
        request = Request(environ, shallow=True)
        try:
            provider, values = self.url_map.bind_to_environ(environ).match()
            _take_body(environ)
        except HTTPException as error:
            if error.code in (301, 308):
                return error.get_response()(environ, start_response)
            words = _NOT_SERVED.get(error.code or 0)
            response = _own(Refused(error.code or 500, *words) if words else error, environ)
            # Whoever used a wrong method is told the right ones (RFC 9110, section 15.5.6).
            if isinstance(error, MethodNotAllowed):
                response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
            return response(environ, start_response)
        except Refused as refused:
            return _own(refused, environ)(environ, start_response)
        request.path_values = values  # type: ignore[attr-defined]  # nameko's own way to hand them on
        return provider.handle_request(request)(environ, start_response)


def _own(error: Exception, environ: Any) -> Response:
    environ.get(_HANG_UP, lambda: None)()
    response = answer(error, str(new_id()))
    response.headers.extend(headers.SECURITY)
    return response


def _take_body(environ: Any) -> None:
    """Read a request's body in full before anything works on it; what is too large is not read at all."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise Refused(411, "Length is missing", "Send the body with a Content-Length.")
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > LARGEST_BODY:
        raise Refused(413, "Too large", f"A request may hold {LARGEST_BODY} bytes at most.")
    try:
        body = environ["wsgi.input"].read(length) if length else b""
    except TimeoutError:
        raise Refused(408, "Too slow", f"Send the whole request within {BODY_SECONDS:.0f} seconds.") from None
    if len(body) < length:
        raise Refused(400, "Unreadable", "The body ended before its Content-Length.")
    environ["wsgi.input"] = BytesIO(body)


def client_of(environ: Any, trusted_header: str) -> str:
    """Return the address that identifies a client: of IPv6, the network that one client is assigned (/64).

    A header is believed only where a setting says that our own proxy writes it; of several addresses in it the last,
    which that proxy added: those before it are the client's own words.
    """
    name = "HTTP_" + trusted_header.upper().replace("-", "_")
    forwarded = environ.get(name, "").rpartition(",")[2].strip() if trusted_header else ""
    for candidate in (forwarded, environ.get("REMOTE_ADDR", "")):
        with suppress(ValueError):  # a header may say anything: then the address itself counts
            address = ipaddress.ip_address(candidate)
            if isinstance(address, ipaddress.IPv6Address):
                address = address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address
            return str(address)
    return "unknown"
