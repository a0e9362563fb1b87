"""A small listener beside the service's own: a program of the installation, such as the broker, asks; yes or no.

It has a port of its own, on loopback or on the inner network, and no proxy leads to it. Requests are read as strictly
as everywhere (`shared.http.server`).
"""

import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

from shared.http.server.connection import HANG_UP, Connection, Environ
from shared.store.loop import Loop
from shared.telemetry.logs import logger

#: A path, and what a form holds by its names; the answer is yes or no.
Answer: TypeAlias = Callable[[str, Mapping[str, str]], bool]
YES, NO = b"allow", b"deny"
LARGEST_FORM: Final = 8 * 1024
_FIELDS_AT_MOST: Final = 32
#: Connections served at once; more wait to be accepted.
_CONNECTIONS: Final = 64
_BACKLOG: Final = 128
_LOOK_SECONDS: Final = 0.5
_RETRY_SECONDS: Final = 5.0

log = logger()


class FormListener(Loop):
    """Listens for forms (POST), each answered with `allow` or `deny`."""

    def __init__(self, listen: str, answer: Answer) -> None:
        """Store where to listen (host:port) and what answers; nothing is opened before `run`."""
        super().__init__(self._serve, retry=_RETRY_SECONDS, passing=(OSError,))
        host, _, port = listen.rpartition(":")
        self._address = host, int(port)
        self._answer = answer
        self._room = threading.BoundedSemaphore(_CONNECTIONS)

    def report(self, error: Exception) -> None:
        """Log that the address can't be listened on; the next try may succeed."""
        log.warning("form_listener.away", listen=f"{self._address[0]}:{self._address[1]}", error=type(error).__name__)

    def _serve(self) -> None:
        with socket.create_server(self._address, backlog=_BACKLOG) as listening:
            listening.settimeout(_LOOK_SECONDS)
            while not self.is_stopping:
                self._accept(listening)

    def _accept(self, listening: socket.socket) -> None:
        if not self._room.acquire(timeout=_LOOK_SECONDS):
            return
        try:
            connection, client = listening.accept()
        except OSError as error:
            self._room.release()
            if not isinstance(error, TimeoutError):
                raise
            return
        threading.Thread(target=self._serve_one, args=(connection, client), daemon=True).start()

    def _serve_one(self, connection: socket.socket, client: tuple[str, int]) -> None:
        try:
            Connection(connection, client, self._application).serve()
        finally:
            self._room.release()

    def _application(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        # One question a connection: one that lasted would be answered by this listener after its end.
        environ[HANG_UP]()
        status, reply = self._reply(environ)
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(reply)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [reply]

    def _reply(self, environ: Environ) -> tuple[HTTPStatus, bytes]:
        form = _form(environ)
        if form is None:
            return HTTPStatus.BAD_REQUEST, b""
        try:
            return HTTPStatus.OK, YES if self._answer(environ["PATH_INFO"], form) else NO
        except Exception as error:  # noqa: BLE001 - whatever it is, who asks is not let in
            log.warning("form_listener.failed", error=type(error).__name__)
            return HTTPStatus.SERVICE_UNAVAILABLE, b""


def _form(environ: Environ) -> Mapping[str, str] | None:
    """Return the form of a request; None where it is none, is too large, or names something twice."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if environ["REQUEST_METHOD"] != "POST" or "HTTP_TRANSFER_ENCODING" in environ or length > LARGEST_FORM:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS_AT_MOST, errors="strict")
    except ValueError:
        return None
    form = dict(pairs)
    return form if len(form) == len(pairs) else None
