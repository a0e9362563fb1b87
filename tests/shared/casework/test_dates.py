"""The current date in a case's jurisdiction, and the day of a fact."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.casework.dates import dated, not_in_future, today
from shared.casework.refusals import FactRefused

DAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("jurisdiction", "day"),
    [
        ("RO", date(2026, 7, 2)),  # three hours before UTC in summer
        ("NL", date(2026, 7, 1)),
        ("GB-EAW", date(2026, 7, 1)),
        # The jurisdiction is not known (yet): use the latest possible date, so that no fact of today counts as future.
        (None, date(2026, 7, 2)),
        ("XX", date(2026, 7, 2)),
    ],
)
def test_today_is_the_date_where_the_case_is(jurisdiction: str | None, day: date) -> None:
    assert today(datetime(2026, 7, 1, 21, 30, tzinfo=UTC), jurisdiction) == day


def test_today_is_the_jurisdictions_own() -> None:
    late_evening = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    assert today(late_evening, "GB-EAW") == date(2026, 1, 31)
    assert today(late_evening, "RO") == date(2026, 2, 1)
    assert today(late_evening, None) == date(2026, 2, 1)


def test_a_fact_without_a_date_is_of_today() -> None:
    assert dated("given_on", None, DAY) == DAY


def test_today_and_a_past_day_are_accepted() -> None:
    assert dated("delivered_on", DAY, DAY) == DAY
    assert dated("delivered_on", date(2015, 1, 1), DAY) == date(2015, 1, 1)


@pytest.mark.parametrize(
    ("given_on", "rule"),
    [
        (DAY + timedelta(days=1), "not_in_the_future"),
        (date(1899, 12, 31), "within_living_memory"),
        (date(2025, 12, 31), "in_the_order_of_steps"),
    ],
)
def test_a_day_on_which_it_cannot_have_happened_is_refused_and_its_field_named(given_on: date, rule: str) -> None:
    with pytest.raises(FactRefused) as refused:
        dated("paid_on", given_on, DAY, since=date(2026, 1, 1), after="the decision")
    assert (refused.value.status, refused.value.rule) == (422, rule)
    assert [(error["field"], error["rule"]) for error in refused.value.errors] == [("paid_on", rule)]


@pytest.mark.parametrize("day", [None, "2026", "2026-03", "2026-03-09", DAY, date(2015, 1, 1)])
def test_a_partial_date_counts_from_its_first_day(day: str | date | None) -> None:
    not_in_future("occurred_on", day, DAY)


@pytest.mark.parametrize("day", ["2027", "2026-04", "2026-03-10", DAY + timedelta(days=1)])
def test_a_date_that_lies_ahead_is_refused_also_a_partial_one(day: str | date) -> None:
    with pytest.raises(FactRefused):
        not_in_future("occurred_on", day, DAY)
