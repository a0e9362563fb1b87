"""Strict parsing of requests with gunicorn's parser: an ambiguous request is refused.

A proxy before a service and the service itself must find the same requests in the same bytes. If they might not, the
connection ends, and the bytes that follow are never answered (decision 0112).
"""

import re
import time
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from gunicorn.config import Config
from gunicorn.http.errors import ExpectationFailed, LimitRequestHeaders, LimitRequestLine, NoMoreData, ParseException
from gunicorn.http.message import Request
from gunicorn.http.unreader import Unreader

from shared.http.problems import Refused
from shared.http.server import bounds

#: A host and optionally a port (RFC 9110, section 7.2), and nothing else: no list, no user, no path.
_HOST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+;=%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_VERSIONS = ((1, 0), (1, 1))
_PIECE = 8192


def _strict() -> Config:
    """Return gunicorn's settings: with our limits, and without trust in any proxy header."""
    settings = Config()
    for name, choice in (
        ("limit_request_line", bounds.LONGEST_ADDRESS),
        ("limit_request_fields", bounds.MOST_HEADERS),
        ("limit_request_field_size", bounds.LONGEST_HEADER),
        ("forwarded_allow_ips", ""),
        ("forwarder_headers", ""),
        ("secure_scheme_headers", {}),
        ("http_parser", "python"),  # the same one everywhere, even if the C implementation is installed
    ):
        settings.set(name, choice)
    return settings


STRICT = _strict()


class Received(Unreader):  # type: ignore[misc]  # gunicorn carries no types
    """The input of a client, read within limits and until a deadline that further input does not extend."""

    def __init__(self, connection: Any) -> None:
        """Read from a connected socket."""
        super().__init__()
        self._connection = connection
        self._end = 0.0
        self._idle = False
        self._pieces = self._bytes = 0

    def expect_head(self) -> None:
        """Wait for a request: first idle until its first byte, then for a whole head."""
        self._idle = self.buf.tell() == 0
        self._expect(bounds.IDLE_SECONDS if self._idle else bounds.HEAD_SECONDS)
        self._bytes = bounds.LONGEST_ADDRESS + bounds.LARGEST_HEAD + 4 * bounds.MOST_HEADERS

    def expect_body(self) -> None:
        """Wait for a whole body."""
        self._idle = False
        self._expect(bounds.BODY_SECONDS)
        self._bytes = bounds.LARGEST_BODY

    def _expect(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._pieces = bounds.MOST_PIECES

    def chunk(self, size_hint: int | None = None) -> bytes:  # noqa: ARG002 - gunicorn's own signature
        """Receive the next piece. Raises `TimeoutError`, and `Refused` for a head or a body that is not completed.

        It is called only while the head or the body is incomplete.
        """
        if self._bytes <= 0:
            raise LimitRequestHeaders("")
        if self._pieces <= 0:
            raise _refused(400)
        # After the deadline, input that has already arrived is still read, without waiting.
        self._connection.settimeout(max(0.001, self._end - time.monotonic()))
        piece: bytes = self._connection.recv(_PIECE)
        self._pieces -= 1
        self._bytes -= len(piece)
        if self._idle and piece:
            self._idle = False
            self._end = time.monotonic() + bounds.HEAD_SECONDS
        return piece

    def throw_away(self, seconds: float) -> None:
        """Receive and discard the client's further input, for these seconds and no more than a body.

        Raises `OSError`.
        """
        self._expect(seconds)
        most = bounds.LARGEST_BODY
        while most > 0:
            self._connection.settimeout(max(0.001, self._end - time.monotonic()))
            piece = self._connection.recv(_PIECE)
            if not piece:
                return
            most -= len(piece)


def next_request(received: Received, client: tuple[str, int]) -> Request | None:
    """Return the head of the next request; None if the client has ended the connection. Raises `Refused`, `OSError`."""
    received.expect_head()
    try:
        request = Request(STRICT, received, client)
    except (StopIteration, NoMoreData):
        return None
    except LimitRequestLine:
        raise _refused(414) from None
    except LimitRequestHeaders:
        raise _refused(431) from None
    except ExpectationFailed:
        raise _refused(417) from None
    except (ParseException, ValueError):
        raise _refused(400) from None
    if sum(len(name) + len(value) for name, value in request.headers) > bounds.LARGEST_HEAD:
        raise _refused(431)
    if not _means_one_thing(request):
        raise _refused(400)
    return request


def _means_one_thing(request: Request) -> bool:
    """Return whether a request names one host and one address on it. Gunicorn leaves this check to its users."""
    host = next((value for name, value in request.headers if name == "HOST"), None)
    if request.version not in _VERSIONS or request.method == "CONNECT" or "#" in request.uri:
        return False
    if (host is None and request.version != (1, 0)) or (host is not None and _HOST.fullmatch(host) is None):
        return False
    if request.uri.startswith("/") or request.uri == "*":
        return True
    absolute = urlsplit(request.uri)
    return absolute.scheme.lower() in ("http", "https") and absolute.netloc.lower() == (host or "").lower()


def _refused(status: int) -> Refused:
    titles = {414: "Address too long", 417: "Expectation not met", 431: "Headers too large"}
    return Refused(
        status,
        titles.get(status, "Unreadable"),
        "The request is too long, or is not valid HTTP/1.1. Send a shorter, valid request.",
    )


def environ_of(request: Request, client: tuple[str, int], server: tuple[str, int]) -> dict[str, Any]:
    """Return a request as a WSGI environ (PEP 3333)."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "RAW_URI": request.uri,
        "QUERY_STRING": request.query,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{request.version[0]}.{request.version[1]}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": request.body,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):  # there is at most one of each of these
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
