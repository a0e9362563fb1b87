"""Host one service.

This package is the only user of eventlet and of nameko's runner, so the host can be replaced here.

Run as `python -m services <name>`. `prepare` must come before any other import: it makes sockets, threads and
psycopg's waiting cooperative. A module that is imported earlier keeps the blocking kind.
"""

import gc
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from shared.runtime.host.hub import heed_signals, meanwhile, prepare, start_loops, wait

if TYPE_CHECKING:
    from shared.runtime.process import ServiceParts
    from shared.runtime.settings import Settings

#: The number of new objects before the garbage collector runs; Python's default is 700.
_NEW_OBJECTS = 10_000

__all__ = ["meanwhile", "prepare", "run", "serve"]


def run(service: str, ports: Mapping[str, int], load: Callable[[str], "tuple[ServiceParts, type]"]) -> int:
    """Run one service until a signal stops it. Return the exit code."""
    # control: H-DEADLINE-12 law-is-read-before-the-start
    # Code lists are built when modules are imported, so broken profiles must be reported first.
    from shared import reference

    try:
        reference.load_all()
    except reference.BrokenReference as broken:
        sys.stderr.write(f"{service} does not start: {broken}. ./casepath reference check shows the same.\n")
        return 2
    from shared import __version__
    from shared.runtime import settings
    from shared.runtime.host.obstacles import reason_not_to_start
    from shared.runtime.variables import SettingRefused
    from shared.telemetry import logs, metrics

    try:
        chosen = settings.load(service, ports, os.environ)
    except SettingRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    logs.configure(service, form=chosen.log_format, level=chosen.log_level, release=__version__)
    metrics.says_release(__version__)
    parts, service_class = load(service)
    reason = reason_not_to_start(parts, chosen)
    if reason is not None:
        logs.logger().error("service.not_started", reason=reason)
        sys.stderr.write(f"{service} does not start: {reason}\n")
        return 1
    return serve(parts, service_class, chosen)


def serve(parts: "ServiceParts", service_class: type, chosen: "Settings") -> int:
    """Serve a service's parts and class until a signal stops it. Return the exit code."""
    from nameko.runners import ServiceRunner

    from shared.runtime.process import assemble
    from shared.telemetry.logs import logger

    process = assemble(parts, chosen)
    process.begin()
    process.pipeline.transactions.meanwhile = meanwhile
    runner = ServiceRunner(
        {
            "WEB_SERVER_ADDRESS": chosen.listen,
            "max_workers": chosen.http_workers,
            "connections": chosen.connections,
            "pipeline": process.pipeline,
            "callers": process.callers,
            "waits": process.waits,
            "elsewhere": process.elsewhere,
            "process": process,
        }
    )
    runner.add_service(service_class)
    ended = heed_signals()
    try:
        runner.start()
    except OSError as error:
        sys.stderr.write(f"{process.service} can't listen on {chosen.listen}: {os.strerror(error.errno or 0)}.\n")
        return 1
    _leave_what_stays()
    background = start_loops(process)
    logger().info("service.started", listen=chosen.listen, environment=chosen.environment)
    was_asked = wait(runner, process, background, ended)
    logger().info("service.stopped", asked=was_asked)
    return 0 if was_asked else 1


def _leave_what_stays() -> None:
    """Exclude loaded objects from garbage collection, and run it less often.

    A page of a list creates thousands of rows at once, none of which is garbage before the answer is written.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    gc.enable()
