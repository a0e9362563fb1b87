"""Nameko's web server with limits on the time, bytes and connections that one client can use.

A request occupies a worker only after it has arrived in full. A client that sends a byte a second therefore occupies
only its own connection, for seconds, and no worker. Nameko starts the server and owns its threads. `connection` reads
and writes, with the maintained parser in `parser`.
"""

from collections import Counter
from contextlib import suppress
from functools import partial
from typing import Any

from nameko.web.server import WebServer
from werkzeug.routing import Map

from shared.http.server.bounds import BODY_SECONDS, HEAD_SECONDS, IDLE_SECONDS, LARGEST_BODY, SHARE
from shared.http.server.connection import Application, Connection
from shared.http.server.front import Front, address_of, client_of

__all__ = ["BODY_SECONDS", "HEAD_SECONDS", "IDLE_SECONDS", "LARGEST_BODY", "Server", "address_of", "client_of"]

_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Server(WebServer):  # type: ignore[misc]  # nameko carries no types
    """The web server of a service."""

    def __init__(self) -> None:
        """Start without connections."""
        super().__init__()
        self._open: Counter[str] = Counter()

    def make_url_map(self) -> Map:
        """Return the addresses of all entrypoints. Other spellings of an address are not served."""
        addresses = Map(strict_slashes=True, merge_slashes=False, redirect_defaults=False)
        elsewhere = self.container.config.get("elsewhere", ())
        for provider in self._providers:
            rule = provider.get_url_rule()
            if rule.rule in elsewhere:  # it has its own port
                continue
            rule.endpoint = provider
            addresses.add(rule)
        return addresses

    def get_wsgi_app(self) -> Application:
        """Return the WSGI application that answers requests."""
        config = self.container.config
        return Front(self.make_url_map(), config.get("callers"), config.get("waits"))

    def get_wsgi_server(self, sock: Any, wsgi_app: Application, **_options: Any) -> Application:  # noqa: ARG002
        """Return the WSGI application. `process_request` serves each connection, without a server library."""
        return wsgi_app

    def run(self) -> None:
        """Accept connections until the server stops."""
        while self._is_accepting:
            connection, client = self._sock.accept()
            self.container.spawn_managed_thread(partial(self.process_request, connection, client))

    def process_request(self, sock: Any, address: Any) -> None:
        """Serve a connection if its client's address is below its limit."""
        client, most = str(address[0]), int(self.container.config.get("connections", 500))
        if self._open.total() >= most or self._open[client] >= most * SHARE:
            with suppress(OSError):  # the client has disconnected: no one needs the answer
                sock.sendall(_BUSY)
            sock.close()
            return
        self._open[client] += 1
        try:
            Connection(sock, address[:2], self._serv).serve()
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
