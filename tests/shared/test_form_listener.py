"""The small listener for programs of the installation: its answers, and the input that it does not read."""

import socket
from collections.abc import Iterator, Mapping

import pytest
import requests

from deploy.cli import servers
from shared.http import FormListener
from tests.kit.loops import listening, listens, running
from tests.kit.waiting import PATIENCE, wait_until

FORM = "application/x-www-form-urlencoded"


def answer(path: str, form: Mapping[str, str]) -> bool:
    if "fails" in form:
        raise RuntimeError
    return path == "/user" and form.get("username") == "fictitious"


@pytest.fixture
def address() -> Iterator[str]:
    [port] = servers.free_ports(1)
    with listening(FormListener(f"127.0.0.1:{port}", answer), port):
        yield f"http://127.0.0.1:{port}"


def asked(url: str, body: str | bytes, method: str = "POST") -> tuple[int, str]:
    reply = requests.request(method, url, data=body, headers={"Content-Type": FORM}, timeout=PATIENCE)
    return reply.status_code, reply.text


def test_it_answers_yes_or_no_to_a_form(address: str) -> None:
    assert asked(f"{address}/user", "username=fictitious&password=%2B+a") == (200, "allow")
    assert asked(f"{address}/user", "username=another") == (200, "deny")
    assert asked(f"{address}/vhost", "username=fictitious") == (200, "deny")


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GET", ""),
        ("PUT", "username=fictitious"),
        ("POST", "username=fictitious&username=another"),
        ("POST", "&".join(f"n{each}=1" for each in range(40))),
        ("POST", "username=" + "x" * 9_000),
        ("POST", b"username=\xff"),
    ],
    ids=["get", "put", "twice", "many", "large", "bytes"],
)
def test_what_is_no_form_gets_no_answer(address: str, method: str, body: str | bytes) -> None:
    assert asked(f"{address}/user", body, method) == (400, "")


def test_where_the_answer_fails_nobody_is_let_in(address: str) -> None:
    assert asked(f"{address}/user", "fails=1&username=fictitious") == (503, "")


def test_a_connection_has_one_question(address: str) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        body = b"username=fictitious"
        head = f"POST /user HTTP/1.1\r\nHost: here\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(2 * (head.encode() + body))
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.count(b"HTTP/1.1 200") == 1


def test_it_waits_for_an_address_that_somebody_else_holds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        listener = FormListener(f"127.0.0.1:{other.getsockname()[1]}", answer)
        listener.retry = 0.1
        with running(listener):
            other.close()
            wait_until(lambda: listens(listener._address[1]), "it listens once it can", PATIENCE)
