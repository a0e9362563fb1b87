"""The loops of a service (relay, follower, guard ...), run in a thread of the test."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from shared.deadlines.timers import Timers
from shared.http.inner_listener import InnerListener
from shared.store.database import is_passing
from tests.kit.waiting import wait_until


@contextmanager
def running(loop: Any) -> Iterator[None]:
    """Run a loop until the block ends."""
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
    """Run a listener until the block ends.

    The block begins when the port accepts connections: earlier requests are refused.
    """
    with running(listener):
        wait_until(lambda: listens(port), "it listens")
        yield


def listens(port: int) -> bool:
    """Return whether a port of loopback accepts connections."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def fire_together(replicas: Iterable[Timers]) -> None:
    """Fire all due timers in several replicas at the same time.

    Retry after a transient error, such as a lock timeout on a busy machine, as the loop of a service does.
    """
    threads = [threading.Thread(target=_fire, args=(replica,)) for replica in replicas]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _fire(replica: Timers) -> None:
    while True:
        try:
            replica.fire_due()
        except SQLAlchemyError as error:
            if not is_passing(error):
                raise
        else:
            return
