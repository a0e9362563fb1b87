"""The shipped proxy (`deploy/proxy/nginx.conf`) prevents request smuggling and forwards only public paths.

The tests run it in front of the services' own HTTP parser, with an application that records its requests.
"""

import contextlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from deploy.cli.installation import SERVICES, USUAL_PORTS
from deploy.cli.servers import free_ports
from services import DESK_PORT, PUBLIC_PORT
from shared.http.server.connection import Connection
from tests.kit import certificates
from tests.kit.waiting import wait_until
from tests.security.http_forms import HOSTILE, PLAIN

CHECKOUT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path=CHECKOUT / "build" / "proxy")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx here: .ci/install-nginx")
HOST = b"Host: intake.a\r\n"
#: A path that the proxy never forwards: if a service receives it, it was smuggled past the proxy.
SMUGGLED = b"GET /health/live HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
WAITS = {"client_header": 10, "client_body": 15, "keepalive": 30}
#: Requests without one of our hosts: the proxy closes the connection.
OTHERS_HOSTS = ("a host of IPv6", "HTTP/1.0 that stays")
SHUT = (
    *("/metrics", "/health/ready", "/health/live", "/docs", "/asyncapi.json"),
    *("/", "/v1", "/v2/cases", "/v1/../metrics", "/v1/..%2fmetrics"),
)


@dataclass
class Behind:
    """A service behind the proxy: its port, the received paths, and the reported client addresses."""

    listening: socket.socket
    paths: list[str] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)

    def answer(self, environ: dict[str, object], start: Callable[..., object]) -> list[bytes]:
        self.paths.append(str(environ["PATH_INFO"]))
        self.callers.append(str(environ.get("HTTP_X_FORWARDED_FOR")))
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
        return [b"{}"]

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # the test's end closes it
            while True:
                connection, client = self.listening.accept()
                threading.Thread(target=Connection(connection, client[:2], self.answer).serve, daemon=True).start()


@dataclass(frozen=True)
class Proxy:
    """A running proxy."""

    port: int
    behind: Behind

    def ask(self, sent: bytes) -> bytes:
        """Send bytes; return all received bytes until the connection is closed."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        received = b""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=30) as plain,
            trusting.wrap_socket(plain, server_hostname="intake.a") as connection,
            contextlib.suppress(ConnectionError, ssl.SSLError),
        ):
            connection.sendall(sent)
            while piece := connection.recv(65536):
                received += piece
        return received

    def status(self, path: str, host: str = "intake.a") -> int | None:
        """Return the status of a response, or None if the connection is closed without one."""
        answer = self.ask(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return int(answer.split(b" ", 2)[1]) if answer else None


@contextlib.contextmanager
def running(folder: Path, waits: Mapping[str, str]) -> Iterator[Proxy]:
    """Run the shipped proxy with other addresses and with the replacements in `waits`."""
    folder.chmod(0o755)
    _authority, server = certificates.made(folder)
    outside, health = free_ports(2)
    behind = Behind(socket.create_server(("127.0.0.1", 0)))
    threading.Thread(target=behind.serve, daemon=True).start()
    address = f"127.0.0.1:{behind.listening.getsockname()[1]};"
    places = {f"{service}:{USUAL_PORTS[service]};": address for service in SERVICES}
    places |= {f"web-desk:{DESK_PORT};": address, f"web-public:{PUBLIC_PORT};": address}
    places |= {"/run/tls/chain.pem": str(server), "/run/tls/key.pem": str(server), "/tmp/": f"{folder}/"}  # noqa: S108
    places |= {"listen 8443": f"listen 127.0.0.1:{outside}", "127.0.0.1:8080": f"127.0.0.1:{health}"}
    places |= waits
    shipped = (CHECKOUT / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    file = folder / "nginx.conf"
    file.write_text(re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], shipped), encoding="utf-8")
    process = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(file), "-e", "stderr", "-g", "daemon off;"])
    try:
        wait_until(lambda: process.poll() is not None or _answers(health), "nginx answers, or has ended")
        assert process.poll() is None, "nginx took the configuration"
        yield Proxy(outside, behind)
    finally:
        process.terminate()
        process.wait()
        behind.listening.close()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with running(tmp_path_factory.mktemp("proxy"), {}) as ours:
        yield ours


@pytest.fixture(scope="module")
def hasty_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Run a proxy with timeouts of 1 second for endless requests. Slow complete requests would need more time."""
    waits = {f"{name}_timeout {seconds}s": f"{name}_timeout 1s" for name, seconds in WAITS.items()}
    with running(tmp_path_factory.mktemp("proxy"), waits) as ours:
        yield ours


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=30).status_code == requests.codes.no_content
    except requests.RequestException:
        return False


