"""Sends a body to the addresses that the guard has checked, and to no other; bounded in time and in size.

A connection is opened to a checked address, the certificate is that of the name, and the request names the host. It is
kept for a while for what comes next; then the name is asked for again. Redirects are answers like any other.
"""

import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from ipaddress import IPv4Address
from typing import Final

from shared.outbound.guard import Guard, Route
from shared.outbound.targets import Target

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 15.0
#: A connection is used for so long; whatever its name points to by then is checked anew.
KEPT_SECONDS = 60.0
#: So many bytes of an answer are read, and so many at most of what stands around it.
LARGEST_ANSWER, LARGEST_HEAD = 4_096, 32_768
_FORMS: Final = {"Content-Type": "application/cloudevents+json; charset=utf-8", "User-Agent": "Casepath-Webhooks/1"}


class Unanswered(Exception):
    """Nobody answered, or not as HTTP has it; `reason` is a code."""

    retryable = True

    def __init__(self, reason: str) -> None:
        """Store the reason."""
        super().__init__(reason)
        self.reason = reason


def believing(certificates: str) -> ssl.SSLContext:
    """Return whose certificates are believed: of the authorities named (PEM), or else of the system's."""
    return ssl.create_default_context(cadata=certificates or None)


@dataclass(frozen=True)
class Answer:
    """What was answered: its status, the beginning of its body, and the header Retry-After, if there is one."""

    status: int
    body: bytes
    retry_after: str | None


class _Reading(io.RawIOBase):
    """A socket as a file that ends at a deadline, and after so many bytes."""

    def __init__(self, connected: socket.socket, until: float) -> None:
        super().__init__()
        self._socket, self._until, self._left = connected, until, LARGEST_ANSWER + LARGEST_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # a buffer, as it says
        if self._left <= 0:
            raise HTTPException
        self._socket.settimeout(_remaining(self._until))
        count = self._socket.recv_into(buffer, min(len(buffer), self._left))
        self._left -= count
        return count


class _Source:
    """What `HTTPResponse` asks for in the place of a socket."""

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
    opened: float
    #: Nobody has answered on it yet: what fails then fails not because it was kept too long.
    is_fresh: bool = True


class Posting:
    """Posts to one receiver at a time, over one connection that is kept between two posts."""

    def __init__(self, guard: Guard, certificates: ssl.SSLContext) -> None:
        """Store what decides where to, and whose certificates are believed."""
        self._guard = guard
        self._certificates = certificates
        self._connection: _Connection | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body, and return what was answered. Raises `TargetRefused` and `Unanswered`."""
        until = time.monotonic() + TOTAL_SECONDS
        target = self._guard.read(url)
        request = _request(target, body, headers)
        connection = self._kept(url)
        if connection is not None:
            try:
                return self._exchange(connection, request, until)
            except Unanswered as unanswered:
                # A receiver may close what it has kept for a while at any time; once, that is no failure of its.
                if unanswered.reason != "closed":
                    raise
        return self._exchange(self._opened(url, until), request, until)

    def close(self) -> None:
        """Close the connection that is kept, if any."""
        if self._connection is not None:
            self._connection.socket.close()
            self._connection = None

    def _kept(self, url: str) -> _Connection | None:
        connection = self._connection
        if connection is None or (connection.url == url and time.monotonic() - connection.opened < KEPT_SECONDS):
            return connection
        self.close()
        return None

    def _opened(self, url: str, until: float) -> _Connection:
        route = self._guard.route(url)
        self._connection = _Connection(self._connected(route, until), url, time.monotonic())
        return self._connection

    def _connected(self, route: Route, until: float) -> socket.socket:
        reason = "unreachable"
        for address in route.addresses:
            # No function that would ask a resolver again: the address as it was checked, and nothing else.
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

    def _exchange(self, connection: _Connection, request: bytes, until: float) -> Answer:
        try:
            connection.socket.settimeout(_remaining(until))
            connection.socket.sendall(request)
            answer, is_over = _answer(connection.socket, until)
        except TimeoutError:
            self.close()
            raise Unanswered("timed_out") from None
        except (OSError, HTTPException) as error:
            self.close()
            is_closed = isinstance(error, (ConnectionError, ssl.SSLError)) and not connection.is_fresh
            raise Unanswered("closed" if is_closed else "no_http_answer") from None
        connection.is_fresh = False
        if is_over:
            self.close()
        return answer


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {"Host": target.authority, **_FORMS, **headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.resource} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _answer(connected: socket.socket, until: float) -> tuple[Answer, bool]:
    """Read an answer; return it, and whether the connection can carry no other."""
    source = _Source(_Reading(connected, until))
    response = HTTPResponse(source, method="POST")  # type: ignore[arg-type]  # all that it asks of a socket
    response.begin()
    body = response.read(LARGEST_ANSWER)
    is_over = response.will_close or not response.isclosed()
    return Answer(response.status, body, response.getheader("Retry-After")), is_over
