"""A figure beside its goal, printed and kept."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.cli.console import print_table

KEPT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


@dataclass(frozen=True)
class Measurement:
    """One figure; the goal is what it should stay below."""

    name: str
    figure: float
    unit: str
    goal: float

    @property
    def met(self) -> bool:
        """Whether the figure stayed below its goal."""
        return self.figure < self.goal


def keep(measurements: list[Measurement], path: Path = KEPT) -> None:
    """Write the measurements as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{**asdict(each), "met": each.met} for each in measurements]
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def show(measurements: list[Measurement]) -> None:
    """Print the measurements as a table."""
    print_table(
        ["what", "figure", "unit", "goal", "met"],
        [
            [each.name, f"{each.figure:g}", each.unit, f"< {each.goal:g}", "yes" if each.met else "no"]
            for each in measurements
        ],
    )
