"""The layer before nameko's entrypoints: addresses, bodies, turns. Its own refusals are problem documents too."""

import ipaddress
import time
from collections.abc import Iterable
from contextlib import nullcontext, suppress
from dataclasses import replace
from io import BytesIO
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map
from werkzeug.wrappers import Request, Response

from shared.access import visitors
from shared.events.envelope import new_id
from shared.http import headers
from shared.http.problems import Refused, answer
from shared.http.rates import AskedTooManyAtOnce, AskedTooOften
from shared.http.server import bounds
from shared.http.server.connection import BODY_WANTED, HANG_UP, SHARED, Environ
from shared.http.server.waits import NothingNew, Waits
from shared.telemetry import metrics

_NOT_SERVED = {
    404: (
        "No such address",
        (
            "This service has no such address: it is mistyped, belongs to another service, or contains an id that "
            "is not a UUID. Compare it with /openapi.json."
        ),
    ),
    405: (
        "Not with this method",
        "This address does not support this method. Use a method that the Allow header names.",
    ),
}


class Front:
    """Finds a request's entrypoint, reads its body, and forwards it when its caller's turn has come."""

    def __init__(self, addresses: Map, callers: Any = None, waits: Waits | None = None) -> None:
        """Store the addresses, and the queue of callers (`shared.http.callers.Callers`).

        Without it, requests do not queue.

        `waits`: holds the requests that wait for something new. Without it, every request is answered immediately.
        """
        self._addresses = addresses.bind("")
        self._callers = callers
        self._waits = waits

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a request. An address or method that is not served gets a problem document."""
        environ[SHARED] = self._callers is not None and self._callers.speaks_for_many(environ)
        try:
            response = self._answer(environ)
        except HTTPException as error:
            response = self._not_served(error, environ)
        except Refused as refused:
            response = _own(refused, environ)
        return response(environ, start_response)

    def _answer(self, environ: Environ) -> Response:
        provider, path_values = self._entrypoint(environ)
        _take_body(environ)
        try:
            response = self._handed_over(provider, environ, path_values)
            if self._waits is not None and isinstance(response, NothingNew):
                response = self._waited(self._waits, response, provider, environ, path_values)
        except AskedTooManyAtOnce as refused:
            metrics.requests.labels(provider.url, environ["REQUEST_METHOD"], refused.status).inc()
            return _own(refused, environ)
        return response

    def _waited(
        self, waits: Waits, held: NothingNew, provider: Any, environ: Environ, path_values: dict[str, Any]
    ) -> Response:
        """Return the first answer with something new for its caller, or the last one when the caller's time is over.

        A change can concern another caller; then this caller waits for the rest of their time. A waiting request does
        not hold its caller's turn, so the caller can send other requests.
        """
        ends = time.monotonic() + held.awaited.seconds
        while waits.wait_for(replace(held.awaited, seconds=max(0.0, ends - time.monotonic()))):
            response = self._handed_over(provider, environ, path_values)
            if not isinstance(response, NothingNew):
                return response
            held = response
        return held

    def _handed_over(self, provider: Any, environ: Environ, path_values: dict[str, Any]) -> Response:
        """Return a worker's answer, once the caller's turn has come. Raises `AskedTooManyAtOnce`."""
        request = Request(environ, shallow=True)
        request.path_values = path_values  # type: ignore[attr-defined]  # nameko's own way to hand them on
        with nullcontext() if self._callers is None else self._callers.turn(environ):
            response: Response = provider.handle_request(request)
            return response

    def _not_served(self, error: HTTPException, environ: Environ) -> Response:
        metrics.unknown_addresses.inc()
        try:
            if self._callers is not None:
                self._callers.count_in_vain(environ)
        except AskedTooOften as refused:
            return _own(refused, environ)
        if not isinstance(error, MethodNotAllowed):
            return _own(Refused(404, *_NOT_SERVED[404]), environ)  # a redirect too: no address redirects to another
        response = _own(Refused(405, *_NOT_SERVED[405]), environ)
        # The answer to a wrong method names the right ones (RFC 9110, section 15.5.6).
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response

    def _entrypoint(self, environ: Environ) -> tuple[Any, dict[str, Any]]:
        """Return the entrypoint of an address, and the values in it. Raises `HTTPException`."""
        path = environ["PATH_INFO"]
        # The map treats several leading slashes as one, and an encoded slash as a plain one.
        if path.startswith("//") or "%2f" in environ["RAW_URI"].partition("?")[0].lower():
            raise NotFound
        address = path.encode("latin-1").decode(errors="replace")
        provider, path_values = self._addresses.match(address, environ["REQUEST_METHOD"])
        return provider, dict(path_values)


def _own(error: Exception, environ: Environ) -> Response:
    """Return a problem document of this layer. If the body was not read, it also ends the connection."""
    if not isinstance(environ["wsgi.input"], BytesIO) and _has_body(environ):
        environ[HANG_UP]()
    response = answer(error, str(new_id()))
    response.headers.extend(headers.SECURITY)
    return response


def _has_body(environ: Environ) -> bool:
    return "HTTP_TRANSFER_ENCODING" in environ or int(environ.get("CONTENT_LENGTH", 0)) > 0


def _take_body(environ: Environ) -> None:
    """Read a request's body in full before any work is done. A body that is too large is not read."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise Refused(
            411,
            "Length is missing",
            "The Content-Length header is missing, so the length of the body is not known. Send the body with a "
            "Content-Length.",
        )
    length = int(environ.get("CONTENT_LENGTH", 0))
    if length > bounds.LARGEST_BODY:
        raise Refused(
            413,
            "Too large",
            f"The body of the request is larger than {bounds.LARGEST_BODY} bytes. Send less in one request.",
        )
    try:
        if length:
            environ[BODY_WANTED]()
        body = environ["wsgi.input"].read(length) if length else b""
    except TimeoutError:
        raise Refused(
            408,
            "Too slow",
            f"The request did not arrive within {bounds.BODY_SECONDS:.0f} seconds. Send the whole request faster, "
            "or send less.",
        ) from None
    if len(body) < length:
        raise Refused(400, "Unreadable", "The body is shorter than its Content-Length. Send the whole body again.")
    environ["wsgi.input"] = BytesIO(body)


def client_of(environ: Environ, trusted_header: str, public_secret: str) -> str:
    """Return what identifies a client: the network that `web-public` proves for its visitor, or else the address.

    The address is that of `address_of`. For IPv6, it is the network of one client (/64).
    """
    visitor = visitors.visitor_of(public_secret, environ.get(visitors.IN_ENVIRON))
    if visitor is not None:
        return f"visitor {visitor}"
    address = address_of(environ, trusted_header)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return "unknown" if address is None else str(address)


def address_of(environ: Environ, trusted_header: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address of the client; None if there is none.

    A header is trusted only if a setting states that our own proxy writes it. If it contains several addresses, the
    last one applies, because that proxy added it. The client could have written those before it.
    """
    name = "HTTP_" + trusted_header.upper().replace("-", "_")
    forwarded = environ.get(name, "").rpartition(",")[2].strip() if trusted_header else ""
    for candidate in (forwarded, environ.get("REMOTE_ADDR", "")):
        with suppress(ValueError):  # a header can contain anything: then the connection's own address applies
            address = ipaddress.ip_address(candidate)
            mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
            return mapped or address
    return None
