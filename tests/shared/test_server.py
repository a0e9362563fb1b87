"""A client can use only limited resources of a real service process. Others are served. The tests use raw sockets."""

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests

from deploy.cli.servers import PostgresServer, RabbitServer
from shared.http import server
from shared.http.headers import SECURITY
from shared.http.server.connection import Connection
from tests.kit import serving
from tests.kit.private_servers import VirtualHost
from tests.kit.serving import Site
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration

RATES = {"CASEPATH_RATE_CLIENT": "off", "CASEPATH_RATE_CODES": "3/3600", "CASEPATH_RATE_CALLER": "40/3600"}
#: The time limits of head and body, plus time for a slow machine.
SLOW = server.HEAD_SECONDS + server.BODY_SECONDS + 10


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, rabbitmq: RabbitServer) -> Iterator[Site]:
    rabbitmq.add_vhost("bounded")
    uri = VirtualHost.at(rabbitmq, "bounded")
    with serving.opened(tmp_path_factory.mktemp("bounded"), postgres, uri, "bounded") as found:
        own_port = {"CASEPATH_INTAKE_METRICS_LISTEN": f"127.0.0.1:{found.installation.ports['legal']}"}
        found.start("intake", CASEPATH_CONNECTIONS="40", CASEPATH_TRUSTED_HEADER="X-Forwarded-For", **RATES, **own_port)
        found.wait_ready("intake")
        yield found


def address(site: Site) -> tuple[str, int]:
    parts = urlsplit(site.installation.address("intake"))
    return str(parts.hostname), int(parts.port or 0)


def said(site: Site, *, sent: bytes) -> bytes:
    """Send bytes; return all received bytes until the service closes the connection."""
    with socket.create_connection(address(site), timeout=SLOW) as connection:
        connection.sendall(sent)
        return everything(connection)


def everything(connection: socket.socket) -> bytes:
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while got := connection.recv(65536):
            found += got
    return found


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def drip(site: Site, beginning: bytes, cut: list[float]) -> None:
    """Send a beginning, then a byte per second; record the time until the service closes the connection."""
    began = time.monotonic()
    with socket.create_connection(address(site), timeout=1) as connection:
        connection.sendall(beginning)
        while time.monotonic() - began < SLOW:
            try:
                if not connection.recv(1):
                    break
            except TimeoutError:
                with contextlib.suppress(OSError):
                    connection.sendall(b"x")
            except OSError:
                break
    cut.append(time.monotonic() - began)


HEAD = b"GET /v1/self-check HTTP/1.1\r\nHost: a\r\nX-"
BODY = b"POST /v1/self-checks HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"


@pytest.mark.promise("SEC-90")
def test_a_client_that_sends_a_byte_a_second_is_cut_while_others_are_served(site: Site) -> None:
    cuts: list[list[float]] = [[], [], []]
    slow = [threading.Thread(target=drip, args=(site, *each)) for each in zip((HEAD, BODY, BODY), cuts, strict=True)]
    for each in slow:
        each.start()
    served = 0
    while any(each.is_alive() for each in slow):
        answer = requests.get(f"{site.installation.address('intake')}/v1/self-check", timeout=PATIENCE)
        served += answer.status_code == 200
        slow[-1].join(0.5)
    for each in slow:
        each.join()
    [head], *bodies = cuts
    assert head < server.HEAD_SECONDS + 5
    assert all(cut < server.BODY_SECONDS + 5 for [cut] in bodies)
    assert served > 10


