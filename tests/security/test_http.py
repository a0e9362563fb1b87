"""Ambiguous HTTP is refused, no path redirects, and no body fills the memory. The tests use raw sockets."""

import re
import socket
from urllib.parse import urlsplit

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.http.headers import SECURITY
from tests.security.http_forms import GET, HOSTILE, PLAIN
from tests.security.town import Town

pytestmark = [pytest.mark.integration, pytest.mark.security]

BEHIND = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
#: A whole request with several headers. The test inserts an invalid byte anywhere before its end.
WHOLE = GET + b"Accept: */*\r\nX-Request: one\r\nAccept-Language: bg"
STRAY = [bytes([code]) for code in (*range(9), *range(10, 32), 127)]
MEGABYTE = 1024 * 1024


def _connected(town: Town) -> socket.socket:
    address = urlsplit(town.site.installation.address("intake"))
    return socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=15)


def _answers(town: Town, sent: bytes) -> list[tuple[int, bytes]]:
    """Return every answer until the service closes the connection: its status and its bytes."""
    received = b""
    with _connected(town) as connection:
        connection.sendall(sent)
        while piece := connection.recv(65536):
            received += piece
    parts = re.split(rb"(?=HTTP/1\.[01] [1-5]\d\d )", received)
    return [(int(part.split(b" ", 2)[1]), part) for part in parts if part]


@pytest.mark.promise("SEC-100", "PROXY-6")
@pytest.mark.parametrize("form", HOSTILE)
def test_what_may_mean_two_things_is_refused_and_nothing_behind_it_is_answered(town: Town, form: str) -> None:
    [(status, answer)] = _answers(town, HOSTILE[form] + BEHIND)
    assert status == 400
    head = answer.lower()
    assert b"connection: close" in head
    assert b"application/problem+json" in head
    assert [name for name in SECURITY if name.lower().encode() not in head] == []


@pytest.mark.parametrize("form", PLAIN)
def test_what_means_one_thing_is_answered_and_so_is_what_stands_behind_it(town: Town, form: str) -> None:
    answers = [status for status, _ in _answers(town, PLAIN[form] + BEHIND)]
    assert answers == ([100] if "asked for" in form else []) + [200, 200]


@pytest.mark.promise("SEC-100")
@settings(max_examples=150)
@given(at=st.integers(0, len(WHOLE)), stray=st.sampled_from(STRAY))
def test_a_control_character_anywhere_in_a_head_is_refused(town: Town, at: int, stray: bytes) -> None:
    if stray == b"\n" and WHOLE[at - 1 : at] == b"\r":
        return  # CRLF ends this line, which is valid, and the original LF begins the next one
    sent = WHOLE[:at] + stray + WHOLE[at:] + b"\r\n\r\n" + BEHIND
    assert [status for status, _ in _answers(town, sent)] == [400]


@pytest.mark.promise("SEC-101")
@pytest.mark.parametrize(
    "path",
    [
        "//v1/self-check",
        "/v1//self-check",
        "/v1/self-check/",
        "/v1/self-check//",
        "/v1///self-check",
        "/v1/./self-check",
        "/v1/x/../self-check",
        "/v1%2Fself-check",
        "/v1/%2fself-check",
        "/v1//cases/00000000-0000-4000-8000-000000000000",
        "/v1/cases//",
        "/",
        "//",
        "//marker.example/v1/self-check",
    ],
)
def test_no_address_leads_on_to_another(town: Town, path: str) -> None:
    head = f"GET {path}?q=marker HTTP/1.1\r\nHost: marker.example\r\n"
    (status, answer), (after, _) = _answers(town, head.encode() + b"\r\n" + BEHIND)
    assert (status, after) == (404, 200)
    assert b"\r\nlocation:" not in answer.lower()
    assert b"marker" not in answer
    assert [name for name in SECURITY if name.lower().encode() not in answer.lower()] == []
    unread = head.encode() + b"Content-Length: 500\r\n\r\n" + BEHIND
    assert [status for status, _ in _answers(town, unread)] == [404]


@pytest.mark.promise("SEC-102")
@pytest.mark.parametrize("path", ["/v1//self-checks", "/v1/self-checks", "/v1/nothing"])
def test_a_chunk_line_without_end_takes_no_memory(town: Town, path: str) -> None:
    process = psutil.Process(town.site._running["intake"].pid)
    before = process.memory_info().rss
    taken = 0
    with _connected(town) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for _ in range(64):
                connection.sendall(b"1" * MEGABYTE)
                taken += 1
        except OSError:
            pass  # the service closed the connection
    grown = (process.memory_info().rss - before) / MEGABYTE
    assert grown < 8, f"{grown:.0f} MB for {taken} MB sent"
    assert taken < 64, "it was read to its end"
