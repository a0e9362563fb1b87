"""A source that hangs delays its followers only briefly: they pause requests for as long as they had to wait."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.cli.servers import free_ports
from shared.exchange import feed
from shared.exchange.feed import FeedAway, FeedReader
from tests.kit.waiting import wait_until


class Silent:
    """A frozen service: it accepts connections and never responds."""

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.taken: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self.taken.append(self.listening.accept()[0])
            except OSError:
                return


@pytest.fixture
def silent() -> Iterator[Silent]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Silent(listening)
        yield found
        listening.shutdown(socket.SHUT_RDWR)
    for each in found.taken:
        each.close()


def reader_of(silent: Silent) -> FeedReader:
    return FeedReader({"legal": f"http://127.0.0.1:{silent.listening.getsockname()[1]}"}, lambda: "token")


def asking(reader: FeedReader) -> Callable[[], str]:
    """Return a function that requests the feed and returns the reason of the failure."""

    def ask() -> str:
        with pytest.raises(FeedAway) as away:
            reader.fetch("legal", after=0)
        return str(away.value)

    return ask


@pytest.mark.promise("REL-16")
def test_who_hangs_is_left_alone_for_a_while_and_then_asked_again(
    silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0, requests=0)
    monkeypatch.setattr(feed, "READ_SECONDS", 1)
    # A clock of the test: on a loaded machine, more than a second can pass between two requests.
    monkeypatch.setattr(feed, "time", SimpleNamespace(monotonic=lambda: clock.now))
    reader = reader_of(silent)
    send = reader._ask

    def send_and_wait(address: str, query: Mapping[str, str]) -> Any:
        clock.requests += 1
        try:
            return send(address, query)
        finally:
            clock.now += 1.0

    monkeypatch.setattr(reader, "_ask", send_and_wait)
    ask = asking(reader)
    assert ask() == "ReadTimeoutError"
    assert ask() != "ReadTimeoutError"
    assert clock.requests == 1, "it is not even asked"
    clock.now += 1.0
    assert ask() == "ReadTimeoutError", "it is asked again"
    wait_until(lambda: len(silent.taken) == 2, "both requests came")


def test_a_process_that_stood_still_for_long_leaves_nobody_alone_for_so_long(
    silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def monotonic() -> float:
        return time.monotonic() + (600 if silent.taken else 0)

    for name in ("CONNECT_SECONDS", "READ_SECONDS"):
        monkeypatch.setattr(feed, name, 1)
    monkeypatch.setattr(feed, "time", SimpleNamespace(monotonic=monotonic))
    ask = asking(reader_of(silent))

    assert ask() == "ReadTimeoutError"
    wait_until(lambda: ask() == "ReadTimeoutError", "it is asked again")


def test_who_refuses_at_once_may_be_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # The refusal takes no time on this clock, so the next request is sent without a pause.
    monkeypatch.setattr(feed, "time", SimpleNamespace(monotonic=lambda: 0.0))
    [port] = free_ports(1)
    reader = FeedReader({"legal": f"http://127.0.0.1:{port}"}, lambda: "token")
    ask = asking(reader)
    assert [ask(), ask()] == ["NewConnectionError"] * 2
