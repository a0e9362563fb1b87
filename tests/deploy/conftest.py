"""Stand-ins for the programs and services that the command runs and speaks to."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.api import Targets
from deploy.cli.child import Program
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.servers import free_ports
from shared.access import tokens

WAITS = "import signal, sys; print('begun', flush=True); signal.sigwait([signal.SIGTERM]); print('ended', flush=True)"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An installation in a folder with a space, on ports that nobody holds."""
    ports = dict(zip(here({}).ports, free_ports(7), strict=True))
    checkout = tmp_path / "a check out"
    checkout.mkdir()
    return Installation(checkout, tmp_path / "the state", ports, {"PATH": os.environ["PATH"]})


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    """Make a small program that says when it begins and, asked by SIGTERM, when it ends."""

    def make(name: str = "standin", source: str = WAITS, **more: Any) -> Program:
        environment = {"PATH": os.environ["PATH"]}
        # Blocked before the program begins, so that SIGTERM waits for it and can't come too early.
        command = [sys.executable, "-c", f"import signal; signal.pthread_sigmask(0, [{int(signal.SIGTERM)}])\n{source}"]
        return Program(name=name, command=command, environment=environment, directory=tmp_path, **more)

    return make


class StandIn:
    """The services' side of the wire: remembers requests, answers as told."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, str, Any, dict[str, str]]] = []  # service, method, path, body, headers
        self.answer: Callable[[str, str, str, Any], tuple[int, Any]] = lambda *_: (200, {})
        self.key = tokens.new_key(tokens.STAFF)
        self.verifier = tokens.Verifier(json.dumps(tokens.public_set([self.key])))
        self.servers = {name: self._serve(name) for name in SERVICES}
        urls = {name: f"http://127.0.0.1:{server.server_port}" for name, server in self.servers.items()}
        self.targets = Targets(urls, self.key)

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
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = _reply  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return server

    def close(self) -> None:
        for server in self.servers.values():
            server.shutdown()
            server.server_close()


@pytest.fixture
def services() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.close()
