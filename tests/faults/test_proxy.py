"""Each method of the proxy affects a connection as its name says."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from deploy.cli.servers import free_ports
from tests.faults.proxy import TO_CLIENT, TO_SERVER, Proxy
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.fault
SOON = 0.2


class Echo:
    """A server that echoes and stores the data that it receives."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.heard = b""
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            while part := client.recv(100):
                self.heard += part
                client.sendall(part)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    found = Echo()
    yield found
    found.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    with Proxy(echo.port) as found:
        yield found


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE)


def silent(client: socket.socket) -> bool:
    client.settimeout(SOON)
    try:
        return client.recv(100) == b"never"
    except TimeoutError:
        return True
    finally:
        client.settimeout(PATIENCE)


def test_it_passes_both_ways_and_the_end_as_well(proxy: Proxy) -> None:
    with connect(proxy) as client:
        client.sendall(b"hello")
        assert client.recv(100) == b"hello"
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b""
    wait_until(lambda: proxy.connections == 0, "the connection is let go")


def test_cut_ends_what_is_open_and_takes_what_is_new(proxy: Proxy) -> None:
    with connect(proxy) as client:
        wait_until(lambda: proxy.connections == 1, "the connection stands")
        proxy.cut()
        assert client.recv(100) == b""
    with connect(proxy) as client:
        client.sendall(b"again")
        assert client.recv(100) == b"again"


def test_refuse_takes_nobody_until_it_is_healed(proxy: Proxy) -> None:
    with connect(proxy) as client:
        wait_until(lambda: proxy.connections == 1, "the connection stands")
        proxy.refuse()
        assert client.recv(100) == b""
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)
    proxy.heal()
    with connect(proxy) as client:
        client.sendall(b"again")
        assert client.recv(100) == b"again"


def test_a_black_hole_holds_back_and_gives_back(proxy: Proxy, echo: Echo) -> None:
    with connect(proxy) as client:
        wait_until(lambda: proxy.connections == 1, "the connection stands")
        proxy.black_hole()
        client.sendall(b"hello")
        assert silent(client)
        assert echo.heard == b""
        proxy.heal()
        assert client.recv(100) == b"hello"


def test_a_black_hole_of_one_direction_lets_the_other_pass(proxy: Proxy, echo: Echo) -> None:
    with connect(proxy) as client:
        proxy.black_hole(TO_CLIENT)
        client.sendall(b"hello")
        wait_until(lambda: echo.heard == b"hello", "the server heard it")
        assert silent(client)
        proxy.cut()
        assert client.recv(100) == b""


def test_a_delay_makes_late(proxy: Proxy) -> None:
    with connect(proxy) as client:
        proxy.delay(SOON, TO_SERVER)
        began = time.monotonic()
        client.sendall(b"hello")
        assert client.recv(100) == b"hello"
        assert time.monotonic() - began >= SOON


def test_half_closed_the_other_half_goes_on(proxy: Proxy, echo: Echo) -> None:
    with connect(proxy) as client:
        wait_until(lambda: proxy.connections == 1, "the connection stands")
        proxy.half_close(TO_CLIENT)
        assert client.recv(100) == b""
        client.sendall(b"still there")
        wait_until(lambda: echo.heard == b"still there", "the server heard it")


def test_who_takes_none_is_passed_over(echo: Echo) -> None:
    [nobody] = free_ports(1)
    with Proxy(nobody, echo.port) as proxy, connect(proxy) as client:
        client.sendall(b"hello")
        assert client.recv(100) == b"hello"
