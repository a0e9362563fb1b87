"""Crash points: where a fault test says so, this process dies at once, as if its power had gone.

`CASEPATH_CRASH_AT` names the point (`intake:relay.before_mark`), `CASEPATH_CRASH_ONCE` a file that is taken away by the
crash, so that the process that comes after it lives. Without both, or in production, a point does nothing.
"""

import os
import signal
import sys
from pathlib import Path

_AT = os.environ.get("CASEPATH_CRASH_AT", "")
_ONCE = os.environ.get("CASEPATH_CRASH_ONCE", "")
_ARMED = bool(_AT and _ONCE) and os.environ.get("CASEPATH_ENVIRONMENT") in ("training", "development")

#: Every point that there is; the fault tests try each.
POINTS = (
    "commit.before",
    "commit.after",
    "relay.after_numbering",
    "relay.in_publish",
    "relay.before_mark",
    "follower.before_commit",
    "follower.before_ack",
)


def point(name: str) -> None:
    """Die here, if a fault test asked for it."""
    if not _ARMED or f"{sys.argv[-1]}:{name}" != _AT:
        return
    try:
        Path(_ONCE).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
