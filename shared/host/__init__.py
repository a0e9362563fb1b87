"""Hosts one service: the only user of eventlet and of nameko's runner, so that the host can be changed in one place.

Run as `python -m services <name>`. `prepare` must come before any other import: it makes sockets, threads and psycopg's
waiting cooperative, and what was imported before keeps the blocking kind.
"""

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Any

from shared.host.hub import prepare, start_loops, wait

__all__ = ["prepare", "run", "serve"]


def run(service: str, ports: Mapping[str, int]) -> int:
    """Run one service until a signal stops it; returns the exit code."""
    from shared import logs, settings
    from shared.host.obstacles import reason_not_to_start

    try:
        chosen = settings.load(service, ports, os.environ)
    except settings.SettingRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    logs.configure(service, form=chosen.log_format, level=chosen.log_level)
    module = importlib.import_module(f"services.{service}.service")
    reason = reason_not_to_start(module.PLAN, chosen)
    if reason is not None:
        logs.logger().error("service.not_started", reason=reason)
        sys.stderr.write(f"{service} does not start: {reason}\n")
        return 1
    return serve(module.PLAN, module.SERVICE, chosen)


def serve(plan: Any, service_class: type, chosen: Any) -> int:
    """Serve what a plan and its class describe, until a signal stops it; returns the exit code."""
    from nameko.runners import ServiceRunner

    from shared.logs import logger
    from shared.process import assemble

    process = assemble(plan, chosen)
    process.begin()
    runner = ServiceRunner(
        {
            "WEB_SERVER_ADDRESS": chosen.listen,
            "max_workers": chosen.http_workers,
            "connections": chosen.connections,
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
    background = start_loops(process)
    logger().info("service.started", listen=chosen.listen, environment=chosen.environment)
    was_asked = wait(runner, process, background)
    logger().info("service.stopped", asked=was_asked)
    return 0 if was_asked else 1
