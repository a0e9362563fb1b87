"""The process `web-public` as operators run it: its logs, its requests, and its memory."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from services.web.public.intake import ROUTES
from shared.access import visitors
from tests.kit.public import CODE, SECRET
from tests.kit.public_process import PublicProcess, public_process

pytestmark = pytest.mark.slow

VISITOR = "192.0.2.77"
PHONE = "+31 6 5555 7777"
WORD = "tulipword"
#: In the QR code of a poster.
POSTER = "K7PQ2X9M"
#: Must be in no log line: the visitor's address, the visitor's texts and answers, and the secret of the process.
PERSONAL = (
    VISITOR,
    PHONE,
    PHONE[-9:],
    WORD,
    CODE,
    CODE.replace("-", ""),
    POSTER,
    "not_sure",
    "papers_kept",
    "NL",
    SECRET,
)
TIMEOUT = 30


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicProcess]:
    with public_process(tmp_path_factory.mktemp("public")) as running:
        _use(running)
        yield running


def _use(running: PublicProcess) -> None:
    """Do everything that a visitor can do, including mistakes, and send requests that no server can parse."""
    own = {"X-Forwarded-For": VISITOR}
    posts: list[tuple[str, dict[str, str]]] = [
        ("/vi/questions", {"q.papers_kept": "not_sure", "at": "3", "go": "stop"}),
        ("/vi/contact", {"jurisdiction": "NL", "way": "phone", "contact": PHONE, "code_word": WORD, "go": "send"}),
        ("/vi/code", {"code": CODE, "go": "show"}),
        ("/vi/code", {"code": CODE, "go": "erase"}),
        ("/vi/contact", {"contact": PHONE * 3000}),
        (f"/vi/{WORD}", {"code": CODE}),
    ]
    for path, form in posts:
        requests.post(f"{running.address}{path}", data=form, headers=own, timeout=TIMEOUT)
    for path in ("/", f"/vi/numbers?{WORD}={CODE}", f"/{PHONE}", "/leave", f"/vi/o/{POSTER}"):
        requests.get(f"{running.address}{path}", headers=own, timeout=TIMEOUT, allow_redirects=False)
    running.intake.different["/v1/contact-requests/states"] = (500, {"detail": f"{PHONE} {WORD}"})
    requests.post(f"{running.address}/vi/code", data={"code": CODE, "go": "show"}, headers=own, timeout=TIMEOUT)
    running.intake.different["/v1/self-checks"] = (200, ["no object"])
    requests.post(f"{running.address}/en/questions", data={"go": "stop"}, headers=own, timeout=TIMEOUT)
    parts = urlsplit(running.address)
    for request in (f"GET /{WORD} {CODE}\r\n\r\n", f"POST /vi/code HTTP/1.1\r\nContent-Length: {WORD}\r\n\r\n{CODE}"):
        with socket.create_connection((str(parts.hostname), int(parts.port or 0)), TIMEOUT) as connection:
            connection.sendall(request.encode())
            connection.recv(1024)


@pytest.mark.hazard("H-PUBLIC-7", control="log-has-route-patterns-only")
@pytest.mark.hazard("H-PUBLIC-7", control="server-log-has-no-address")
def test_no_line_has_an_address_an_answer_a_contact_or_a_code(process: PublicProcess) -> None:
    written = process.written()
    assert "/<spoken:language>/questions" in written
    assert "/<spoken:language>/o/<poster:code>" in written
    assert '"dropped":' not in written
    assert [each for each in PERSONAL if each in written] == []
    assert "127.0.0.1" not in written.replace(process.address.removeprefix("http://"), "")


@pytest.mark.hazard("H-PUBLIC-7", control="log-has-route-patterns-only")
def test_no_metric_has_more_than_the_pattern_of_a_route(process: PublicProcess) -> None:
    shown = requests.get(process.metrics, timeout=TIMEOUT).text
    assert 'route="/<spoken:language>/contact"' in shown
    assert [each for each in (*PERSONAL, '"vi"', "127.0.0.1") if each in shown] == []


@pytest.mark.hazard("H-PUBLIC-8", control="closed-list-of-routes")
def test_it_sends_nothing_but_the_listed_requests_without_a_token(process: PublicProcess) -> None:
    sent = process.services.requests
    assert {(method, urlsplit(path).path) for _, method, path, _, _ in sent} <= set(ROUTES)
    assert {service for service, *_ in sent} == {"intake"}
    assert [headers for *_, headers in sent if {"Authorization", "Cookie", "X-Forwarded-For"} & headers.keys()] == []
    stated = {headers[visitors.HEADER] for _, method, _, _, headers in sent if method == "POST"}
    assert len(stated) == 1


@pytest.mark.hazard("H-PUBLIC-2", control="nothing-in-the-browser")
def test_what_a_visitor_sent_is_in_no_later_page(process: PublicProcess) -> None:
    for path in ("/", "/vi/", "/vi/questions", "/vi/contact", "/vi/code", "/vi/numbers"):
        shown = requests.get(f"{process.address}{path}", timeout=TIMEOUT)
        assert [each for each in (VISITOR, PHONE, WORD, CODE) if each in shown.text] == []
        assert json.dumps(dict(shown.headers)).count("Set-Cookie") == 0
