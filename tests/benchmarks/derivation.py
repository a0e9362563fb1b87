"""CPU time to derive the clocks of a long case, by law.

The worst case excludes full garbage collections of the process. They happen in one of some hundred derivations, and
take as long as all objects of the process require: 70 ms, independent of the derivation. Such a collection, and not the
law of Romania, was the one outlier in the trial of this mechanism.
"""

import gc
import random
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles
from time import process_time
from typing import Any, Final
from uuid import UUID

from deploy.cli.console import print_table
from shared.deadlines.derivation import derive
from shared.deadlines.facts import Fact
from shared.reference import JURISDICTIONS
from tests.benchmarks.measurement import Measurement, machine
from tests.kit.histories import kinds_of

FACTS, CASES, GOAL_MS = 60, 120, 20
_NOW: Final = datetime(2025, 6, 1, 12, tzinfo=UTC)
_FULL: Final = 2


def measure() -> tuple[list[Measurement], dict[str, Any]]:
    """Derive long cases under each law."""
    figures = {law: _of_law(law) for law in JURISDICTIONS}
    names = ("median_ms", "p95_ms", "worst_ms", "worst_with_collection_ms")
    print_table(
        [f"{FACTS} facts", "median, ms", "95 of 100, ms", "worst, ms", "worst with a full collection, ms"],
        [[law, *(f"{of[name]:.1f}" for name in names)] for law, of in figures.items()],
    )
    worst = max(of["p95_ms"] for of in figures.values())
    what = f"processor time to derive a case of {FACTS} facts, 95 of 100, slowest law"
    return [Measurement(what, round(worst, 1), "ms", GOAL_MS)], {"derivation": {**machine(), **figures}}


def _of_law(law: str) -> dict[str, float]:
    chance = random.Random(5)
    cases = [case_of(law, chance) for _ in range(CASES)]
    derive(cases[0], _NOW, keeper=None)  # a process builds its calendars once
    times, collecting = list[float](), list[float]()
    full = list[int]()

    def note(phase: str, of: dict[str, int]) -> None:
        if phase == "stop" and of["generation"] == _FULL:
            full.append(1)

    gc.callbacks.append(note)
    try:
        for facts in cases:
            full.clear()
            began = process_time()
            derive(facts, _NOW, keeper=None)
            (collecting if full else times).append((process_time() - began) * 1000)
    finally:
        gc.callbacks.remove(note)
    return {
        "median_ms": median(times),
        "p95_ms": quantiles(times + collecting, n=20)[-1],
        "worst_ms": max(times),
        "worst_with_collection_ms": max(collecting, default=0),
    }


def case_of(law: str, chance: random.Random) -> list[Fact]:
    """Return a long case: facts that start, end or change a period under a law, on days close to each other."""
    case = UUID(int=chance.getrandbits(128))
    made = [
        Fact(id=UUID(int=chance.getrandbits(128)), case=case, kind=kind, happened="2000", codes=codes)
        for kind, codes in (("law", {"jurisdiction": law}), ("person", {"age": "unknown"}))
    ]
    while len(made) < FACTS:
        kind, codes = chance.choice(kinds_of(law))
        day = (date(2024, 1, 8) + timedelta(days=chance.randrange(700))).isoformat()
        happened = chance.choice((day, day, day, day[: len("2024-01")], "2024", "unknown"))
        about = chance.choice((None, None, chance.choice(made).id))
        learnt = chance.choice((None, "2026-01-15"))
        identity = UUID(int=chance.getrandbits(128))
        made.append(Fact(id=identity, case=case, kind=kind, happened=happened, learnt=learnt, about=about, codes=codes))
    return made
