"""Post a body only to addresses that the guard has checked, bounded in time and in size.

The connection goes to a checked address, the certificate must match the name, and the request contains the host. The
connection is kept for a while for further requests; after that, the name is resolved again. Redirects are not followed.
"""

import io
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import NO_CONTENT, HTTPException, HTTPResponse
from ipaddress import IPv4Address
from typing import Final
from uuid import UUID

from shared.outbound.guard import Guard, Route
from shared.outbound.targets import Target

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 15.0
#: A receiver that does not accept data within this time is treated as unreachable, because sending can delay others.
SEND_SECONDS: Final = 1.0
#: Reason if a kept connection was closed; the last request is sent again.
CLOSED: Final = "closed"
#: Maximum age of a connection; after that, the name is resolved and checked again.
KEPT_SECONDS = 60.0
#: Maximum number of bytes to read of an answer's body, and of its head.
LARGEST_ANSWER, LARGEST_HEAD = 4_096, 32_768
#: Head of a simple answer: no header changes how its body is read, or whether the connection is kept.
_TAKEN: Final = re.compile(
    rb"HTTP/1\.1 (2\d\d)(?: [\x20-\x7e]*)?"
    rb"((?:\r\n(?!(?i:Transfer-Encoding|Connection|Retry-After|Upgrade|Trailer)[\t ]*:)[A-Za-z0-9-]+:[\t\x20-\x7e]*)*)"
    rb"\r\n\r\n"
)
_LENGTH: Final = re.compile(rb"(?i)\r\nContent-Length:[\t ]*([0-9]{1,9})[\t ]*(?=\r\n|$)")
_FORMS: Final = {"Content-Type": "application/cloudevents+json; charset=utf-8", "User-Agent": "Casepath-Webhooks/1"}


class Unanswered(Exception):
    """No answer, or not a valid HTTP answer; `reason` is a code."""

    retryable = True

    def __init__(self, reason: str) -> None:
        """Store the reason."""
        super().__init__(reason)
        self.reason = reason


def believing(certificates: str) -> ssl.SSLContext:
    """Return a TLS context that trusts the given authorities (PEM), or the system's if empty."""
    return ssl.create_default_context(cadata=certificates or None)


@dataclass(frozen=True)
class Answer:
    """An answer: its status, the beginning of its body, and the header `Retry-After`, if present."""

    status: int
    body: bytes
    retry_after: str | None


class _Reading(io.RawIOBase):
    """A socket as a file, with a deadline and a maximum size; `first` is data that was already read."""

    def __init__(self, connected: socket.socket, until: float, first: bytes) -> None:
        super().__init__()
        self._socket, self._until, self._first = connected, until, first
        self._left = LARGEST_ANSWER + LARGEST_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # a buffer, as it says
        if self._left <= 0:
            raise HTTPException
        most = min(len(buffer), self._left)
        if self._first:
            piece, self._first = self._first[:most], self._first[most:]
            buffer[: len(piece)] = piece
            count = len(piece)
        else:
            self._socket.settimeout(_remaining(self._until))
            count = self._socket.recv_into(buffer, most)
        self._left -= count
        return count


class _Source:
    """The part of a socket's interface that `HTTPResponse` uses."""

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading

    def makefile(self, *_mode: object) -> io.BufferedReader:
        return io.BufferedReader(self._reading)


def _remaining(until: float) -> float:
    remaining = until - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    return remaining


@dataclass
class _Connection:
    socket: socket.socket
    url: str
    target: Target
    opened: float
    #: Deadline for the answer to the last request.
    until: float
    #: Whether the connection is new: an error before the first answer does not come from keeping it too long.
    is_fresh: bool = True


