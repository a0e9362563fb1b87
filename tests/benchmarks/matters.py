"""Response times for the matters of one case, with 30 matters and 200 key dates, and for a change of one matter."""

from collections.abc import Callable
from datetime import date, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from deploy.cli.console import print_table
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.stage import folder, servers_in
from tests.kit.client import Client
from tests.kit.harness import harness

MATTERS, DATES = 30, 200
ROUNDS, WARM_UP = 60, 10
#: The limit for each request, in milliseconds: the same as for a list across cases.
BOUND = 100


def measure() -> tuple[list[Measurement], dict[str, Any]]:
    """Fill a case, and send each request in turn; return the slowest with its limit, and all figures."""
    with folder() as place, servers_in(place) as (store, _), harness("legal", store) as legal:
        adviser = legal.member("legal_adviser")
        files = _filled(adviser)
        asked: dict[str, Callable[[], object]] = {
            "the matters of the case": lambda: adviser.told("GET", "matter-files"),
            "one matter": lambda: adviser.told("GET", files[0]),
            "what is due in them": lambda: adviser.told("GET", "/v1/matter-files/due"),
            "the legal file": lambda: adviser.told("GET", ""),
            "one more document": lambda: adviser.told("POST", f"{files[0]}/documents", {"kind": "identity"}, 201),
        }
        milliseconds = {what: _timed(ask) for what, ask in asked.items()}
    print_table(
        [f"of a case with {MATTERS} matters and {DATES} key dates", "median, ms", "95 of 100, ms"],
        [[what, f"{median(times):.1f}", f"{_late(times):.1f}"] for what, times in milliseconds.items()],
    )
    medians = {what: round(median(times), 2) for what, times in milliseconds.items()}
    what = f"the slowest of a case with {MATTERS} matters and {DATES} key dates, median"
    return [Measurement(what, max(medians.values()), "ms", BOUND)], {"matters": {**machine(), "median_ms": medians}}


def _filled(adviser: Client) -> list[str]:
    """Open and accept the matters, and add each one's share of the dates; return their paths."""
    files = []
    for _ in range(MATTERS):
        file = f"matter-files/{adviser.told('POST', 'matter-files', {'type': 'residence'}, 201)['id']}"
        adviser.told("POST", f"{file}/opening", {"decision": "accepted"}, 201)
        files.append(file)
    first = date(2026, 3, 2)
    for number in range(DATES):
        body = {"kind": "appeal", "due_on": str(first + timedelta(days=number))}
        adviser.told("POST", f"{files[number % MATTERS]}/dates", body, 201)
    return files


def _timed(ask: Callable[[], object]) -> list[float]:
    times = []
    for number in range(WARM_UP + ROUNDS):
        began = perf_counter()
        ask()
        if number >= WARM_UP:
            times.append((perf_counter() - began) * 1_000)
    return times


def _late(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]
