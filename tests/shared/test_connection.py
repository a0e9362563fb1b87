"""A connection without a service: endless input, deadlines, replies, pauses."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.http.problems import Refused
from shared.http.server import bounds
from shared.http.server.connection import Connection
from shared.http.server.parser import Received, next_request
from tests.kit.waiting import PATIENCE

CLIENT = ("127.0.0.1", 1)
ASK = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Pieces:
    """A socket that returns one byte at a time, endlessly."""

    received = 0

    def settimeout(self, _seconds: float) -> None: ...

    def recv(self, _most: int) -> bytes:
        self.received += 1
        return ASK[self.received - 1 : self.received] if self.received < len(ASK) - 3 else b"x"


@pytest.mark.promise("SEC-103")
def test_a_head_in_pieces_without_end_is_refused_after_so_many() -> None:
    pieces = Pieces()
    with pytest.raises(Refused) as refused:
        next_request(Received(pieces), CLIENT)
    assert refused.value.status == 400
    assert pieces.received == bounds.MOST_PIECES


@contextmanager
def served(application: Callable[..., Any]) -> Iterator[socket.socket]:
    """Serve an application; yield the client's socket."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname(), timeout=PATIENCE) as client,
    ):
        accepted, address = listening.accept()
        thread = threading.Thread(target=Connection(accepted, address, application).serve)
        thread.start()
        try:
            yield client
        finally:
            client.close()
            thread.join(PATIENCE)
        assert not thread.is_alive()


def answering(status: str, body: bytes = b"") -> Callable[..., list[bytes]]:
    def application(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response(status, [("Content-Length", str(len(body)))])
        return [body]

    return application


def until(connection: socket.socket, ending: bytes) -> bytes:
    received = b""
    while not received.endswith(ending):
        piece = connection.recv(65536)
        assert piece, received
        received += piece
    return received


def test_requests_behind_each_other_are_answered_in_their_order() -> None:
    paths: list[str] = []

    def application(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        paths.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Length", "1")])
        return [paths[-1][1:].encode()]

    with served(application) as client:
        client.sendall(b"".join(ASK.replace(b"/ ", b"/%d " % number) for number in range(9)))
        answers = until(client, b"8")
    assert paths == [f"/{number}" for number in range(9)]
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 9


def test_a_reply_names_no_server_and_one_to_head_has_no_body() -> None:
    with served(answering("200 OK", b"body")) as client:
        client.sendall(ASK.replace(b"GET", b"HEAD") + ASK)
        answers = until(client, b"body")
    assert answers.count(b"body") == 1
    assert answers.count(b"Content-Length: 4\r\n") == 2
    assert b"server:" not in answers.lower()


def test_a_mistake_of_ours_is_answered_without_its_words() -> None:
    def application(_environ: object, _start_response: object) -> list[bytes]:
        raise RuntimeError("marker")

    with served(application) as client:
        client.sendall(ASK + ASK)
        answers = b""
        while piece := client.recv(65536):
            answers += piece
    assert answers.count(b"HTTP/1.1 500 ") == 1
    assert answers.count(b"HTTP/1.1") == 1
    assert b"marker" not in answers


def test_a_reply_with_a_header_that_would_be_two_is_not_sent() -> None:
    def application(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("X-A", "b\r\nSet-Cookie: marker")])
        return []

    with served(application) as client:
        client.sendall(ASK)
        assert client.recv(65536).startswith(b"HTTP/1.1 500 ")


@pytest.mark.promise("SEC-105")
def test_who_is_asked_to_wait_is_not_read_meanwhile_and_ever_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("shared.http.server.connection.time.sleep", pauses.append)
    statuses = iter(["429 Too Many Requests"] * 5 + ["200 OK", "429 Too Many Requests", "200 OK"])

    def application(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response(next(statuses), [("Content-Length", "4")])
        return [b"said"]

    with served(application) as client:
        for _ in range(8):
            client.sendall(ASK)
            until(client, b"said")
    assert pauses == [1.0, 2.0, 4.0, 8.0, 8.0, 1.0]


def test_a_proxy_of_ours_is_read_on_since_it_speaks_for_others_too(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("shared.http.server.connection.time.sleep", pauses.append)

    def application(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        environ["casepath.shared"] = True
        start_response("429 Too Many Requests", [("Content-Length", "4")])
        return [b"wait"]

    with served(application) as client:
        client.sendall(ASK)
        until(client, b"wait")
        client.sendall(ASK)
        until(client, b"wait")
    assert pauses == []
