"""A process that has loaded all services, and is forked for each service that a test starts.

Only `tests.kit.preloaded` runs it. An order is a line of JSON on standard input, the response a line on standard
output.
"""

from shared.runtime import host

host.prepare()  # before any other import: see that module

import gc  # noqa: E402
import importlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from contextlib import suppress  # noqa: E402
from typing import Any  # noqa: E402

import nameko.runners  # noqa: E402, F401 - what a service loads once it begins
from eventlet import hubs  # noqa: E402

import shared.runtime.host.obstacles  # noqa: E402
import shared.runtime.process  # noqa: E402, F401 - as above
from services import PORTS  # noqa: E402
from services.registry import parts_of  # noqa: E402
from shared.telemetry import crash  # noqa: E402

Order = dict[str, Any]


def opened(order: Order) -> list[int]:
    """Return the descriptors of the service's standard input, output and error."""
    return [os.open(os.devnull, os.O_RDONLY), *(os.open(order[name], os.O_WRONLY) for name in ("out", "err"))]


def become(order: Order, descriptors: list[int]) -> int:
    """Run a service as its own process does; return its exit code."""
    os.setsid()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(order["directory"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv[1:] = [order["service"]]
    importlib.reload(crash)  # this module reads the environment when it is loaded
    hubs.use_hub()  # two processes that share a hub would take each other's events
    return host.run(order["service"], PORTS, parts_of)


def state_of(pid: int) -> int | None:
    """Return the exit status of a process as the kernel reports it; None while it runs."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return status if found else None


def main() -> int:
    """Process orders until standard input ends; return the exit code, in a forked process that of its service."""
    for service in PORTS:
        parts_of(service)
    gc.collect()
    gc.freeze()
    begun: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "look" in order:
            answer = state_of(order["look"])
            begun -= {order["look"]} if answer is not None else set()
        else:
            descriptors = opened(order)
            answer = os.fork()
            if answer == 0:
                return become(order, descriptors)
            begun.add(answer)
            for descriptor in descriptors:
                os.close(descriptor)
        os.write(1, f"{json.dumps(answer)}\n".encode())
    for pid in begun:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
