"""The loops of a service (relay, follower, guard ...), run in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


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
