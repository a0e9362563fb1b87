"""Requests go only to the checked address, with the certificate of the name. Time and response size are limited."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from deploy.cli.servers import free_ports
from shared.outbound import posting
from shared.outbound.guard import Guard, Outlets, TargetRefused
from shared.outbound.posting import Posting, Unanswered
from tests.kit import certificates
from tests.kit.receivers import LOOPBACK, Receiver, receiving
from tests.kit.waiting import PATIENCE, wait_until

HEADERS = {"webhook-id": "fictitious"}
BODY = b'{"fictitious": true}'
#: The number of parts of a slow response, 0.05 s apart.
DROPS = 200


def a_posting(guard: Guard | None = None, authority: Path | None = None) -> Posting:
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    return Posting(guard or Guard(Outlets.read(*LOOPBACK)), context)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def posts() -> Iterator[Posting]:
    made_posting = a_posting()
    yield made_posting
    made_posting.close()


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run a TCP server that passes each connection to `serve`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(PATIENCE)


def test_a_body_arrives_as_it_is_and_the_connection_is_kept(receiver: Receiver, posts: Posting) -> None:
    for _ in range(3):
        assert posts.post(receiver.url, BODY, HEADERS).status == 204
    assert [each.body for each in receiver.sent] == [BODY] * 3
    first = receiver.sent[0]
    assert first.path == "/hook"
    assert first.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert (first.headers["Host"], first.headers["webhook-id"]) == (f"127.0.0.1:{receiver.port}", "fictitious")
    assert len({each.connection for each in receiver.sent}) == 1


def test_what_is_kept_is_given_up_after_a_while_and_the_name_asked_for_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    guard = Guard(Outlets.read(*LOOPBACK[:2], "partner.example"), lambda _host, _port: answers.pop(0))
    posts, url = a_posting(guard), f"http://partner.example:{receiver.port}/hook"
    assert posts.post(url, BODY, HEADERS).status == 204
    assert posts.post(url, BODY, HEADERS).status == 204
    monkeypatch.setattr(posting, "KEPT_SECONDS", 0.0)
    with pytest.raises(TargetRefused, match="address_is_inner"):
        posts.post(url, BODY, HEADERS)
    assert len(receiver.sent) == 2


def test_a_connection_uses_the_checked_address_and_the_request_has_the_host_name(receiver: Receiver) -> None:
    guard = Guard(Outlets.read(*LOOPBACK[:2], "partner.example"), lambda _host, _port: ["127.0.0.1"])
    posts = a_posting(guard)
    assert posts.post(f"http://partner.example:{receiver.port}/hook", BODY, HEADERS).status == 204
    assert receiver.sent[0].headers["Host"] == f"partner.example:{receiver.port}"
    posts.close()


def test_a_second_address_is_tried_where_the_first_takes_nothing(receiver: Receiver) -> None:
    guard = Guard(Outlets.read(*LOOPBACK[:2], "partner.example"), lambda _host, _port: ["127.0.0.77", "127.0.0.1"])
    posts = a_posting(guard)
    assert posts.post(f"http://partner.example:{receiver.port}/hook", BODY, HEADERS).status == 204
    posts.close()


def test_the_certificate_is_that_of_the_name_and_of_somebody_who_is_believed(tmp_path: Path) -> None:
    authority, server = certificates.made(tmp_path)
    names = {"localhost": ["127.0.0.1"], "partner.example": ["127.0.0.1"]}
    guard = Guard(Outlets.read(*LOOPBACK), lambda host, _port: names[host])
    with receiving(server) as receiver:
        believing = a_posting(guard, authority)
        assert believing.post(f"https://localhost:{receiver.port}/hook", BODY, HEADERS).status == 204
        assert believing.post(f"https://localhost:{receiver.port}/hook", BODY, HEADERS).status == 204
        assert len({each.connection for each in receiver.sent}) == 1
        with pytest.raises(Unanswered, match="certificate_refused"):
            believing.post(f"https://partner.example:{receiver.port}/hook", BODY, HEADERS)
        with pytest.raises(Unanswered, match="certificate_refused"):
            a_posting(guard).post(f"https://localhost:{receiver.port}/hook", BODY, HEADERS)
        believing.close()
        assert len(receiver.sent) == 2


@pytest.mark.parametrize(
    ("head", "body", "read", "is_kept"),
    [
        (b"HTTP/1.1 204 No Content", b"", b"", True),
        (b"HTTP/1.1 204", b"", b"", True),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nDate: fictitious", b"", b"", True),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 2", b"ok", b"ok", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close", b"ok", b"ok", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2", b"2\r\nok\r\n0\r\n\r\n", b"ok", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2", b"ok", b"ok", False),
        (b"HTTP/1.1 200 OK\r\nRetry-After: 5\r\nContent-Length: 2", b"ok", b"ok", True),
        (b"HTTP/1.1 500 Broken\r\nContent-Length: 2", b"no", b"no", True),
    ],
)
def test_an_answer_is_read_as_http_has_it_whatever_its_form(
    head: bytes, body: bytes, read: bytes, is_kept: bool
) -> None:
    connections = 0

    def serve(connection: socket.socket) -> None:
        nonlocal connections
        connections += 1
        while connection.recv(65_536):
            connection.sendall(head + b"\r\n\r\n" + body)
            if not is_kept:
                return

    with listening(serve) as port:
        posts = a_posting()
        answers = [posts.post(f"http://127.0.0.1:{port}/hook", BODY, HEADERS) for _ in range(2)]
        posts.close()
    retry_after = "5" if b"Retry-After" in head else None
    expected = posting.Answer(int(head.split()[1]), read, retry_after)
    assert answers == [expected, expected]
    assert connections == (1 if is_kept else 2)


def test_a_redirect_is_an_answer_and_is_not_followed(receiver: Receiver, posts: Posting) -> None:
    receiver.answer(302, Location="http://127.0.0.1:1/secrets")
    assert posts.post(receiver.url, BODY, HEADERS).status == 302
    assert len(receiver.sent) == 1


def test_of_an_answer_a_beginning_is_read_and_its_connection_carries_no_other(
    receiver: Receiver, posts: Posting
) -> None:
    receiver.answer(500, b"x" * 1_000_000, Retry_After="120")
    answer = posts.post(receiver.url, BODY, HEADERS)
    assert (answer.status, len(answer.body), answer.retry_after) == (500, posting.LARGEST_ANSWER, "120")
    receiver.answer(204)
    assert posts.post(receiver.url, BODY, HEADERS).status == 204
    assert len({each.connection for each in receiver.sent}) == 2


def test_a_connection_that_the_receiver_closed_meanwhile_is_no_failure(receiver: Receiver, posts: Posting) -> None:
    closed = threading.Event()

    def once(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    with listening(once) as port:
        url = f"http://127.0.0.1:{port}/"
        assert posts.post(url, BODY, HEADERS).status == 204
        wait_until(closed.is_set, "it is closed", PATIENCE)
        assert posts.post(url, BODY, HEADERS).status == 204


@pytest.mark.parametrize(
    "said",
    [
        *(b"", b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-fictitious\r\n"),
        *(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_answer_of_http_is_none(said: bytes, posts: Posting) -> None:
    def say(connection: socket.socket) -> None:
        connection.recv(65536)
        with suppress(OSError):  # the client closes the connection once it has read enough, sometimes before the end
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(0.2)
            while connection.recv(65536):
                pass

    with listening(say) as port, pytest.raises(Unanswered, match="no_http_answer"):
        posts.post(f"http://127.0.0.1:{port}/", BODY, HEADERS)


@pytest.mark.parametrize("drips", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"])
def test_an_answer_that_comes_drop_by_drop_ends_with_the_time_of_the_whole(
    drips: bytes, posts: Posting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 0.3)
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(drips)
        with suppress(OSError):
            for _ in range(DROPS):
                if over.wait(0.05):
                    return
                connection.sendall(b"y")

    with listening(drip) as port:
        with pytest.raises(Unanswered, match="timed_out"):  # without the limit, the error would be about invalid HTTP
            posts.post(f"http://127.0.0.1:{port}/", BODY, HEADERS)
        over.set()


def test_nobody_there_is_unreachable(posts: Posting) -> None:
    [port] = free_ports(1)
    with pytest.raises(Unanswered, match="unreachable"):
        posts.post(f"http://127.0.0.1:{port}/", BODY, HEADERS)


def test_where_no_tls_is_spoken_nothing_is_sent(receiver: Receiver, posts: Posting) -> None:
    with pytest.raises(Unanswered, match="no_tls"):
        posts.post(receiver.url.replace("http:", "https:"), BODY, HEADERS)
    assert receiver.sent == []
