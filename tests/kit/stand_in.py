"""A stand-in for the services with which the command communicates."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from deploy.cli.api import Targets
from deploy.cli.installation import SERVICES
from shared.access import tokens


class StandIn:
    """The services' side of the connection: stores the requests and returns the prepared responses."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, str, Any, dict[str, str]]] = []  # service, method, path, body, headers
        #: Headers that are sent with every response, in addition to the usual ones.
        self.headers: dict[str, str] = {}
        self.answer: Callable[[str, str, str, Any], tuple[int, Any]] = lambda *_: (200, {})
        self.key, self.staff_key = tokens.new_key(tokens.OPERATOR), tokens.new_key(tokens.STAFF)
        self.verifier = tokens.Verifier(json.dumps(tokens.public_set([self.key, self.staff_key])))
        self.servers = {name: self._serve(name) for name in SERVICES}
        urls = {name: f"http://127.0.0.1:{server.server_port}" for name, server in self.servers.items()}
        self.targets = Targets(urls, self.key, self.staff_key)

    def _serve(self, service: str) -> ThreadingHTTPServer:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def _reply(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
                stand_in.requests.append((service, self.command, self.path, body, dict(self.headers)))
                status, document = stand_in.answer(service, self.command, self.path, body)
                content = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                for name, value in stand_in.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _reply  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return server

    def close(self) -> None:
        for server in self.servers.values():
            server.shutdown()
            server.server_close()
