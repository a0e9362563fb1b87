"""The escalation of a safeguarding alert as a state machine, for any sequence of steps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.support.risks.alert import rules as alerts
from shared.access.permissions import Relation
from shared.reference import codes

RAISED = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)
URGENCIES = sorted(codes("danger_urgency"))
LEVELS = range(len(alerts.TOLD))


def test_each_urgency_has_a_ladder_that_reaches_every_level_later_and_later() -> None:
    assert set(URGENCIES) == alerts.LADDER.keys()
    for steps in alerts.LADDER.values():
        assert len(steps) == len(alerts.TOLD) - 1
        assert list(steps) == sorted(set(steps))
        assert steps[0] > 0


def test_the_more_urgent_a_danger_the_sooner_each_level_is_told() -> None:
    immediate, today, week = (alerts.LADDER[each] for each in ("immediate", "today", "this_week"))
    assert immediate == (5, 10, 15, 60)
    assert all(a < b < c for a, b, c in zip(immediate, today, week, strict=True))


@given(st.sampled_from(URGENCIES), st.sets(st.sampled_from(LEVELS)), st.none() | st.integers(0, 2000))
def test_each_higher_level_is_notified_once_in_order_until_an_acknowledgement(
    urgency: str, reached: set[int], acknowledged_after: int | None
) -> None:
    level = alerts.first_level(reached)
    until = RAISED + timedelta(minutes=acknowledged_after) if acknowledged_after is not None else None
    told, moments = [level], []
    for wanted, at in alerts.escalations(urgency, RAISED, level):
        # A late replica finds that the timer was already handled: a second attempt changes nothing.
        for _replica in range(2):
            if alerts.rises(level, wanted, answered=until is not None and until <= at):
                level = alerts.first_level(reached, wanted)
                told.append(level)
                moments.append(at)
    assert told == sorted(set(told))
    assert all(each in reached or each == alerts.DATA_PROTECTION for each in told), "nobody is told in vain"
    assert moments == sorted(moments)
    assert all(until is None or at < until for at in moments)
    if until is None:
        assert told[-1] == alerts.DATA_PROTECTION


@given(st.sampled_from(list(Relation)), st.booleans())
def test_only_who_was_told_or_has_a_part_in_the_case_acknowledges(relation: Relation, is_addressed: bool) -> None:
    may = alerts.may_acknowledge(relation, is_addressed=is_addressed)
    if relation is Relation.EXCLUDED:
        assert not may
    elif relation in (Relation.TEAM, Relation.SUPERVISOR):
        assert may
    else:
        assert may is is_addressed


@pytest.mark.parametrize("is_named", [True, False])
def test_each_level_is_told_under_a_code_of_its_own(is_named: bool) -> None:
    told = [alerts.told(level, is_named=is_named) for level in LEVELS]
    assert len(set(told)) == len(told)
    assert set(told) <= set(codes("alert_audience"))
    assert told[alerts.BEYOND] == ("named_agency" if is_named else "every_supervisor")


@pytest.mark.parametrize(
    ("reached", "level"),
    [({0, 1}, 0), ({1}, 1), ({3}, alerts.BEYOND), (set(), alerts.DATA_PROTECTION)],
)
def test_where_nobody_is_there_the_next_are_told_at_once(reached: set[int], level: int) -> None:
    assert alerts.first_level(reached) == level
