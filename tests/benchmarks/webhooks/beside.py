"""Webhooks compared with a plain loop that signs and posts the same events; and 200 endpoints with a dead one."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median, quantiles
from typing import Any

from deploy.cli.console import print_table
from deploy.cli.servers import PostgresServer
from services.partners.channels.delivery.actions.source import SOURCE
from shared import encryption
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.stage import folder, servers_in
from tests.benchmarks.webhooks import gate
from tests.kit.harness import RING, Harness, harness
from tests.kit.streams import HandMadeStreams

RECEIVERS, EVENTS = 8, 500
ENDPOINTS, RATE, SECONDS, BEHIND = 200, 100, 8, 100_000
DEAD = " with a dead one"
COMPARED = ("p50", "p95", "processor")


def compare(rounds: int) -> tuple[list[Measurement], dict[str, Any]]:
    """Post the same events with a plain loop and with ours, in turn.

    Then post to many, with and without a dead endpoint.
    """
    with folder() as place, servers_in(place) as (store, _):
        decided, gate_figures = gate.measure(store)
        ratio, rates = _throughput(store, rounds)
        ratios, delays = _beside_dead(store, rounds)
    return (
        [
            *decided,
            Measurement("webhooks posted, of what a bare loop posts", round(ratio * 100), "%", at_least=60),
            Measurement("delay with a dead one among 200, p50, of that without", round(ratios[0], 2), "x", 1.25),
            Measurement("the same, p95", round(ratios[1], 2), "x", 1.25),
            Measurement("the processor's time of the loop, so", round(ratios[2], 2), "x", 1.25),
        ],
        {"webhooks": rates, "webhook_delays": delays, **gate_figures},
    )


def _throughput(store: PostgresServer, rounds: int) -> tuple[float, dict[str, list[float]]]:
    """Measure ours between two plain loops, so that an increasing load of the machine affects both."""
    rates: dict[str, list[float]] = {"bare": [], "ours": []}
    with receivers(RECEIVERS) as (ports, _):
        for _ in range(rounds):
            with harness("partners", store) as partners:
                named = _registered(partners, ports)
                bare = (",".join(named), ",".join(map(str, ports)), str(EVENTS))
                before = _run("bare", *bare)
                ours = _ours(partners, named, EVENTS)
                after = _run("bare", *bare)
            rates["bare"].append(len(named) * EVENTS * 2 / (before + after))
            rates["ours"].append(len(named) * EVENTS / ours)
    print_table(["posted", "/s, median"], [[name, f"{median(rate):.0f}"] for name, rate in rates.items()])
    return median(ours / bare for ours, bare in zip(rates["ours"], rates["bare"], strict=True)), rates


def _beside_dead(store: PostgresServer, rounds: int) -> tuple[list[float], dict[str, list[float]]]:
    """Measure a loop with a dead endpoint and one without at the same time: the machine's load affects both.

    CPU time that one takes from the other would affect both too. The CPU times are therefore compared as well.
    """
    late: dict[str, list[float]] = {f"{which}{name}": [] for name in ("", DEAD) for which in COMPARED}
    with ExitStack() as stack:
        sides = {name: stack.enter_context(receivers(ENDPOINTS)) for name in ("", DEAD)}
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for number in range(rounds):
            with ExitStack() as both:
                runs = [
                    _trickling(both.enter_context(harness("partners", store)), ports, silent if name else None)
                    for name, (ports, _) in sides.items()
                ]
                with ThreadPoolExecutor(len(runs)) as at_once:
                    begun = runs if number % 2 else runs[::-1]
                    spent = list(at_once.map(lambda run: run(), begun))
            for name, seconds in zip(sides if number % 2 else reversed(sides), spent, strict=True):
                late[f"processor{name}"].append(seconds)
            for name, (_, delays) in sides.items():
                found = sorted(delay for delay in delays() if delay)
                late[f"p50{name}"].append(median(found))
                late[f"p95{name}"].append(quantiles(found, n=20)[-1])
    print_table(["delay", "ms, median"], [[name, f"{median(each) * 1000:.1f}"] for name, each in late.items()])
    ratios = [
        median(dead / alone for dead, alone in zip(late[f"{which}{DEAD}"], late[which], strict=True))
        for which in COMPARED
    ]
    return ratios, late


def _trickling(partners: Harness, ports: list[int], silent: socket.socket | None) -> Callable[[], float]:
    """Register many endpoints; return a function that posts a little to each.

    With `silent`, the first has a backlog.
    """
    first = ports[0] if silent is None else silent.getsockname()[1]
    named = _registered(partners, [first, *ports[1:]])
    return partial(_ours, partners, named, BEHIND if silent else 0, rate=RATE, seconds=SECONDS)


@contextmanager
def receivers(count: int) -> Iterator[tuple[list[int], Any]]:
    """Run receivers; yield their ports, and a function that returns the delays since its last call."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.webhooks.receivers", str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asking, answering = process.stdin, process.stdout

    def delays() -> list[float]:
        asking.write("\n")
        asking.flush()
        answer: list[float] = json.loads(answering.readline())
        return answer

    try:
        yield json.loads(answering.readline()), delays
    finally:
        process.kill()
        process.wait()


def _registered(partners: Harness, ports: list[int]) -> list[str]:
    partners.database.provide(SOURCE, HandMadeStreams())
    operator, named = partners.staff("operator"), []
    for port in ports:
        entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
        named.append(str(operator.told("POST", "/v1/agencies", entry, 201)["id"]))
        webhook = {"url": f"http://127.0.0.1:{port}/hook", "after": 0}
        operator.told("POST", f"/v1/agencies/{named[-1]}/webhooks", webhook, 201)
    return named


def _ours(partners: Harness, named: list[str], count: int, *, rate: float = 0, seconds: float = 0) -> float:
    keys = partners.database.provided(encryption.KEYS)._engine
    urls = [
        engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        for engine in (partners.database.engine, keys)
    ]
    return _run("ours", ",".join(named), str(count), *urls, str(rate), str(seconds), "partners")


def _run(module: str, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.webhooks.{module}", *arguments],
        env={**os.environ, "RING": RING},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return float(done.stdout.split()[-1])
