"""Time to derive the periods of a case with many facts, compared with the commit that each change needs in any case."""

import random
import sys
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from deploy.cli.console import print_table
from shared.deadlines import clocks, facts
from shared.deadlines.derivation import derive
from shared.deadlines.facts import Fact
from shared.store.database import Database, engine_for
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.stage import folder, servers_in
from tests.kit import databases
from tests.kit.clocks import ServiceClocks

FACTS, ROUNDS, WARM_UP = 60, 300, 20
_FIRST = date(2025, 1, 6)
#: The contents of a long case: (kind, codes, number).
_MADE_OF: tuple[tuple[str, dict[str, str], int], ...] = (
    ("submission", {"stage": "referred"}, 2),
    ("decision", {"stage": "reasonable_grounds", "outcome": "negative"}, 2),
    ("decision", {"stage": "reasonable_grounds", "outcome": "positive"}, 1),
    ("decision", {"stage": "conclusive_grounds", "outcome": "positive"}, 1),
    ("reconsideration_requested", {"stage": "reasonable_grounds"}, 2),
    ("first_incident", {}, 8),
    ("last_incident", {}, 8),
    ("exploitation_ended", {}, 8),
    ("crime_reported", {}, 2),
    ("rights_request", {"right": "access"}, 2),
    ("rights_answer", {"right": "access"}, 2),
    ("claim", {"remedy": "GB.CICA"}, 1),
)


def compare() -> tuple[list[Measurement], dict[str, Any]]:
    """Derive a long case with and without a transaction, and commit one without derivation, in turn."""
    with folder() as place, servers_in(place) as (store, _), databases.migrated(store, "intake") as url:
        engine = engine_for(url)
        here = ServiceClocks(Database(engine))
        here.at("2025-06-01T12:00:00")
        noted = _facts(here.subject)
        here.note(*noted)
        pure = _milliseconds(lambda: derive(noted, datetime(2025, 6, 1, 12, tzinfo=UTC), keeper=None))
        commits, derived = _in_turn(here, noted[-1])
        kept = len(here.all_shown())
        engine.dispose()
    rows = [("derived, alone", pure), ("a commit of one fact", commits), ("the same, and derived", derived)]
    print_table(
        [f"{FACTS} facts, {kept} periods", "median, ms", "95 of 100, ms"],
        [[what, f"{median(times):.2f}", f"{_late(times):.2f}"] for what, times in rows],
    )
    figures = {what: {"median_ms": median(times), "p95_ms": _late(times)} for what, times in rows}
    what = f"deriving the periods of a case of {FACTS} facts, beside its commit, median"
    return [Measurement(what, round(median(derived) - median(commits), 2), "ms", 20)], {
        "deriving": {**machine(), **figures}
    }


def _facts(case: UUID) -> list[Fact]:
    chance = random.Random(1)
    made = [
        Fact(id=uuid4(), case=case, kind="law", happened="2025-01-01", codes={"jurisdiction": "GB-EAW"}),
        Fact(id=uuid4(), case=case, kind="person", happened="2025-01-01", codes={"age": "adult"}),
    ]
    kinds = [(kind, codes) for kind, codes, count in _MADE_OF for _ in range(count)]
    kinds += [("work_ended", {})] + [("discovery", {})] * (FACTS - len(kinds) - len(made) - 1)
    for kind, codes in kinds:
        day = (_FIRST + timedelta(days=chance.randrange(140))).isoformat()
        made.append(Fact(id=uuid4(), case=case, kind=kind, happened=chance.choice((day, day[:7])), codes=codes))
    return made


def _in_turn(here: ServiceClocks, last: Fact) -> tuple[list[float], list[float]]:
    """Commit the next revision of a fact without and with derivation, in turn: a team's work of 15 minutes."""

    def note(session: Any, fact: Fact, *, now: datetime) -> None:
        facts.note(session, fact, now=now, by=None)
        session.execute(select(clocks.c.id).where(clocks.c.subject == fact.case).limit(1)).all()

    commits: list[float] = []
    derived: list[float] = []
    revision = last.revision
    for number in range(WARM_UP + ROUNDS):
        for times, act in ((commits, lambda fact: here.do(note, fact)), (derived, here.note)):
            revision += 1
            again = Fact(id=last.id, case=last.case, kind=last.kind, revision=revision, happened=last.happened)
            began = perf_counter()
            act(again)
            if number >= WARM_UP:
                times.append((perf_counter() - began) * 1000)
    sys.stderr.write(f"{2 * ROUNDS} commits\n")
    return commits, derived


def _milliseconds(act: Any) -> list[float]:
    times: list[float] = []
    for number in range(WARM_UP + ROUNDS):
        began = perf_counter()
        act()
        if number >= WARM_UP:
            times.append((perf_counter() - began) * 1000)
    return times


def _late(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]
