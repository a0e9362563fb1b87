"""The time of a fact as people state it: late, vague, in another time zone, and never in the future."""

from datetime import UTC, date, datetime

import pytest

from shared.casework.refusals import FactRefused
from shared.casework.times import may_be_one, of_record, stated

#: 17:25 in London and 19:25 in Bucharest.
NOW = datetime(2025, 10, 17, 16, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("happened", "learnt", "day"),
    [
        ("2025-10-17T19:20:00+03:00", None, date(2025, 10, 17)),
        # Half past midnight in Bucharest is still the 16th in London. The jurisdiction of the case decides the day.
        ("2025-10-17T00:30:00+03:00", None, date(2025, 10, 16)),
        ("2025-10-03", None, date(2025, 10, 3)),
        ("2025-10", None, date(2025, 10, 1)),
        ("2024", None, date(2024, 1, 1)),
        ("unknown", "2025-10-09", date(2025, 10, 9)),
        ("unknown", None, date(2025, 10, 17)),
        (None, None, date(2025, 10, 17)),
    ],
)
def test_a_day_is_the_first_that_the_statement_can_mean(happened: str | None, learnt: str | None, day: date) -> None:
    assert stated(happened, learnt, NOW, "GB-EAW").day == day


def test_what_is_learnt_had_happened_by_then() -> None:
    vague = stated("2025-10", "2025-10-10", NOW, "GB-EAW").moment
    assert vague.last_day("Europe/London") == date(2025, 10, 10)
    assert stated("2025-10", None, NOW, "GB-EAW").moment.hi == NOW


@pytest.mark.parametrize(
    ("happened", "learnt", "day", "field"),
    [
        ("2025-10-17T19:26:00+03:00", None, None, "happened"),
        ("2025-10-18", None, None, "happened"),
        ("2025-11", None, None, "happened"),
        (None, None, date(2025, 10, 18), "granted_on"),
        ("2025-10-03", "2025-10-18", None, "learnt"),
        ("2025-10-03", "2025-10-02", None, "learnt"),
        ("2025-10-03", None, date(2025, 10, 4), "granted_on"),
    ],
)
def test_what_lies_ahead_or_contradicts_itself_is_refused(
    happened: str | None, learnt: str | None, day: date | None, field: str
) -> None:
    with pytest.raises(FactRefused) as refused:
        stated(happened, learnt, NOW, "GB-EAW", day=day, field="granted_on")
    assert refused.value.errors[0]["field"] == field


def test_two_statements_may_mean_one_time_unless_one_surely_came_first() -> None:
    london, bucharest = (
        of_record(text, date(2025, 10, 17), "GB-EAW")
        for text in ("2025-10-17T17:20:00+01:00", "2025-10-17T19:20:00+03:00")
    )
    day, other = of_record(None, date(2025, 10, 17), "GB-EAW"), of_record("2025-10-18", date(2025, 10, 18), "GB-EAW")
    assert may_be_one(london, bucharest)
    assert may_be_one(london, day)
    assert may_be_one(of_record("unknown", date(2025, 10, 17), "GB-EAW"), other)
    assert not may_be_one(london, other)
