"""Waiting for a fact, with a deadline."""

import time
from collections.abc import Callable
from typing import Final

#: Seconds between two checks. The first checks come quickly, the later ones leave the CPU to the awaited work.
FIRST_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 0.16
#: Seconds after which a test fails because an immediate effect has not happened. On a loaded machine, a process with a
#: low priority can be suspended for half a minute.
PATIENCE: Final = 120.0


def wait_until(fact: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Check a fact repeatedly until it is true. Fail with its name after these seconds."""
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)
