"""Response times for desks while one token sends 1,200 requests at once, compared with the times without this flood."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import uuid4

from deploy.cli.console import print_table
from deploy.cli.installation import CHECKOUT
from tests.benchmarks import stage
from tests.benchmarks.load.flood import CONNECTIONS, REQUESTS
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.routes import casework
from tests.benchmarks.routes.client import TOKEN_SECONDS, Client
from tests.kit import serving

#: A desk sends a request at this interval (seconds), answered or not, on one of a few connections.
EVERY_SECONDS = 0.05
DESKS = 8
#: Seconds of measurement without the flood, before each flood.
ALONE_SECONDS = 3.0


def compare(*, rounds: int) -> tuple[list[Measurement], dict[str, Any]]:
    """Measure both in every round; return the goals' figures, and all figures."""
    with stage.folder() as folder, stage.servers_in(folder) as (store, broker):
        broker.add_vhost("load")
        with serving.opened(folder, store, broker.uri("load"), "load", forks=False) as site:
            # The connections of a flood are released some seconds after its end: leave room for the next one.
            unlimited = {"CASEPATH_RATE_CALLER": "off", "CASEPATH_RATE_CLIENT": "off"}
            site.start("intake", CASEPATH_ENVIRONMENT="training", CASEPATH_CONNECTIONS="2000", **unlimited)
            site.wait_ready("intake")
            port = site.installation.ports["intake"]
            tokens = [site.targets.token(("caseworker",), str(uuid4()), TOKEN_SECONDS) for _ in range(2)]
            team = {role: site.register(str(uuid4()), role) for role in casework.ROLES}
            cases = [casework.a_whole_case(Client(port, token), team) for token in tokens]
            desks = [Client(port, tokens[0]) for _ in range(DESKS)]
            figures = [_round(port, tokens[1], cases, desks) for _ in range(rounds)]
    times = median(during / alone for alone, during, _ in figures)
    _show(figures)
    name = f"reading a case while another token asks {REQUESTS:,} times at once, beside without"
    kept = [{"alone_ms": alone, "during_ms": during, **counted} for alone, during, counted in figures]
    return [Measurement(name, round(times, 2), "x", 2.0)], {"load": {**machine(), "rounds": kept}}


def _round(port: int, token: str, cases: list[str], desks: list[Client]) -> tuple[float, float, dict[str, Any]]:
    """Return the medians without and with the flood (ms), and the responses to the flood."""
    end = time.monotonic() + ALONE_SECONDS
    alone = _waits(desks, cases[0], lambda: time.monotonic() < end)
    arguments = [
        sys.executable,
        "-m",
        "tests.benchmarks.load.flood",
        str(port),
        f"/v1/cases/{cases[1]}",
        str(CONNECTIONS),
        str(REQUESTS),
    ]
    with subprocess.Popen(arguments, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as flood:
        assert flood.stdin is not None
        assert flood.stdout is not None
        flood.stdin.write(token)
        flood.stdin.close()
        flood.stdout.readline()  # every connection is open, and has sent its first request
        during = _waits(desks, cases[0], lambda: flood.poll() is None)
        counted: dict[str, Any] = json.loads(flood.stdout.read())
    return median(alone), median(during), counted


def _waits(desks: list[Client], case: str, goes_on: Callable[[], bool]) -> list[float]:
    """Send requests at a steady rate while `goes_on` returns true; return the response times (ms)."""
    free, waits, threads = list(desks), list[float](), list[threading.Thread]()

    def ask(desk: Client, planned: float) -> None:
        desk.ask("GET", f"/v1/cases/{case}")
        waits.append((time.perf_counter() - planned) * 1000)
        free.append(desk)

    planned = time.perf_counter()
    while goes_on():
        if free:  # otherwise all desks wait already, and their whole wait is measured
            threads.append(threading.Thread(target=ask, args=(free.pop(), planned)))
            threads[-1].start()
        planned += EVERY_SECONDS
        time.sleep(max(0.0, planned - time.perf_counter()))
    for thread in threads:
        thread.join()
    return waits


def _show(figures: list[tuple[float, float, dict[str, Any]]]) -> None:
    print_table(
        [f"{REQUESTS:,} requests on {CONNECTIONS} connections", "alone, ms", "during, ms", "times", "answered"],
        [
            [
                f"round {number}, {counted['seconds']:.1f} s",
                f"{alone:.1f}",
                f"{during:.1f}",
                f"{during / alone:.2f}",
                " ".join(f"{count} x {status}" for status, count in sorted(counted["statuses"].items())),
            ]
            for number, (alone, during, counted) in enumerate(figures, 1)
        ],
    )
