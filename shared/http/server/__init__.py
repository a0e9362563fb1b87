"""Nameko's web server, bounded: what one client can take of it has an end, in time, in bytes and in connections.

A worker is only taken by a request that is here in full, so a client that sends a byte a second holds its own
connection, for seconds, and nobody else's request. Nameko starts it and owns its threads; what is read and written is
the connection's (`connection`), by a kept parser (`parser`).
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
        """Begin without a connection."""
        super().__init__()
        self._open: Counter[str] = Counter()

    def make_url_map(self) -> Map:
        """Return the addresses of all entrypoints; an address that is written otherwise is none of them."""
        addresses = Map(strict_slashes=True, merge_slashes=False, redirect_defaults=False)
        elsewhere = self.container.config.get("elsewhere", ())
        for provider in self._providers:
            rule = provider.get_url_rule()
            if rule.rule in elsewhere:  # it has a port of its own
                continue
            rule.endpoint = provider
            addresses.add(rule)
        return addresses

    def get_wsgi_app(self) -> Application:
        """Return what answers requests."""
        config = self.container.config
        return Front(self.make_url_map(), config.get("callers"), config.get("waits"))

    def get_wsgi_server(self, sock: Any, wsgi_app: Application, **_options: Any) -> Application:  # noqa: ARG002
        """Return what answers requests: each connection is served by `process_request`, by no server of a library."""
        return wsgi_app

    def run(self) -> None:
        """Accept connections until the server stops."""
        while self._is_accepting:
            connection, client = self._sock.accept()
            self.container.spawn_managed_thread(partial(self.process_request, connection, client))

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
            Connection(sock, address[:2], self._serv).serve()
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
