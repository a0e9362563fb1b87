"""A figure with its goal, printed and stored."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.cli.console import print_table

KEPT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


@dataclass(frozen=True)
class Measurement:
    """A figure and its goal: an upper limit, or a minimum; None without a goal."""

    name: str
    figure: float
    unit: str
    below: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool:
        """Return whether the figure meets its goal."""
        return (self.below is None or self.figure < self.below) and (
            self.at_least is None or self.figure >= self.at_least
        )

    @property
    def goal(self) -> str:
        """Return the goal in a few characters."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.below is None else f"< {self.below:g}"


def machine() -> dict[str, Any]:
    """Return the machine of the measurement, and its load."""
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": [round(average, 1) for average in os.getloadavg()],
    }


def keep(measurements: list[Measurement], *, beside: dict[str, Any], path: Path = KEPT) -> None:
    """Write the measurements and the further values as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{**asdict(each), "met": each.met} for each in measurements]
    path.write_text(json.dumps({"measurements": rows, **beside}, indent=2) + "\n", encoding="utf-8")


def show(measurements: list[Measurement]) -> None:
    """Print the measurements as a table."""
    print_table(
        ["what", "figure", "unit", "goal", "met"],
        [
            [each.name, f"{each.figure:g}", each.unit, each.goal, ("yes" if each.met else "no") if each.goal else ""]
            for each in measurements
        ],
    )
