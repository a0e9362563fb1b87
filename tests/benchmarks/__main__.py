"""`make bench`: measure the goals' figures, print tables, write build/bench.json. Not a test: machines differ."""

import os

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # before psycopg: see shared/store/database.py

import argparse
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from tests.benchmarks import (
    derivation,
    deriving,
    desk,
    doubts,
    flood,
    installation,
    linking,
    lists,
    matching,
    matters,
    risk_change,
    search,
    tiny,
)
from tests.benchmarks.cost import dearest as cost
from tests.benchmarks.exchange import rounds as exchange
from tests.benchmarks.load import beside as load
from tests.benchmarks.measurement import KEPT, Measurement, keep, show
from tests.benchmarks.routes import beside as routes
from tests.benchmarks.webhooks import beside as webhooks

#: Figures with their goals, and the values behind them.
Measured: TypeAlias = tuple[list[Measurement], dict[str, Any]]


def main() -> None:
    """Measure each part, and print its figures; store them immediately. Exit non-zero if a part failed."""
    asked = _asked()
    if asked.tiny:
        tiny.shrink()
        asked.rounds, asked.events = 1, tiny.EVENTS
    measurements: list[Measurement] = []
    beside: dict[str, Any] = {}
    failed: list[str] = []
    for part, measure in PARTS.items():
        if asked.only in (None, part):
            try:
                compared, figures = measure(asked)
            except Exception:  # noqa: BLE001 - whatever failed in one part, the others are measured
                traceback.print_exc()
                failed.append(part)
            else:
                measurements += compared
                beside |= figures
            keep(measurements, beside={**beside, "failed": failed}, path=asked.keep)
    show(measurements)
    if failed:
        sys.exit(f"Not measured, see above: {', '.join(failed)}.")


#: The order of the measurements.
PARTS: Final[Mapping[str, Callable[[argparse.Namespace], Measured]]] = {
    "installation": lambda _asked: (installation.measure(), {}),
    "routes": lambda asked: routes.compare(rounds=asked.rounds),
    "lists": lambda asked: lists.measure(rounds=asked.rounds),
    "desk": lambda _asked: desk.measure(),
    "flood": lambda _asked: flood.measure(),
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
    parser.add_argument("--tiny", action="store_true", help="measure next to nothing, to see that each part runs")
    parser.add_argument("--keep", type=Path, default=KEPT, help="the file of the figures")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which the systems take turns (5)")
    parser.add_argument("--events", type=int, default=5_000, help="events of one measurement (5000)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
