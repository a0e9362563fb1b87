"""The only module that imports eventlet: it makes the process cooperative, runs its loops, and waits for their end."""

import contextvars
import functools
import gc
import os
import signal
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
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

    Failed = tuple[type[BaseException], BaseException, TracebackType]

Arguments = ParamSpec("Arguments")
Reply = TypeVar("Reply")
Done = TypeVar("Done")

#: The longest time from SIGTERM to exit (seconds).
STOP_SECONDS = 10
#: Concurrent name lookups; more wait. Lookups for agencies use at most `shared.outbound.lookups.MOST` of these, so
#: unanswered ones never block the installation's own lookups.
LOOKUP_THREADS = 20
_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "getnameinfo")


def prepare() -> None:
    """Make the process cooperative, and disable garbage collection until it serves: loading creates little garbage."""
    gc.disable()
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    # eventlet is in maintenance mode and warns at every import. The decision is recorded (docs/decisions).
    warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
    # eventlet's own resolver would load a whole DNS library into each process.
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"
    os.environ["EVENTLET_THREADPOOL_SIZE"] = str(LOOKUP_THREADS)
    import eventlet
    from eventlet.green import socket

    for name in _LOOKUPS:
        setattr(socket, name, _beside_the_hub(getattr(socket, name)))
    eventlet.monkey_patch()
    _wait_in_the_hub()
    _log_failed_threads()


def _log_failed_threads() -> None:
    """Log an error that ends a green thread by class and place. The hub would print its message."""
    from eventlet.hubs.hub import BaseHub

    def log_failed(failed: "Failed") -> None:
        from shared.telemetry.logs import logger

        logger().critical("thread.failed", exc_info=failed)

    def of_descriptor(hub: BaseHub, descriptor: int, failed: "Failed") -> None:
        log_failed(failed)
        hub.remove_descriptor(descriptor)

    BaseHub.squelch_exception = of_descriptor
    BaseHub.squelch_generic_exception = lambda _hub, failed: log_failed(failed)
    BaseHub.squelch_timer_exception = lambda _hub, _timer, failed: log_failed(failed)


def _wait_in_the_hub() -> None:
    """Make psycopg wait in the hub: creating a selector for every wait costs several times as much."""
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
                        # The socket accepts no data and has none: a rare case that is left to psycopg.
                        return of_psycopg(_from(until, steps), descriptor, interval)
                else:
                    hubs.trampoline(descriptor, read=until == waiting.Wait.R, write=until == waiting.Wait.W)
                    ready = until
                until = steps.send(ready)
        except StopIteration as end:
            return end.value

    waiting.wait = wait  # type: ignore[assignment]  # its own type is of a protocol with a free variable


def _ready_now(poll: "select.poll", descriptor: int) -> int:
    """Return in psycopg's terms whether a socket is readable (1) or writable (2), without waiting."""
    from select import POLLIN, POLLOUT

    poll.register(descriptor, POLLIN | POLLOUT)
    polled = poll.poll(0)
    # A read will report an error or a hang-up.
    return (polled[0][1] & ~POLLOUT != 0) + 2 * (polled[0][1] & POLLOUT != 0) if polled else 0


def _from(first: "Wait", steps: "PQGen[object]") -> "PQGen[object]":
    """Yield `first`, which was taken from `steps` already, then continue with `steps`."""
    ready = yield first
    while True:
        try:
            state = steps.send(ready)
        except StopIteration as end:
            return end.value
        ready = yield state


def _beside_the_hub(look_up: Callable[Arguments, Reply]) -> Callable[Arguments, Reply]:
    """Run the system's resolver, which blocks, in a real thread while green threads continue."""
    import atexit

    from eventlet import tpool

    # At exit, it would wait for unfinished lookups, however long they take. The threads end with the process.
    atexit.unregister(tpool.killall)

    @functools.wraps(look_up)
    def waiting(*arguments: Arguments.args, **named: Arguments.kwargs) -> Reply:
        reply: Reply = tpool.execute(look_up, *arguments, **named)
        return reply

    return waiting


def meanwhile(work: Callable[[], Done]) -> Callable[[], Done]:
    """Start work as soon as the caller waits for something. Return a function that waits for its result.

    The work runs with the caller's context, such as the request id for log lines.
    """
    import eventlet

    wait: Callable[[], Done] = eventlet.spawn(contextvars.copy_context().run, work).wait
    return wait


def start_loops(process: "Process") -> list["GreenThread"]:
    """Start the loops of a process, and measure them."""
    import eventlet

    from shared.telemetry import metrics

    parts: dict[str, Relay | Follower | Guard] = {"relay": process.relay, "follower": process.follower}
    # A service that follows no protective events has no guard, and must not appear disconnected.
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
    """Measure how late a sleeping thread is woken: a blocked hub delays every request."""
    from shared.telemetry import metrics

    while True:
        began = time.monotonic()
        time.sleep(0.5)
        metrics.hub_lag.set(max(0.0, time.monotonic() - began - 0.5))


def heed_signals() -> "Event":
    """Handle SIGTERM and SIGINT from now on. Return the event that the first of them sends.

    This runs before the service is ready, because a stop can be requested in the same moment.
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
    """Wait until `ended` is sent, then stop in order: new requests, then the loops' current batches, then connections.

    Return False if a loop ended unexpectedly.
    """
    import eventlet

    def end(thread: "GreenThread") -> None:
        # A loop that ends unexpectedly has a programming error: a restart is better than a service that only looks
        # alive.
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
