"""The only module that names eventlet: it makes the process cooperative, runs its loops, and waits for their end."""

import contextvars
import functools
import gc
import os
import signal
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    import select

    from eventlet.event import Event
    from eventlet.greenthread import GreenThread
    from nameko.runners import ServiceRunner
    from psycopg.abc import PQGen
    from psycopg.waiting import Wait

    from shared.exchange.follower import Follower, Guard
    from shared.exchange.relay import Relay
    from shared.runtime.process import Process

Arguments = ParamSpec("Arguments")
Reply = TypeVar("Reply")
Done = TypeVar("Done")

#: SIGTERM to exit takes no longer than this (seconds).
STOP_SECONDS = 10
#: Names looked up at the same time; more wait. Agencies' names have `shared.outbound.lookups.MOST` of these at most, so
#: that the installation's own are looked up however many of theirs nobody answers.
LOOKUP_THREADS = 20
_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "getnameinfo")


def prepare() -> None:
    """Make the process cooperative, and leave its garbage be until it serves: next to nothing that is loaded is any."""
    gc.disable()
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    # eventlet is in maintenance and warns of it at every import; the decision is recorded (docs/decisions).
    warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
    # Its own resolver would bring a whole DNS library into each process.
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"
    os.environ["EVENTLET_THREADPOOL_SIZE"] = str(LOOKUP_THREADS)
    import eventlet
    from eventlet.green import socket

    for name in _LOOKUPS:
        setattr(socket, name, _beside_the_hub(getattr(socket, name)))
    eventlet.monkey_patch()
    _wait_in_the_hub()


def _wait_in_the_hub() -> None:
    """Make psycopg wait by the hub's own means: a selector built anew for every wait costs several times as much."""
    from eventlet import hubs, patcher
    from psycopg import waiting

    of_psycopg = waiting.wait
    real = patcher.original("select")

    def wait(steps: "PQGen[object]", descriptor: int, interval: float = 0.0, timeout: float | None = None) -> object:
        if timeout is not None:
            return of_psycopg(steps, descriptor, interval, timeout)
        try:
            until = next(steps)
            while True:
                if until == waiting.Wait.RW:
                    ready = _ready_now(real.poll(), descriptor)
                    if not ready:
                        # The socket takes no more, and brings nothing: the rare case, left to psycopg.
                        return of_psycopg(_from(until, steps), descriptor, interval)
                else:
                    hubs.trampoline(descriptor, read=until == waiting.Wait.R, write=until == waiting.Wait.W)
                    ready = until
                until = steps.send(ready)
        except StopIteration as end:
            return end.value

    waiting.wait = wait  # type: ignore[assignment]  # its own type is of a protocol with a free variable


def _ready_now(poll: "select.poll", descriptor: int) -> int:
    """Return, as psycopg counts, whether a socket is readable (1) or writable (2), without waiting."""
    from select import POLLIN, POLLOUT

    poll.register(descriptor, POLLIN | POLLOUT)
    polled = poll.poll(0)
    # An error or a hang-up is something that a read will bring.
    return (polled[0][1] & ~POLLOUT != 0) + 2 * (polled[0][1] & POLLOUT != 0) if polled else 0


def _from(first: "Wait", steps: "PQGen[object]") -> "PQGen[object]":
    """Yield `first`, which was taken from `steps` already, then go on with `steps`."""
    ready = yield first
    while True:
        try:
            state = steps.send(ready)
        except StopIteration as end:
            return end.value
        ready = yield state


def _beside_the_hub(look_up: Callable[Arguments, Reply]) -> Callable[Arguments, Reply]:
    """Run the system's resolver, which blocks, in a real thread while the green ones go on."""
    import atexit

    from eventlet import tpool

    # It would wait at exit for lookups in hand, however long they take. The threads end with the process.
    atexit.unregister(tpool.killall)

    @functools.wraps(look_up)
    def waiting(*arguments: Arguments.args, **named: Arguments.kwargs) -> Reply:
        reply: Reply = tpool.execute(look_up, *arguments, **named)
        return reply

    return waiting


def meanwhile(work: Callable[[], Done]) -> Callable[[], Done]:
    """Begin work as soon as whoever asks waits for something; return what waits for it, and returns what it came to.

    What it asks for by its context, such as the request that a log line is of, it finds as whoever asked.
    """
    import eventlet

    wait: Callable[[], Done] = eventlet.spawn(contextvars.copy_context().run, work).wait
    return wait


def start_loops(process: "Process") -> list["GreenThread"]:
    """Start the loops of a process, and measure them."""
    import eventlet

    from shared.telemetry import metrics

    parts: dict[str, Relay | Follower | Guard] = {"relay": process.relay, "follower": process.follower}
    # A service that follows nothing that protects somebody has no guard: it would seem to be cut off for ever.
    if process.guard.is_needed:
        parts["guard"] = process.guard
    for name, loop in parts.items():
        metrics.connected.labels(name).set_function(functools.partial(_is_connected, loop))
        metrics.refused.labels(name).set_function(functools.partial(_is_refused, loop))
    metrics.blocked.set_function(lambda: float(process.relay.is_blocked))
    eventlet.spawn(_watch_hub)
    return [eventlet.spawn(loop.run) for loop in process.loops]


def _is_connected(loop: "Relay | Follower | Guard") -> float:
    return float(loop.connected)


def _is_refused(loop: "Relay | Follower | Guard") -> float:
    return float(bool(loop.refusal))


def _watch_hub() -> None:
    """Measure how late a sleeper is woken: a hub that is held up holds up every request."""
    from shared.telemetry import metrics

    while True:
        began = time.monotonic()
        time.sleep(0.5)
        metrics.hub_lag.set(max(0.0, time.monotonic() - began - 0.5))


def heed_signals() -> "Event":
    """Heed SIGTERM and SIGINT from now on; return the event that is sent by the first of them.

    Before anything is served: whoever was told that it is ready may ask it to stop in the same moment.
    """
    import eventlet

    ended = eventlet.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        eventlet.spawn_n(_send_once, ended, True)  # a second signal may come before the first is sent on

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return ended


def _send_once(ended: "Event", was_asked: bool) -> None:  # noqa: FBT001 - what the event carries
    if not ended.ready():
        ended.send(was_asked)


def wait(runner: "ServiceRunner", process: "Process", background: list["GreenThread"], ended: "Event") -> bool:
    """Wait until `ended` is sent, then stop in order: no new requests, the loops' batches in hand, the connections.

    Returns False when a loop ended by itself.
    """
    import eventlet

    def end(thread: "GreenThread") -> None:
        # A loop that ends by itself has met a mistake of ours: better a restart than a service that looks alive.
        if not ended.ready():
            _log_why(thread)
            _send_once(ended, False)

    for thread in background:
        thread.link(end)
    was_asked = bool(ended.wait())
    with eventlet.Timeout(STOP_SECONDS, False):
        for loop in process.loops:
            loop.stop()
        runner.stop()
        for thread in background:
            with suppress(Exception):  # logged by `end` already, without its message
                thread.wait()
    process.database.engine.dispose()
    return was_asked


def _log_why(thread: "GreenThread") -> None:
    from shared.telemetry.logs import logger

    try:
        thread.wait()
    except Exception:  # noqa: BLE001 - whatever ended it, the service stops; here it is only logged
        logger().exception("loop.failed")
    else:
        logger().error("loop.ended")
