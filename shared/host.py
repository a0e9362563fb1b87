"""Hosts one service: the only user of eventlet and of nameko's runner, so that the host can be changed in one place.

Run as `python -m services <name>`. `prepare` must come before any other import: it makes sockets, threads and psycopg's
waiting cooperative, and what was imported before keeps the blocking kind.
"""

import functools
import importlib
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from shared.process import Process

#: SIGTERM to exit takes no longer than this (seconds).
STOP_SECONDS = 10
#: Names looked up at the same time; more wait.
LOOKUP_THREADS = 4
#: What the server's own words mean; the words themselves can name a host or a user, and are not repeated.
_DATABASE_SAYS = {
    "password authentication failed": "refuses the user or the password",
    "does not exist": "does not exist on that server",
    "permission denied": "does not let the user in",
}
_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "getnameinfo")


def prepare() -> None:
    """Make the process cooperative."""
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    # eventlet is in maintenance and says so at every import; the decision is recorded (docs/decisions).
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
    """Let psycopg wait by the hub's own means: its selector, made anew for every wait, costs several times as much."""
    from eventlet import hubs, patcher
    from psycopg import waiting

    of_psycopg = waiting.wait
    real = patcher.original("select")

    def wait(steps: Any, descriptor: int, interval: float = 0.0, timeout: float | None = None) -> Any:
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


def _ready_now(poll: Any, descriptor: int) -> int:
    """Tell psycopg's way whether a socket brings something (1) or takes something (2), without waiting."""
    from select import POLLIN, POLLOUT

    poll.register(descriptor, POLLIN | POLLOUT)
    found = poll.poll(0)
    # An error or a hang-up is something that a read will bring.
    return (found[0][1] & ~POLLOUT != 0) + 2 * (found[0][1] & POLLOUT != 0) if found else 0


def _from(first: Any, steps: Any) -> Any:
    """Give a generator that stands at `first` to someone who begins with it."""
    ready = yield first
    while True:
        try:
            state = steps.send(ready)
        except StopIteration as end:
            return end.value
        ready = yield state


def _beside_the_hub(look_up: Callable[..., Any]) -> Callable[..., Any]:
    """Let the system's resolver, which blocks, work in a real thread while the green ones go on."""
    import atexit

    from eventlet import tpool

    # It would wait at exit for lookups in hand, however long they take. The threads end with the process.
    atexit.unregister(tpool.killall)

    @functools.wraps(look_up)
    def waiting(*arguments: Any, **named: Any) -> Any:
        return tpool.execute(look_up, *arguments, **named)

    return waiting


def run(service: str, ports: Mapping[str, int]) -> int:
    """Run one service until it is told to stop; returns the exit code."""
    from shared import logs, settings

    try:
        chosen = settings.load(service, ports, os.environ)
    except settings.SettingRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    logs.configure(service, form=chosen.log_format, level=chosen.log_level)
    module = importlib.import_module(f"services.{service}.service")
    reason = _reason_not_to_start(module.PLAN, chosen)
    if reason is not None:
        logs.logger().error("service.not_started", reason=reason)
        sys.stderr.write(f"{service} does not start: {reason}\n")
        return 1
    return serve(module.PLAN, module.SERVICE, chosen)


def _reason_not_to_start(plan: Any, chosen: Any) -> str | None:
    """Find what would keep the service from ever working; a broker that is merely away is no such thing."""
    service = plan.following.service
    return (
        _keys_trouble(service, chosen) or _database_trouble(service, chosen) or _broker_trouble(plan.following, chosen)
    )


def _keys_trouble(service: str, chosen: Any) -> str | None:
    from joserfc.errors import JoseError

    from shared.tokens import ServiceTokens, Verifier

    refused = (JoseError, ValueError, TypeError, KeyError, AttributeError)  # whatever stands there instead of a key
    try:
        ServiceTokens(service, chosen.signing_key)
    except refused:
        return (
            f"its signing key can't be used. Check CASEPATH_{service.upper()}_SIGNING_KEY; ./casepath init makes keys."
        )
    try:
        Verifier(chosen.key_set)
    except refused:
        return "the set of public keys can't be used. Check CASEPATH_KEY_SET; ./casepath init makes it."
    return None


def _database_trouble(service: str, chosen: Any) -> str | None:
    from sqlalchemy.exc import SQLAlchemyError

    from shared.database import DatabaseNewer, pending_migrations

    try:
        if pending_migrations(service, chosen.database_url):
            return "its database lacks migrations. Run ./casepath migrate."
    except DatabaseNewer as newer:
        return f"{newer} Start the release that migrated it."
    except SQLAlchemyError as error:
        what = next((said for words, said in _DATABASE_SAYS.items() if words in str(error)), "can't be reached")
        return f"its database {what} ({type(error).__name__}). Check CASEPATH_{service.upper()}_DATABASE_URL."
    return None


