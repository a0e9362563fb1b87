"""The events between two derivations of a period: their verbs, their order, and the state that each event revokes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.deadlines.derivation import Stored, differences, periods
from shared.deadlines.derivation.differences import withdrawn

#: Midday of 10 March, in the Netherlands too.
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY, LATER = date(2026, 3, 10), date(2026, 3, 20)
FACT, OTHER = UUID(int=3), UUID(int=4)
RUNNING = Stored(
    id=UUID(int=1),
    subject=UUID(int=2),
    code="NL.REFLECTION",
    kind="limitation",
    jurisdiction="NL",
    state=periods.RUNNING,
    began_on=date(2026, 3, 1),
    due_on=LATER,
    due_at=None,
    ends_at=datetime(2026, 3, 20, 23, tzinfo=UTC),
    other_due_on=None,
    in_time=None,
    certainty="certain",
    doubts=(),
    ask_about=(),
    because=(FACT,),
    birthday=None,
    paused_on=None,
    rule_version="1",
    late_filing=False,
    level=0,
    key=None,
    began=None,
)
MOVED = {"due_on": date(2026, 3, 25), "ends_at": datetime(2026, 3, 25, 23, tzinfo=UTC)}
CLOSED = (periods.MISSED, periods.PASSED, periods.REACHED, periods.MET, periods.ENDED)


def verbs(before: Stored | None, after: Stored | None, now: datetime = NOW) -> list[tuple[str, str | None]]:
    """Return the verb of each event and the state that it revokes. Each event contains the whole state after it."""
    published = {} if before is None else {before.id: before}
    events = differences(published, [] if after is None else [after], now)
    assert all(event.period == (after or withdrawn(event.period)) for event in events)
    picture = {event.period.id: event.period for event in events} or published
    assert differences(picture, [] if after is None else [after], now) == []
    return [(event.verb, event.takes_back) for event in events]


def period(**different: Any) -> Stored:
    return replace(RUNNING, **different)


def test_a_new_period_starts_and_a_closed_one_starts_with_its_state() -> None:
    assert verbs(None, RUNNING) == [("started", None)]
    assert verbs(None, period(state=periods.MISSED)) == [("started", None), ("missed", None)]
    assert verbs(RUNNING, RUNNING) == []


def test_a_withdrawn_period_starts_again() -> None:
    assert verbs(withdrawn(RUNNING), RUNNING) == [("started", None)]
    assert verbs(withdrawn(RUNNING), None) == []


def test_a_period_without_its_first_fact_is_withdrawn_and_its_state_revoked() -> None:
    assert verbs(RUNNING, None) == [("withdrawn", None)]
    for state in CLOSED:
        assert verbs(period(state=state), None) == [("withdrawn", state)]
    gone = withdrawn(period(state=periods.MET, in_time="yes", level=2))
    assert gone == period(state=periods.WITHDRAWN, in_time=None, level=0)


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (periods.MISSED, "missed"),
        (periods.PASSED, "missed"),
        (periods.REACHED, "reached"),
        (periods.MET, "stopped"),
        (periods.ENDED, "stopped"),
        (periods.PAUSED, "paused"),
        (periods.DOUBTFUL, "doubtful"),
        (periods.RESTING, "rested"),
    ],
)
def test_each_state_has_its_event(state: str, verb: str) -> None:
    assert verbs(RUNNING, period(state=state)) == [(verb, None)]


@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_state_that_was_wrong_is_revoked_by_the_first_event(state: str) -> None:
    closed = period(state=state)
    assert verbs(closed, RUNNING) == [("reopened", state)]
    assert verbs(closed, period(**MOVED)) == [("moved", state)]
    other = periods.MET if state != periods.MET else periods.MISSED
    assert verbs(closed, period(state=other)) == [("stopped" if other == periods.MET else "missed", state)]
    assert verbs(closed, period(state=other, **MOVED))[0] == ("moved", state)
    assert verbs(closed, period(state=other, **MOVED))[1][1] is None
    assert verbs(closed, period(state=state, **MOVED)) == [("moved", None)]


@pytest.mark.parametrize(
    ("state", "verb", "takes_back"),
    [(periods.PAUSED, "resumed", None), (periods.RESTING, "woken", periods.RESTING)],
)
def test_a_period_continues_with_its_new_dates_in_one_event(state: str, verb: str, takes_back: str | None) -> None:
    for again in (RUNNING, period(**MOVED), period(state=periods.UNDATED, due_on=None, ends_at=None)):
        assert verbs(period(state=state), again) == [(verb, takes_back)]
    missed = period(state=periods.MISSED, **MOVED)
    assert verbs(period(state=state), missed) == [("moved", takes_back), ("missed", None)]


@pytest.mark.parametrize(
    "changed",
    [
        {"began": "2026-03-01T09:00:00+01:00"},
        {"certainty": "doubtful"},
        {"doubts": ("which_start",)},
        {"ask_about": (FACT,)},
        {"because": (FACT, OTHER)},
        {"birthday": 18},
        {"in_time": "yes"},
        {"paused_on": TODAY},
        {"rule_version": "2"},
    ],
)
def test_a_period_with_other_reasons_is_restated_unless_another_event_says_it(changed: dict[str, Any]) -> None:
    assert verbs(RUNNING, period(**changed)) == [("restated", None)]
    assert verbs(RUNNING, period(state=periods.MET, **changed)) == [("stopped", None)]


@pytest.mark.parametrize("changed", [{"began_on": TODAY}, {"due_on": TODAY}, {"ends_at": NOW}, {"other_due_on": TODAY}])
def test_a_period_with_other_dates_moves(changed: dict[str, Any]) -> None:
    assert verbs(RUNNING, period(**changed)) == [("moved", None)]


# --- warnings ---------------------------------------------------------------------------------------------------------

LAST_DAY = {"due_on": TODAY, "ends_at": datetime(2026, 3, 10, 23, tzinfo=UTC)}


def test_each_warning_is_published_once() -> None:
    warned, again = period(level=1), period(level=2)
    assert verbs(RUNNING, warned) == [("due_soon", None)]
    assert verbs(warned, warned) == []
    assert verbs(warned, again) == [("due_soon", None)]
    assert verbs(None, warned) == [("started", None), ("due_soon", None)]


def test_the_warning_of_the_last_day_is_that_it_is_due() -> None:
    assert verbs(period(**LAST_DAY), period(level=2, **LAST_DAY)) == [("due", None)]
    late = {**LAST_DAY, "due_on": date(2026, 3, 9)}
    assert verbs(period(**late), period(level=2, **late)) == [("due", None)]
    # At 23:30 UTC of the day before, the last day has begun in the Netherlands, and in the United Kingdom it has not.
    night = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    assert verbs(period(**LAST_DAY), period(level=2, **LAST_DAY), night) == [("due", None)]
    british = {**LAST_DAY, "jurisdiction": "GB-EAW"}
    assert verbs(period(**british), period(level=2, **british), night) == [("due_soon", None)]


def test_a_minimum_is_never_due_nor_is_a_period_without_a_last_day() -> None:
    minimum = {**LAST_DAY, "kind": "minimum"}
    assert verbs(period(**minimum), period(level=1, **minimum)) == [("due_soon", None)]
    by_hour = {**LAST_DAY, "due_on": None}
    assert verbs(period(**by_hour), period(level=1, **by_hour)) == [("due_soon", None)]


def test_after_a_change_of_dates_the_warning_is_published_again_or_taken_back() -> None:
    warned = period(level=1)
    assert verbs(warned, period(level=1, **MOVED)) == [("moved", None), ("due_soon", None)]
    assert verbs(warned, period(level=0, **MOVED)) == [("moved", "due_soon")]
    assert verbs(RUNNING, period(level=0, **MOVED)) == [("moved", None)]


def test_a_reopened_period_warns_again() -> None:
    closed = period(state=periods.MISSED, level=1)
    assert verbs(closed, period(level=1)) == [("reopened", periods.MISSED), ("due_soon", None)]


def test_a_doubtful_period_warns_while_its_first_day_is_ahead() -> None:
    doubtful = period(state=periods.DOUBTFUL)
    assert verbs(doubtful, replace(doubtful, level=1)) == [("due_soon", None)]
    over = {"state": periods.DOUBTFUL, "ends_at": NOW}
    # The warning time passed while the period had no derivation: only its state is published.
    assert verbs(period(**over), period(level=1, **over)) == [("restated", None)]
    undated = {"state": periods.DOUBTFUL, "ends_at": None}
    assert verbs(period(**undated), period(level=1, **undated)) == [("restated", None)]


def test_a_period_that_does_not_run_warns_of_nothing() -> None:
    for state in (periods.PAUSED, periods.RESTING, periods.MET):
        assert verbs(period(state=state), period(state=state, level=1)) == [("restated", None)]
