"""Receivers of webhooks on loopback, as agencies run them: real HTTP servers that keep what they were sent."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

#: The outlets that a test opens to itself.
LOOPBACK = ("127.0.0.0/8 ::1/128", "1-65535", "127.0.0.1 localhost ::1")


@dataclass(frozen=True)
class Sent:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True)
class Replying:
    """How a receiver answers."""

    status: int = 204
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Receiver:
    """What was received; `reply` decides how each request is answered."""

    port: int
    reply: Callable[[Sent], Replying]
    scheme: str = "http"
    sent: list[Sent] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer so from now on."""
        written = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reply = lambda _sent: Replying(status, body, written)


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[Receiver]:
    """Run a receiver that says 204, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent = Sent(self.path, dict(self.headers), body, self.client_address[1])
            receiver.sent.append(sent)
            replying = receiver.reply(sent)
            self.send_response(replying.status)
            for name, value in replying.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in replying.headers:
                self.send_header("Content-Length", str(len(replying.body)))
            self.end_headers()
            self.wfile.write(replying.body)

        def log_message(self, *_words: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_of: object) -> None:
            """A client that goes away in the middle is what some tests are about."""

    server = Quiet(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port, lambda _sent: Replying(), "https" if certificate else "http")
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