class Posting:
    """Posts to one receiver, one request at a time, over a kept connection.

    `open`, `send` and `answer` are the steps of a `post`, for callers with work between them.
    """

    def __init__(self, guard: Guard, certificates: ssl.SSLContext, owner: UUID | None = None) -> None:
        """Store the guard, the trusted certificates, and the agency that named the receiver."""
        self._guard = guard
        self._owner = owner
        self._certificates = certificates
        self._connection: _Connection | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body, and return the answer. Raises `TargetRefused` and `Unanswered`."""
        for is_last in (False, True):
            self.open(url)
            try:
                self.send(body, headers)
                return self.answer()
            except Unanswered as unanswered:
                # A receiver can close a kept connection at any time; the first time does not count as its failure.
                if unanswered.reason != CLOSED or is_last:
                    raise
        raise Unanswered(CLOSED)

    def open(self, url: str) -> None:
        """Connect to a URL, unless the kept connection leads there. Raises `TargetRefused` and `Unanswered`."""
        connection = self._connection
        if connection is not None and connection.url == url and not self.is_old:
            return
        self.close()
        until = time.monotonic() + TOTAL_SECONDS
        route = self._guard.route(url, self._owner)
        connected = self._connected(route, until)
        self._connection = _Connection(connected, url, route.target, time.monotonic(), until)

    def send(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a body to the receiver of `open`; it has been written when this returns. Raises `Unanswered`."""
        connection = self._opened()
        connection.until = time.monotonic() + TOTAL_SECONDS
        with self._failing(connection):
            connection.socket.settimeout(SEND_SECONDS)
            connection.socket.sendall(_request(connection.target, body, headers))

    def answer(self) -> Answer:
        """Read the answer to the last request. Raises `Unanswered`.

        The receiver can delay this for up to `TOTAL_SECONDS`, so the caller must not hold a transaction open.
        """
        connection = self._opened()
        with self._failing(connection):
            connection.socket.settimeout(_remaining(connection.until))
            first = connection.socket.recv(LARGEST_ANSWER)
            answer, is_over = _answer(connection.socket, connection.until, first)
        connection.is_fresh = False
        if is_over:
            self.close()
        return answer

    @property
    def is_old(self) -> bool:
        """Return whether the kept connection is so old that the name must be resolved again."""
        return self._connection is not None and time.monotonic() - self._connection.opened >= KEPT_SECONDS

    def close(self) -> None:
        """Close the kept connection, if any."""
        if self._connection is not None:
            self._connection.socket.close()
            self._connection = None

    def _opened(self) -> _Connection:
        if self._connection is None:
            raise Unanswered(CLOSED)
        return self._connection

    @contextmanager
    def _failing(self, connection: _Connection) -> Iterator[None]:
        """Close the connection on any error, and raise `Unanswered` for it."""
        try:
            yield
        except TimeoutError:
            self.close()
            raise Unanswered("timed_out") from None
        except (OSError, HTTPException) as error:
            self.close()
            is_closed = isinstance(error, (ConnectionError, ssl.SSLError)) and not connection.is_fresh
            raise Unanswered(CLOSED if is_closed else "no_http_answer") from None

    def _connected(self, route: Route, until: float) -> socket.socket:
        reason = "unreachable"
        for address in route.addresses:
            # Do not use a function that could resolve the name again: connect only to the checked address.
            plain = socket.socket(socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6)
            try:
                plain.settimeout(min(CONNECT_SECONDS, _remaining(until)))
                plain.connect((str(address), route.target.port))
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                plain.close()
                reason = "timed_out" if isinstance(error, TimeoutError) else reason
            else:
                return plain if route.target.scheme == "http" else self._secured(plain, route.target, until)
        raise Unanswered(reason)

    def _secured(self, plain: socket.socket, target: Target, until: float) -> socket.socket:
        try:
            plain.settimeout(min(CONNECT_SECONDS, _remaining(until)))
            return self._certificates.wrap_socket(plain, server_hostname=target.host)
        except TimeoutError:
            plain.close()
            raise Unanswered("timed_out") from None
        except OSError as error:
            plain.close()
            reason = "certificate_refused" if isinstance(error, ssl.SSLCertVerificationError) else "no_tls"
            raise Unanswered(reason) from None


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {"Host": target.authority, **_FORMS, **headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.resource} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _answer(connected: socket.socket, until: float, first: bytes) -> tuple[Answer, bool]:
    """Read an answer; return it, and whether the connection must be closed."""
    plain = _plain(first)
    return (plain, False) if plain is not None else _read(connected, until, first)


def _plain(first: bytes) -> Answer | None:
    """Return a simple acceptance without further content, if it is complete; None for any other answer.

    Almost every answer is one, and parsing the headers takes a third of the time of a delivery.
    """
    head = _TAKEN.match(first)
    if head is None:
        return None
    status, body, lengths = int(head[1]), first[head.end() :], list(map(int, _LENGTH.findall(head[2])))
    promised = [0] if status == NO_CONTENT and not lengths else lengths
    is_whole = promised == [len(body)] and head[2].lower().count(b"content-length") == len(lengths)
    return Answer(status, body, None) if is_whole and not (status == NO_CONTENT and body) else None


def _read(connected: socket.socket, until: float, first: bytes) -> tuple[Answer, bool]:
    source = _Source(_Reading(connected, until, first))
    if not first:
        raise ConnectionResetError
    # Closed here: from Python 3.13 on, an incomplete one prints an error when it is garbage-collected.
    with closing(HTTPResponse(source, method="POST")) as response:  # type: ignore[arg-type]  # all that it asks of a socket
        response.begin()
        body = response.read(LARGEST_ANSWER)
        is_over = response.will_close or not response.isclosed()
        return Answer(response.status, body, response.getheader("Retry-After")), is_over
