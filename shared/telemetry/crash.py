"""Crash points: on a fault test's request, this process is killed, as in a power failure, or frozen.

`CASEPATH_CRASH_AT` names a file that can appear and disappear while the process runs. Each point reads it. Its content
is, for example, `intake:relay.before_mark` to die there, or `intake:relay.before_mark freeze` to stop until a SIGCONT.
The test deletes the file before it continues, so that later processes survive. Without the variable, or in production,
a point does nothing.
"""

import os
import signal
import sys
from pathlib import Path

_ARMED = os.environ.get("CASEPATH_ENVIRONMENT") in ("training", "development")
_ORDERS = os.environ.get("CASEPATH_CRASH_AT", "") if _ARMED else ""

#: All crash points; the fault tests use each of them.
POINTS = (
    "keys.after_making",
    "commit.before",
    "commit.after",
    "relay.after_numbering",
    "relay.in_publish",
    "relay.before_mark",
    "follower.before_commit",
    "follower.before_ack",
    "drain.before_commit",
    "rebuild.in_build",
    "rebuild.in_swap",
    "erasure.before_destroying",
    "delivery.in_sending",
    "delivery.before_commit",
    "agency_queues.in_emptying",
    "agency_queues.in_publish",
    "agency_queues.before_mark",
)


def point(name: str) -> None:
    """Die or stop here, if a fault test requests it."""
    if not _ORDERS:
        return
    orders = Path(_ORDERS)
    try:
        where, _, how = orders.read_text(encoding="ascii").strip().partition(" ")
        if where != f"{sys.argv[-1]}:{name}":
            return
        orders.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGSTOP if how == "freeze" else signal.SIGKILL)
