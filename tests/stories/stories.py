"""The dated stories as data: their steps and expectations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

FOLDER = Path(__file__).parent / "data"
#: The only case of a story that names none.
ONLY = "the case"


@dataclass(frozen=True)
class Step:
    """A recorded step, with who recorded it and when; `said` has all the fields of the step in the file."""

    number: int
    kind: str
    recorded: datetime
    said: Mapping[str, Any]

    @property
    def happened(self) -> str:
        """When it happened, as written in the story."""
        return str(self.said["happened"])


@dataclass(frozen=True)
class Story:
    """A story: its `agencies` by the names that it gives them; `expect` has the expectations from the file."""

    id: str
    jurisdiction: str
    zone: ZoneInfo
    as_of: date
    agencies: Mapping[str, Mapping[str, Any]]
    steps: tuple[Step, ...]
    expect: Mapping[str, Any]

    def step(self, number: int) -> Step:
        """Return a step by its number."""
        return self.steps[number - 1]

    def evening(self, day: date | str) -> datetime:
        """Return the last second of a local day, in UTC."""
        on = date.fromisoformat(day) if isinstance(day, str) else day
        return datetime.combine(on, time(23, 59, 59), self.zone).astimezone(UTC)

    @property
    def leads(self) -> Sequence[str]:
        """The agencies that lead the case, one after the other."""
        return [name for name, said in self.agencies.items() if said.get("lead")]

    @property
    def cases(self) -> Sequence[str]:
        """The cases in the order in which they occur: by person, by their letters, or the only one."""
        named = [key for step in self.steps for key in cases_of(step)]
        return list(dict.fromkeys(named)) or [ONLY]


def cases_of(step: Step) -> list[str]:
    """Return the cases that a step is about, by the story's own names; none if it names none."""
    if "about" in step.said:
        return list(step.said["about"])
    return [step.said["case"]] if "case" in step.said else []


def read(path: Path) -> Story:
    """Read one story."""
    # Use the C loader: each test process reads all stories, and the pure Python loader takes ten times as long.
    told = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    steps = [
        Step(said["n"], said["kind"], datetime.fromisoformat(said["recorded"]).astimezone(UTC), said)
        for said in told["steps"]
    ]
    return Story(
        told["id"],
        told["jurisdiction"],
        ZoneInfo(told["timezone"]),
        date.fromisoformat(told["as_of"]),
        told["agencies"],
        tuple(steps),
        told["expect"],
    )


def all_stories() -> list[Story]:
    """Return every story, by its name."""
    return [read(path) for path in sorted(FOLDER.glob("*.yaml"))]
