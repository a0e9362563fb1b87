"""A small additional listener for programs of the installation: the broker, or the metrics collector.

It has its own port, on loopback or on the inner network, and no proxy forwards to it. Requests are parsed as strictly
as at the main listener (`shared.http.server`).
"""

import socket
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Final

from shared.http.server.connection import HANG_UP, Connection, Environ
from shared.store.loop import Loop
from shared.telemetry.logs import logger

#: Connections served at the same time. More wait to be accepted.
_CONNECTIONS: Final = 64
_BACKLOG: Final = 128
_LOOK_SECONDS: Final = 0.5
_RETRY_SECONDS: Final = 5.0

log = logger()


class InnerListener(Loop):
    """Listens at its own address, and answers one request per connection."""

    content_type = "text/plain"

    def __init__(self, listen: str) -> None:
        """Store where to listen (host:port). `run` opens the socket."""
        super().__init__(self._serve, retry=_RETRY_SECONDS, passing=(OSError,))
        host, _, port = listen.rpartition(":")
        self._address = host, int(port)
        self._room = threading.BoundedSemaphore(_CONNECTIONS)

    @abstractmethod
    def reply(self, environ: Environ) -> tuple[HTTPStatus, bytes]:
        """Return the answer to a request."""

    def report(self, error: Exception) -> None:
        """Log that the listener can't bind its address. The next try can succeed."""
        log.warning("inner_listener.away", listen=f"{self._address[0]}:{self._address[1]}", error=type(error).__name__)

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
        # One request per connection: this listener would still answer a persistent connection after it has ended.
        environ[HANG_UP]()
        status, reply = self.reply(environ)
        headers = [("Content-Type", self.content_type), ("Content-Length", str(len(reply)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [reply]
