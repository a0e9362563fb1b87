"""A fact that is undone leaves the clocks as they would be had it never been recorded."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import deadlines
from shared.store.database import Database
from tests.kit.clocks import ServiceClocks

pytestmark = pytest.mark.integration

Fact = tuple[str, str, int]
#: A fact starts a clock, stops one, or does both; or time passes. GB.RG: 5 working days, GB.RECOVERY_MIN: 30 days.
CODES = ("GB.RG", "GB.RECOVERY_MIN")
FACTS = st.lists(
    st.tuples(st.sampled_from(["start", "stop", "go"]), st.sampled_from(CODES), st.integers(0, 40)),
    min_size=1,
    max_size=8,
)
FIRST = date(2026, 1, 5)


def clocks_of(here: ServiceClocks) -> list[tuple[Any, ...]]:
    """The clocks that count, with what became of them."""
    with here.database.transaction() as session:
        found = deadlines.of_subject(session, here.subject)
    shown = ("code", "began_on", "due_on", "state")
    return sorted(tuple(each[name] for name in shown) for each in found if each["state"] != "withdrawn")


def lived(
    database: Database, facts: list[tuple[str, str, int]], without: int | None
) -> tuple[ServiceClocks, list[UUID]]:
    """Live through a history, perhaps without one of its facts; gives the cause of each."""
    here, today, causes = ServiceClocks(database), FIRST, [uuid4() for _ in facts]
    here.at(today.isoformat())
    for number, ((what, code, days), cause) in enumerate(zip(facts, causes, strict=True)):
        if what == "go":
            today += timedelta(days=days)
            here.go(today.isoformat())
        elif number != without:
            _ask(here, what, code, today - timedelta(days=days % 3), cause)
    return here, causes


def _ask(here: ServiceClocks, what: str, code: str, begins: date, cause: UUID) -> None:
    def ask(session: Any, subject: UUID, *, now: Any) -> None:
        if what == "start":
            deadlines.start(session, subject, "GB-EAW", code, begins, now=now, cause=cause)
        else:
            deadlines.stop(session, subject, [code], now=now, cause=cause)

    here.do(ask)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=FACTS, which=st.integers(0, 7), then=st.integers(0, 60))
def test_what_is_undone_leaves_the_clocks_of_the_history_without_it(
    database: Database, facts: list[Fact], which: int, then: int
) -> None:
    which %= len(facts)
    whole, causes = lived(database, facts, None)
    other, _ = lived(database, facts, which)
    whole.do(deadlines.undo, causes[which])
    days = sum(days for what, _, days in facts if what == "go") + then
    for each in (whole, other):
        each.go((FIRST + timedelta(days=days)).isoformat(), replicas=2)
    assert clocks_of(whole) == clocks_of(other)


def test_a_clock_that_was_stopped_runs_on_to_its_own_day_and_its_end_is_told_once(database: Database) -> None:
    here, wrong = ServiceClocks(database), uuid4()
    here.at("2026-01-05")
    here.start("GB-EAW", "GB.RG", FIRST)
    _ask(here, "stop", "GB.RG", FIRST, wrong)
    here.go("2026-02-01")
    assert "missed" not in [verb for verb, _ in here.told()]
    here.do(deadlines.undo, wrong)
    here.go("2026-02-02", replicas=2)
    assert [each for each in here.told() if each[0] in ("woken", "missed")] == [
        ("woken", "2026-01-12"),
        ("missed", "2026-01-12"),
    ]


def test_a_clock_that_had_been_reached_is_taken_back_and_tells_nothing_more(database: Database) -> None:
    here, wrong = ServiceClocks(database), uuid4()
    here.at("2026-01-05")
    _ask(here, "start", "GB.RECOVERY_MIN", FIRST, wrong)
    here.go("2026-03-01")
    assert here.shown()["state"] == "reached"
    here.do(deadlines.undo, wrong)
    here.go("2026-04-01", replicas=2)
    assert here.shown()["state"] == "withdrawn"
    assert [verb for verb, _ in here.told()] == ["started", "due_soon", "reached", "stopped"]


def test_a_fact_that_asked_nothing_of_clocks_changes_none(database: Database) -> None:
    here = ServiceClocks(database)
    here.at("2026-01-05")
    here.start("GB-EAW", "GB.RG", FIRST)
    here.do(deadlines.undo, uuid4())
    assert [verb for verb, _ in here.told()] == ["started"]
