"""Receivers of webhooks on loopback, like those of agencies: real HTTP servers that store the requests."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

#: The egress addresses that a test allows.
LOOPBACK = ("127.0.0.0/8 ::1/128", "1-65535", "127.0.0.1 localhost ::1")


@dataclass(frozen=True)
class Sent:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True)
class Replying:
    """The response of a receiver."""

    status: int = 204
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Receiver:
    """The received requests; `reply` decides how each request is answered."""

    port: int
    reply: Callable[[Sent], Replying]
    scheme: str = "http"
    host: str = "127.0.0.1"
    sent: list[Sent] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/hook"

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer like this from now on."""
        written = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reply = lambda _sent: Replying(status, body, written)


@contextmanager
def receiving(certificate: Path | None = None, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """Run a receiver at an address of this machine that answers 204, until the block ends."""

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
            """Ignore clients that disconnect during a request: some tests cause this."""

    server = Quiet((host, 0), Handler)
    receiver = Receiver(server.server_port, lambda _sent: Replying(), "https" if certificate else "http", host)
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


@dataclass
class Trickling:
    """A receiver that starts each response immediately, and completes it only when the test allows it."""

    port: int
    ends: threading.Event = field(default_factory=threading.Event)
    #: The number of responses that have started, and of those that have ended for any reason.
    begun: int = 0
    over: int = 0
    bodies: list[bytes] = field(default_factory=list)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def in_hand(self) -> int:
        return self.begun - self.over

    @contextmanager
    def answering(self, body: bytes) -> Iterator[None]:
        with self._counting:
            self.begun += 1
            self.bodies.append(body)
        try:
            yield
        finally:
            with self._counting:
                self.over += 1


@contextmanager
def trickling() -> Iterator[Trickling]:
    """Run a receiver that sends its responses character by character, and completes none before the test allows it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            with receiver.answering(self.rfile.read(int(self.headers["Content-Length"]))):
                self.wfile.write(b"HTTP/1.1 204 No Content\r\nX-A: ")
                while not receiver.ends.wait(0.05):
                    self.wfile.write(b"a")
                self.wfile.write(b"a\r\n\r\n")

        def log_message(self, *_words: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_of: object) -> None:
            """Ignore clients that give up."""

    server = Quiet(("127.0.0.1", 0), Handler)
    receiver = Trickling(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ends.set()
        server.shutdown()
        server.server_close()
        thread.join()
