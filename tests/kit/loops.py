"""The loops of a service (relay, follower, guard ...), run in a thread of the test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.http.inner_listener import InnerListener
from tests.kit.waiting import wait_until


@contextmanager
def running(loop: Any) -> Iterator[None]:
    """Run a loop for as long as the block lasts."""
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        yield
    finally:
        loop.stop()
        thread.join(timeout=15)
        assert not thread.is_alive(), "it stops within a bound"


@contextmanager
def listening(listener: InnerListener, port: int) -> Iterator[None]:
    """Run a listener for as long as the block lasts, which begins once it can be asked: who came before was refused."""
    with running(listener):
        wait_until(lambda: listens(port), "it listens")
        yield


def listens(port: int) -> bool:
    """Return whether somebody listens on a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
