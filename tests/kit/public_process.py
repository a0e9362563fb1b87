"""The process `web-public` as an operator runs it, and everything that it writes."""

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from deploy.cli.environment import answers
from deploy.cli.servers import free_ports
from tests.kit.certificates import made
from tests.kit.public import SECRET, IntakeStandIn
from tests.kit.stand_in import StandIn
from tests.kit.waiting import wait_until

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Pages:
    """A running process `web-public`, and the file with its output."""

    address: str
    metrics: str
    output: Path
    #: Another site to which people leave.
    leave_to: str

    def written(self) -> str:
        """Return everything that the process has written."""
        return self.output.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True)
class PublicProcess(Pages):
    """A running process with a stand-in for intake."""

    services: StandIn
    intake: IntakeStandIn


@contextmanager
def public_process(folder: Path) -> Iterator[PublicProcess]:
    """Run the process with a stand-in for intake until the end of the block."""
    services, intake = StandIn(), IntakeStandIn()
    services.answer = intake
    try:
        with public_pages(folder, services.targets.urls["intake"], SECRET) as pages:
            yield PublicProcess(**vars(pages), services=services, intake=intake)
    finally:
        services.close()


@contextmanager
def public_pages(folder: Path, intake: str, secret: str) -> Iterator[Pages]:
    """Run the process with the intake at this address until the end of the block."""
    elsewhere = _elsewhere(made(folder)[1])
    leave_to = f"https://127.0.0.1:{elsewhere.server_port}/"
    port, metrics_port = free_ports(2)
    address, output = f"http://127.0.0.1:{port}", folder / "output"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(CHECKOUT),
        "CASEPATH_ENVIRONMENT": "training",
        "CASEPATH_INTAKE_URL": intake,
        "CASEPATH_PUBLIC_SECRET": secret,
        "CASEPATH_TRUSTED_HEADER": "X-Forwarded-For",
        "CASEPATH_LOG_LEVEL": "debug",
        "CASEPATH_WEB_PUBLIC_ADDRESS": address,
        "CASEPATH_WEB_PUBLIC_LISTEN": f"127.0.0.1:{port}",
        "CASEPATH_WEB_PUBLIC_LEAVE_TO": leave_to,
        "CASEPATH_WEB_PUBLIC_METRICS_LISTEN": f"127.0.0.1:{metrics_port}",
    }
    command = [sys.executable, "-m", "services.web.public"]
    with output.open("wb") as file:
        running = subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=file, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: answers(f"{address}/health/ready"), "the public pages are ready", 60)
        yield Pages(address, f"http://127.0.0.1:{metrics_port}/metrics", output, leave_to)
    finally:
        running.terminate()
        running.wait(30)
        elsewhere.shutdown()
        elsewhere.server_close()


def _elsewhere(certificate: Path) -> ThreadingHTTPServer:
    """Serve another site over TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = b"<!doctype html><html lang=en><title>Elsewhere</title><h1>Elsewhere</h1>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