@pytest.mark.promise("SEC-91")
def test_connections_have_an_end_and_one_address_has_its_share(site: Site) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(20):
            held.enter_context(socket.create_connection(address(site), timeout=5))
        answer = said(site, sent=b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert status(answer) == 503
        assert b"Retry-After" in answer
    wait_until(lambda: site.checks("intake").get("broker") == "ok", "there is room again", 10)


@pytest.mark.promise("SEC-99")
@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        (b"POST /v1/self-checks HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 200_000, 413),
        (b"POST /v1/self-checks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 411),
        (b"GET /v1/self-check HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST /v1/self-checks HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400),
        (b"POST /v1/self-checks HTTP/1.1\r\nHost: a\r\nContent-Length: -4\r\n\r\n", 400),
        (b"GET /v1/self-check HTTP/1.1\r\n" + b"X-A: b\r\n" * 65 + b"\r\n", 431),
        (b"GET /v1/self-check HTTP/1.1\r\n" + b"X-A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /v1/self-check HTTP/1.1\r\n" + (b"X-A: " + b"b" * 4000 + b"\r\n") * 5 + b"\r\n", 431),
        (b"GET /v1/self-check HTTP/1.1\r\nX-A: " + b"b" * 70_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"\x16\x03\x01\x02\x00\x01\x00marker\r\n\r\n", 400),
    ],
)
def test_what_is_too_large_or_no_request_is_refused_and_not_repeated(site: Site, sent: bytes, wanted: int) -> None:
    answer = said(site, sent=sent)
    assert status(answer) == wanted
    assert b"marker" not in answer
    # UUIDs occasionally contain four such letters in a row.
    assert b"bbbb" not in re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"", answer)


def test_a_second_request_does_not_hide_in_the_body_of_a_refused_one(site: Site) -> None:
    hidden = b"GET /v1/self-check HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = said(site, sent=b"POST /v1/self-checks HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n" + hidden)
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.promise("SEC-7")
def test_return_codes_are_neither_used_up_nor_found_by_trying(site: Site) -> None:
    url = f"{site.installation.address('intake')}/v1/self-checks"
    ask = {"language": "bg", "answers": {}, "return_code": True}

    def asked(path: str, body: object, client: str) -> requests.Response:
        return requests.post(url + path, json=body, headers={"X-Forwarded-For": client}, timeout=PATIENCE)

    assert asked("", ask, "203.0.113.1").json()["return_code"]
    tried = [asked("/returns", {"code": "1111-1111-1111-1111"}, "203.0.113.1") for _ in range(3)]
    assert [each.status_code for each in tried] == [422, 422, 429]
    assert 0 < int(tried[-1].headers["Retry-After"]) <= 1200
    assert asked("", ask, "203.0.113.1").status_code == 429
    assert asked("", {**ask, "return_code": False}, "203.0.113.1").status_code == 200, "they are still informed"
    assert asked("", ask, "203.0.113.2").status_code == 200, "and another gets a code"


@pytest.mark.promise("SEC-6")
def test_a_caller_who_asks_without_end_is_told_to_wait_and_another_is_not(site: Site) -> None:
    url = f"{site.installation.address('intake')}/v1/work-list"
    one, other = ({"Authorization": f"Bearer {site.targets.token(['caseworker'], str(uuid4()))}"} for _ in range(2))
    with requests.Session() as session:
        answers = [session.get(url, headers=one, timeout=PATIENCE) for _ in range(41)]
    assert [each.status_code for each in answers] == [200] * 40 + [429]
    problem = answers[-1].json()
    assert (problem["type"], problem["status"]) == ("urn:casepath:problem:too-many-requests", 429)
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert requests.get(url, headers=other, timeout=PATIENCE).status_code == 200


def test_a_served_connection_does_not_wait_for_acknowledgements() -> None:
    options: list[int] = []

    def application(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        options.append(served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        start_response("200 OK", [("Content-Length", "0")])
        return []

    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as client,
    ):
        served, client_address = listening.accept()
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        before = served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        Connection(served, client_address, application).serve()
        assert status(everything(client)) == 200
    assert before == 0
    assert [bool(option) for option in options] == [True]


def test_metrics_that_have_a_port_of_their_own_are_there_alone(site: Site) -> None:
    assert "casepath_build_info" in site.exposition("legal"), "legal's port is free here: nobody else listens there"
    public = requests.get(f"{site.installation.address('intake')}/metrics", timeout=PATIENCE)
    assert (public.status_code, "casepath_" in public.text) == (404, False)


def test_every_answer_carries_the_headers_of_safety(site: Site) -> None:
    at = site.installation.address("intake")
    for path in ("/v1/self-check", "/v1/nothing", "/v1/work-list", "/health/live", "/metrics"):
        answer = requests.get(at + path, timeout=PATIENCE)
        lacking = {name for name in SECURITY if name not in answer.headers}
        assert lacking == set(), path
        assert "Server" not in answer.headers
    assert json.loads(requests.delete(f"{at}/v1/self-check", timeout=PATIENCE).text)["status"] == 405
