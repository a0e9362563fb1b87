"""Comparison of the systems: in each round all do the same job in turn, so that changes of the machine affect all."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from deploy.cli.console import print_table
from tests.benchmarks.exchange.running import running
from tests.benchmarks.exchange.systems import ALL, CEILING, NAMEKO, OURS, Place, System, places
from tests.benchmarks.measurement import Measurement, machine

#: A service that has just started applies its first 200 events one by one, as a precaution. They are not measured.
WARM_UP = 300
SINGLES = 60


@dataclass
class Figures:
    """The measurements of one system, by round."""

    live: list[float] = field(default_factory=list)
    drain: list[float] = field(default_factory=list)
    idle_p50: list[float] = field(default_factory=list)
    idle_p99: list[float] = field(default_factory=list)
    resident: list[tuple[float, float]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """Return the medians, and the values of each round."""
        return {
            "live_per_second": _median(self.live),
            "drain_per_second": _median(self.drain) if self.drain else None,
            "idle_p50_milliseconds": _median(self.idle_p50, 1),
            "idle_p99_milliseconds": _median(self.idle_p99, 1),
            "producer_megabytes": _median([each[0] for each in self.resident]),
            "consumer_megabytes": _median([each[1] for each in self.resident]),
            "rounds": {"live": _rounded(self.live), "drain": _rounded(self.drain), "idle_p50": _rounded(self.idle_p50)},
        }


def compare(*, rounds: int, events: int) -> tuple[list[Measurement], dict[str, Any]]:
    """Let every system do the job in turn, in several rounds; return the goals' figures, and all figures."""
    found = {each.name: Figures() for each in ALL}
    with _folder() as folder, places(folder, ALL) as where:
        for number in range(rounds):
            # The first system changes with each round, so that the order favours none.
            for system in ALL[number % len(ALL) :] + ALL[: number % len(ALL)]:
                _one_round(system, where[system.module], found[system.name], events)
                _say(f"round {number + 1} of {rounds}: {system.name}, {_last(found[system.name])}")
    _show(found)
    beside = {
        **machine(),
        "events": events,
        "systems": {name: each.shown() for name, each in found.items()},
    }
    return _goals(found), beside


def _one_round(system: System, place: Place, figures: Figures, events: int) -> None:
    with running(system, place) as work:
        work.seconds("live", WARM_UP)
        figures.live.append(events / work.seconds("live", events))
        if system.fills:
            figures.drain.append(events / work.seconds("fill", events))
        singles = work.idle_milliseconds(SINGLES)
        figures.idle_p50.append(median(singles))
        figures.idle_p99.append(quantiles(singles, n=100)[98])
        figures.resident.append(work.resident_megabytes())


def _goals(found: dict[str, Figures]) -> list[Measurement]:
    ours, ceiling, nameko = (found[each.name] for each in (OURS, CEILING, NAMEKO))
    live, drain = median(ours.live), median(ours.drain)
    # None if only these are installed.
    others = [median(found[each.name].live) for each in ALL if each not in (OURS, CEILING, NAMEKO)]
    return [
        Measurement(
            "draining a filled log, against the ceiling", _ratio(drain, median(ceiling.drain)), "x", at_least=0.7
        ),
        Measurement("draining a filled log, against stock nameko", _ratio(drain, median(nameko.live)), "x", at_least=7),
        Measurement("live, against the ceiling", _ratio(live, median(ceiling.live)), "x", at_least=0.6),
        Measurement("live, against stock nameko", _ratio(live, median(nameko.live)), "x", at_least=2),
        *(
            Measurement("live, against the best of the others", _ratio(live, best), "x", at_least=1.5)
            for best in sorted(others)[-1:]
        ),
        Measurement(
            "idle latency (p50), against the ceiling",
            _ratio(median(ours.idle_p50), median(ceiling.idle_p50)),
            "x",
            1.3,
        ),
    ]


def _show(found: dict[str, Figures]) -> None:
    rows = []
    for name, figures in found.items():
        shown = figures.shown()
        drain = shown["drain_per_second"]
        rows.append(
            [
                name,
                f"{shown['live_per_second']:g}",
                "" if drain is None else f"{drain:g}",
                f"{shown['idle_p50_milliseconds']:g} / {shown['idle_p99_milliseconds']:g}",
                f"{shown['producer_megabytes']:g} / {shown['consumer_megabytes']:g}",
            ]
        )
    print_table(["system", "live, events/s", "drain, events/s", "idle p50 / p99, ms", "producer / consumer, MB"], rows)


def _last(figures: Figures) -> str:
    drain = f", drain {figures.drain[-1]:.0f}/s" if figures.drain else ""
    return f"live {figures.live[-1]:.0f}/s{drain}, idle {figures.idle_p50[-1]:.1f} ms"


def _ratio(one: float, other: float) -> float:
    return round(one / other, 2)


def _median(values: list[float], digits: int = 0) -> float:
    return round(median(values), digits)


def _rounded(values: list[float]) -> list[float]:
    return [round(each, 1) for each in values]


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="casepath-benchmark-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # if root runs the benchmark, the servers run as another user, who must enter the folder
        yield folder


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
