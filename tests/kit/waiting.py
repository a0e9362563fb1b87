"""Waiting for a fact, with a deadline."""

import time
from collections.abc import Callable
from typing import Final

#: Seconds between two looks: the first ones come soon, and the later ones leave the processor to what is waited for.
FIRST_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 0.16
#: Seconds until a test that may have to yield to all others takes it that what is due at once does not come.
PATIENCE: Final = 60.0


def wait_until(fact: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Look again and again until the fact holds; fail, naming it, when it does not in time."""
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)
