"""The results of a soak test so far, stored in build/soak.json after each check, and printed as text."""

import json
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from deploy.cli.installation import SERVICES
from tests.faults.field import Field
from tests.faults.history import Found
from tests.faults.soak.trouble import REPLICAS

KEPT = Path(__file__).resolve().parents[3] / "build" / "soak.json"
MEGABYTE = 1_000_000
#: A new process still allocates memory that it will keep.
GROWN_UP_SECONDS = 120.0
_SIZE = text("select pg_database_size(current_database())")


@dataclass
class Life:
    """The memory of one process, from the end of its warm-up until the last check."""

    process: str
    began_minute: float
    minutes: float
    first_megabytes: float
    last_megabytes: float


@dataclass
class Record:
    """A run: its parameters, its faults, and its counters."""

    minutes: float
    seed: int
    troubles: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    lives: dict[int, Life] = field(default_factory=dict)
    largest_megabytes: dict[str, float] = field(default_factory=dict)
    database_megabytes: list[dict[str, float]] = field(default_factory=list)
    journeys: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    total: Found = field(default_factory=Found)
    wrong: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def minute(self) -> float:
        """Return the minutes since the start."""
        return round((time.monotonic() - self.began) / 60, 1)

    @property
    def faults(self) -> int:
        """Return the number of faults so far."""
        return sum(self.troubles.values())

    def trouble(self, kind: str, what: str) -> None:
        """Record a fault that has ended."""
        self.troubles[kind] = self.troubles.get(kind, 0) + 1
        self.told.append(f"{self.minute} {kind}: {what}")
        self.say(f"{kind}: {what}")

    def look_at_memory(self, field_: Field) -> None:
        """Record the current memory use of each process."""
        for service in SERVICES:
            for replica in range(REPLICAS):
                if field_.runs(service, replica):
                    self._look_at(f"{service} {replica}", psutil.Process(field_.pid(service, replica)))

    def _look_at(self, name: str, process: psutil.Process) -> None:
        held = round(process.memory_info().rss / MEGABYTE, 1)
        self.largest_megabytes[name] = max(held, self.largest_megabytes.get(name, 0.0))
        if time.time() - process.create_time() < GROWN_UP_SECONDS:
            return
        life = self.lives.setdefault(process.pid, Life(name, self.minute, 0.0, held, held))
        life.minutes, life.last_megabytes = round(self.minute - life.began_minute, 1), held

    def count(self, _name: str, counted: Any) -> None:
        """Add the counters of a check, also if it then fails."""
        self.total += Found(**{each.name: counted[each.name] for each in fields(Found)})

    def check(self, found: Found, field_: Field) -> None:
        """Record a successful check of the whole history."""
        self.checks.append({"minute": self.minute, **asdict(found)})
        self.writes = {"tried": len(field_.writes), "answered": sum(each.answered for each in field_.writes)}
        sizes: dict[str, float] = {}
        for service in SERVICES:
            with field_.database(service).transaction() as session:
                sizes[service] = round(session.execute(_SIZE).scalar_one() / MEGABYTE, 1)
        self.database_megabytes.append(sizes)
        self.look_at_memory(field_)
        self.say(f"checked: {found}; memory {self.largest_megabytes}; databases {sizes} MB")
        self.keep()

    def keep(self) -> None:
        """Write the results to the file."""
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        document = {**asdict(self), "lives": [asdict(each) for each in self.lives.values()], "ran_minutes": self.minute}
        del document["began"]
        KEPT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")

    def say(self, line: str) -> None:
        """Print the progress."""
        print(f"[{self.minute:5.1f} min] {line}", flush=True)  # noqa: T201 - a program for the terminal

    def summary(self) -> str:
        """Return a summary of a few lines; the last line is as in `make faults`."""
        longest = sorted(self.lives.values(), key=lambda life: life.minutes, reverse=True)[:6]
        lives = [
            f"  {each.process}: {each.first_megabytes} MB, {each.minutes} minutes later {each.last_megabytes} MB"
            for each in longest
        ]
        total = self.total
        return "\n".join(
            [
                f"seed {self.seed}, {self.minute} minutes, {len(self.checks)} checks of the whole history",
                f"faults: {', '.join(f'{name} {count}' for name, count in sorted(self.troubles.items()))}",
                f"writes {self.writes}, journeys {self.journeys}, recovered {total.recovered}",
                f"memory, the largest ever seen (MB): {self.largest_megabytes}",
                "memory of the longest-lived processes:",
                *lives,
                *(f"WRONG: {each}" for each in self.wrong),
                " ".join(f"{name} {getattr(total, name)}" for name in ("lost", "duplicated", "ghosts", "disorder"))
                + f" checks {len(self.checks)} events {total.events} faults {self.faults}",
            ]
        )
