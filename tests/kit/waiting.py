"""Waiting for a fact, with a deadline."""

import time
from collections.abc import Callable


def wait_until(fact: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Look again and again until the fact holds; fail, naming it, when it does not in time."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)