def _broker_trouble(following: Any, chosen: Any) -> str | None:
    """Declare all that the service will declare later anyway: what the broker has against it is known now."""
    from shared.broker import BrokerRefused, BrokerUnsure, Link, topology

    if not all(_is_amqp(each) for each in chosen.amqp_uri.split(";") if each):
        return (
            "the broker's address can't be read. Write CASEPATH_AMQP_URI as amqp://user:password@host:port/vhost, "
            "with %23 for a # and %2F for a / in a password."
        )
    try:
        link = Link(chosen.amqp_uri, name=f"{following.service} start")
        try:
            topology.declare_source(link, following.service)
            topology.declare_inbox(link, following.service, following.reads.sources)
            if following.reads.protecting:
                topology.declare_guard(link, following.service, following.reads.protecting)
        finally:
            link.cut()
    except BrokerRefused as refused:
        return f"the broker refuses it for good: {refused}. {refused.remedy}."
    except BrokerUnsure:
        return None
    return None


def _is_amqp(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("amqp", "amqps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def serve(plan: Any, service_class: type, chosen: Any) -> int:
    """Serve what a plan and its class describe, until told to stop; gives the exit code."""
    from nameko.runners import ServiceRunner

    from shared.logs import logger
    from shared.process import assemble

    process = assemble(plan, chosen)
    process.begin()
    runner = ServiceRunner(
        {
            "WEB_SERVER_ADDRESS": chosen.listen,
            "max_workers": chosen.http_workers,
            "door": process.door,
            "process": process,
        }
    )
    runner.add_service(service_class)
    try:
        runner.start()
    except OSError as error:
        sys.stderr.write(f"{process.service} can't listen on {chosen.listen}: {os.strerror(error.errno or 0)}.\n")
        return 1
    background = _start_loops(process)
    logger().info("service.started", listen=chosen.listen, environment=chosen.environment)
    asked = _wait(runner, process, background)
    logger().info("service.stopped", asked=asked)
    return 0 if asked else 1


def _start_loops(process: "Process") -> list[Any]:
    import eventlet

    from shared import metrics

    for part in ("relay", "follower", "guard"):
        loop = getattr(process, part)
        metrics.connected.labels(part).set_function(functools.partial(_is_connected, loop))
        metrics.refused.labels(part).set_function(functools.partial(_is_refused, loop))
    eventlet.spawn(_watch_hub)
    return [eventlet.spawn(loop.run) for loop in process.loops]


def _is_connected(part: Any) -> float:
    return float(part.connected)


def _is_refused(part: Any) -> float:
    return float(bool(part.refusal))


def _watch_hub() -> None:
    """Measure how late a sleeper is woken: a hub that is held up holds up every request."""
    from shared import metrics

    while True:
        began = time.monotonic()
        time.sleep(0.5)
        metrics.hub_lag.set(max(0.0, time.monotonic() - began - 0.5))


def _wait(runner: Any, process: "Process", background: list[Any]) -> bool:
    """Wait for SIGTERM or SIGINT, then stop in order: no new requests, the loops' batches in hand, the connections.

    Gives False when a loop ended that was not asked to.
    """
    import eventlet

    told = eventlet.Event()

    def tell(asked: bool) -> None:  # noqa: FBT001 - what the event carries
        if not told.ready():
            told.send(asked)

    def stop(_number: int, _frame: FrameType | None) -> None:
        eventlet.spawn_n(tell, True)  # a second signal may come before the first is told

    def end(thread: Any) -> None:
        # A loop that ends by itself has met a mistake of ours: better a restart than a service that looks alive.
        if not told.ready():
            _tell_why(thread)
            tell(False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for thread in background:
        thread.link(end)
    asked = bool(told.wait())
    with eventlet.Timeout(STOP_SECONDS, False):
        for loop in process.loops:
            loop.stop()
        runner.stop()
        for thread in background:
            with suppress(Exception):  # told by `end` already, and without its words
                thread.wait()
    process.database.engine.dispose()
    return asked


def _tell_why(thread: Any) -> None:
    from shared.logs import logger

    try:
        thread.wait()
    except Exception:  # noqa: BLE001 - whatever ended it, the service stops; here it is only told
        logger().exception("loop.failed")
    else:
        logger().error("loop.ended")