def for_intake(form: bytes) -> bytes:
    return (
        form.replace(b"Host: a\r\n", HOST).replace(b"http://a/", b"http://intake.a/").replace(b"a.example", b"intake.a")
    )


@pytest.mark.promise("PROXY-1")
def test_nothing_is_smuggled_past_the_proxy(hasty_proxy: Proxy) -> None:
    for form in HOSTILE.values():
        hasty_proxy.ask(for_intake(form) + SMUGGLED)
    assert "/health/live" not in hasty_proxy.behind.paths


@pytest.mark.promise("PROXY-4")
def test_what_means_one_thing_comes_through(proxy: Proxy) -> None:
    ends = b"GET /v1/last HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    before = proxy.behind.paths.count("/v1/last")
    answers = {name: proxy.ask(for_intake(form) + ends) for name, form in PLAIN.items() if name not in OTHERS_HOSTS}
    assert [name for name, answer in answers.items() if b"HTTP/1.1 200 " not in answer] == []
    assert proxy.behind.paths.count("/v1/last") == before + len(answers)


@pytest.mark.promise("PROXY-2")
def test_only_what_is_public_is_handed_on(proxy: Proxy) -> None:
    before = list(proxy.behind.paths)
    assert {path: proxy.status(path) for path in SHUT} == dict.fromkeys(SHUT, 404)
    assert proxy.behind.paths == before
    assert proxy.status("/openapi.json") == 200
    assert proxy.status("/v1/self-check") == 200
    assert proxy.status("/v1/self-check", host="other.a") is None


@pytest.mark.promise("PROXY-3")
def test_the_desk_is_at_its_own_host(proxy: Proxy) -> None:
    assert {path: proxy.status(path, host="desk.a") for path in ("/", "/search", "/cases/1")} == dict.fromkeys(
        ("/", "/search", "/cases/1"), 200
    )
    before = list(proxy.behind.paths)
    inner = ("/metrics", "/health/ready", "/health/live")
    assert {path: proxy.status(path, host="desk.a") for path in inner} == dict.fromkeys(inner, 404)
    assert proxy.behind.paths == before
    claim = b"GET / HTTP/1.1\r\nHost: desk.a\r\nX-Forwarded-For: 192.0.2.9\r\nConnection: close\r\n\r\n"
    assert b" 200 " in proxy.ask(claim)
    assert proxy.behind.callers[-1] == "127.0.0.1"


@pytest.mark.promise("PROXY-8")
def test_the_public_pages_are_at_their_own_host(proxy: Proxy) -> None:
    pages = ("/", "/vi/questions", "/leave")
    assert {path: proxy.status(path, host="info.a") for path in pages} == dict.fromkeys(pages, 200)
    inner = ("/metrics", "/health/ready", "/health/live")
    assert {path: proxy.status(path, host="info.a") for path in inner} == dict.fromkeys(inner, 404)


@pytest.mark.promise("PROXY-5")
def test_who_asks_is_who_the_proxy_sees_whatever_is_claimed(proxy: Proxy) -> None:
    claim = b"GET /v1/self-check HTTP/1.1\r\n" + HOST + b"X-Forwarded-For: 192.0.2.9\r\nConnection: close\r\n\r\n"
    assert b" 200 " in proxy.ask(claim)
    assert proxy.behind.callers[-1] == "127.0.0.1"


def test_a_body_beyond_what_a_service_takes_is_refused_before_it(proxy: Proxy) -> None:
    head = b"POST /v1/self-checks HTTP/1.1\r\n" + HOST + b"Content-Length: 70000\r\nConnection: close\r\n\r\n"
    assert proxy.ask(head).startswith(b"HTTP/1.1 413 ")
