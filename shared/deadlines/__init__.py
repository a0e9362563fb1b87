"""Clocks that a service keeps for a subject: counted by a profile's rule, each step announced exactly once.

A clock keeps the version of the rule that it began with, however the law changes. Its kind decides what its end means:
reaching a *minimum* or *maximum* ends nothing by itself; a *target* that passes is missed; past a *limitation* a late
step may still be possible. A clock can be stopped by what it waited for, extended to a later day, and paused for a
while, where its rule knows that.

What facts ask of clocks is kept, so that one recorded wrongly can be undone: the clocks become what they would be
without it.

Each step is announced once per clock and due date, with any number of replicas: a timer is deleted in the transaction
that announces, and the clock remembers what it has announced, so that an extension or a pause repeats nothing.
"""

from shared.deadlines import time_source, timers
from shared.deadlines.commands import extend, pause, rest, resume, running, start, stop, wake
from shared.deadlines.events import EVENTS
from shared.deadlines.on_timer import timer_handlers
from shared.deadlines.recompute import undo
from shared.deadlines.requests import requests
from shared.deadlines.states import DeadlineState, all_of
from shared.deadlines.tables import DeadlineForbids, NoSuchDeadline, clocks
from shared.deadlines.view import Deadline, displayed, displayed_rows, of_subject

__all__ = [
    "EVENTS",
    "Deadline",
    "DeadlineForbids",
    "DeadlineState",
    "NoSuchDeadline",
    "all_of",
    "clocks",
    "displayed",
    "displayed_rows",
    "extend",
    "of_subject",
    "pause",
    "requests",
    "rest",
    "resume",
    "running",
    "start",
    "stop",
    "time_source",
    "timer_handlers",
    "timers",
    "undo",
    "wake",
]
