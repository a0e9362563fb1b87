"""`make bench`: measures what goals name, prints tables, writes build/bench.json. Never a test: machines differ."""

import os

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # before psycopg: see shared/store/database.py

import argparse
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, Final, TypeAlias

from deploy.cli.installation import SERVICES
from tests.benchmarks import (
    derivation,
    deriving,
    doubts,
    linking,
    lists,
    matching,
    matters,
    memory,
    risk_change,
    search,
)
from tests.benchmarks.cost import dearest as cost
from tests.benchmarks.exchange import rounds as exchange
from tests.benchmarks.load import beside as load
from tests.benchmarks.measurement import Measurement, keep, show
from tests.benchmarks.routes import beside as routes
from tests.benchmarks.webhooks import beside as webhooks
from tests.kit.installation import DidNotStart, empty, resident_megabytes, started

STARTS = 3
JOURNEYS = 20


#: Figures with their goals, and what they were made of.
Measured: TypeAlias = tuple[list[Measurement], dict[str, Any]]


def main() -> None:
    """Measure, show and keep."""
    asked = _asked()
    measurements: list[Measurement] = []
    beside: dict[str, Any] = {}
    for part, measure in PARTS.items():
        if asked.only in (None, part):
            compared, figures = measure(asked)
            measurements += compared
            beside |= figures
    show(measurements)
    keep(measurements, beside=beside)


def _installation() -> list[Measurement]:
    """Measure whole installations: how soon they serve, and how much memory a service takes."""
    starts: list[float] = []
    for last in [False] * (STARTS - 1) + [True]:
        with empty() as installation, started(installation) as seconds:
            starts.append(seconds)
            if last:
                if not memory.journeys(installation, JOURNEYS):
                    raise DidNotStart("The journeys did not come to their end; memory is measured after them.")
                after_journeys = max(resident_megabytes(installation, name) for name in SERVICES)
                many = memory.through_many_events(installation)
    events = f"{memory.EVENTS:,} events"
    return [
        Measurement(f"cold `up` to ready, median of {STARTS}", round(median(starts), 1), "s", 20),
        Measurement(f"memory of the largest service after {JOURNEYS} journeys", round(after_journeys, 1), "MB", 100),
        Measurement(f"the same after {events} more", round(many.late, 1), "MB", 100),
        Measurement(f"its growth from a tenth of the {events} to the last", round(many.late - many.early, 1), "MB", 5),
        Measurement("from intake to legal and support, each event applied by both", round(many.per_second), "/s"),
    ]


#: In the order in which they are measured.
PARTS: Final[Mapping[str, Callable[[argparse.Namespace], Measured]]] = {
    "installation": lambda _asked: (_installation(), {}),
    "routes": lambda asked: routes.compare(rounds=asked.rounds),
    "lists": lambda asked: lists.measure(rounds=asked.rounds),
    "matters": lambda _asked: matters.measure(),
    "search": lambda _asked: search.compare(),
    "derivation": lambda _asked: derivation.measure(),
    "doubts": lambda _asked: doubts.measure(),
    "deriving": lambda _asked: deriving.compare(),
    "matching": lambda _asked: matching.compare(),
    "risk-change": lambda _asked: risk_change.measure(),
    "cost": lambda _asked: cost.measure(),
    "load": lambda asked: load.compare(rounds=asked.rounds),
    "webhooks": lambda asked: webhooks.compare(rounds=asked.rounds),
    "linking": lambda _asked: linking.compare(),
    "exchange": lambda asked: exchange.compare(rounds=asked.rounds, events=asked.events),
}


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="leave the other parts out")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which the systems take turns (5)")
    parser.add_argument("--events", type=int, default=5_000, help="events of one measurement (5000)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
