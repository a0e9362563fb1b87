"""Periods counted by hand from printed calendars, over three countries; each row names the days that it crosses."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.periods import (
    Calendar,
    Due,
    EasterDay,
    FixedDay,
    ImpossibleDate,
    ImpossiblePeriod,
    Length,
    count,
    earliest,
    is_partial,
    latest,
    start_of_day,
    warnings,
)

ENGLAND = Calendar("GB", "ENG")
NETHERLANDS = Calendar("NL", extra=(FixedDay("Liberation Day", 5, 5), EasterDay("Good Friday", -2)))
ROMANIA = Calendar("RO")
ZONES = {"GB": "Europe/London", "NL": "Europe/Amsterdam", "RO": "Europe/Bucharest"}


@dataclass(frozen=True)
class Row:
    why: str
    calendar: Calendar
    length: str
    start: str
    due: str
    crossed: str = ""
    first_day: bool = False
    less_one_day: bool = False
    roll: bool = False


# `crossed`: day of the month and reason of each day that did not count, in order.
ROWS = [
    # England
    Row("a weekend", ENGLAND, "5WD", "2026-03-09", "2026-03-16", "14 Saturday, 15 Sunday"),
    Row("begun on a Friday", ENGLAND, "5WD", "2026-03-13", "2026-03-20", "14 Saturday, 15 Sunday"),
    Row("begun on a Saturday", ENGLAND, "5WD", "2026-03-14", "2026-03-20", "15 Sunday"),
    Row("beginning with a Monday", ENGLAND, "5WD", "2026-03-09", "2026-03-13", first_day=True),
    Row("beginning with a Saturday", ENGLAND, "5WD", "2026-03-14", "2026-03-20", "14 Saturday, 15 Sunday", True),
    Row(
        "Christmas and New Year",
        ENGLAND,
        "5WD",
        "2025-12-23",
        "2026-01-02",
        "25 Christmas Day, 26 Boxing Day, 27 Saturday, 28 Sunday, 01 New Year's Day",
    ),
    Row(
        "Boxing Day on a Saturday has a substitute day",
        ENGLAND,
        "5WD",
        "2026-12-23",
        "2027-01-04",
        "25 Christmas Day, 26 Boxing Day, 27 Sunday, 28 Boxing Day (observed), "
        "01 New Year's Day, 02 Saturday, 03 Sunday",
    ),
    Row(
        "New Year on a Saturday has a substitute day",
        ENGLAND,
        "5WD",
        "2027-12-30",
        "2028-01-07",
        "01 New Year's Day, 02 Sunday, 03 New Year's Day (observed)",
    ),
    Row(
        "Easter", ENGLAND, "5WD", "2026-04-01", "2026-04-10", "03 Good Friday, 04 Saturday, 05 Sunday, 06 Easter Monday"
    ),
    Row("no Orthodox Easter", ENGLAND, "3WD", "2026-04-09", "2026-04-14", "11 Saturday, 12 Sunday"),
    Row("May Day", ENGLAND, "5WD", "2026-04-30", "2026-05-08", "02 Saturday, 03 Sunday, 04 May Day"),
    Row(
        "a jubilee moves a holiday and adds one",
        ENGLAND,
        "5WD",
        "2022-05-31",
        "2022-06-09",
        "02 Spring Bank Holiday, 03 Platinum Jubilee of Elizabeth II, 04 Saturday, 05 Sunday",
    ),
    Row(
        "a day of mourning",
        ENGLAND,
        "5WD",
        "2022-09-16",
        "2022-09-26",
        "17 Saturday, 18 Sunday, 19 State Funeral of Queen Elizabeth II, 24 Saturday, 25 Sunday",
    ),
    Row("no 5 May", ENGLAND, "1WD", "2027-05-04", "2027-05-05"),
    Row("no Scottish second of January", ENGLAND, "1WD", "2026-01-01", "2026-01-02"),
    Row("45 days", ENGLAND, "P45D", "2022-12-12", "2023-01-26"),
    Row("30 days beginning with the day", ENGLAND, "P30D", "2022-12-13", "2023-01-11", first_day=True),
    Row("ends on a Sunday and stays there", ENGLAND, "P30D", "2026-01-10", "2026-02-08", first_day=True),
    Row("ends on Christmas and stays there", ENGLAND, "P45D", "2025-11-10", "2025-12-25"),
    Row("days over a leap day", ENGLAND, "P30D", "2024-02-10", "2024-03-11"),
    Row("days over the spring change of the clocks", ENGLAND, "P30D", "2026-03-10", "2026-04-09"),
    Row("two years from 29 February", ENGLAND, "P2Y", "2024-02-29", "2026-02-28"),
    Row("three years from 29 February", ENGLAND, "P3Y", "2024-02-29", "2027-02-28"),
    Row("four years from 29 February", ENGLAND, "P4Y", "2024-02-29", "2028-02-29"),
    Row("two years to an ordinary day", ENGLAND, "P2Y", "2024-05-26", "2026-05-26"),
    Row("three months less a day", ENGLAND, "P3M", "2026-01-15", "2026-04-14", less_one_day=True),
    Row("less a day over the end of a month", ENGLAND, "P3M", "2026-03-01", "2026-05-31", less_one_day=True),
    Row("less a day to the end of February", ENGLAND, "P3M", "2026-12-01", "2027-02-28", less_one_day=True),
    Row("less a day, with a corresponding leap day", ENGLAND, "P3M", "2023-11-29", "2024-02-28", less_one_day=True),
    Row("no corresponding day, so no day off it", ENGLAND, "P3M", "2025-11-30", "2026-02-28", less_one_day=True),
    Row("no 31 November, so no day off it", ENGLAND, "P3M", "2026-08-31", "2026-11-30", less_one_day=True),
    Row("a month from 31 January", ENGLAND, "P1M", "2026-01-31", "2026-02-28"),
    Row("a month from 31 January in a leap year", ENGLAND, "P1M", "2024-01-31", "2024-02-29"),
    Row("a month from 28 February", ENGLAND, "P1M", "2026-02-28", "2026-03-28"),
    # Netherlands
    Row(
        "Easter",
        NETHERLANDS,
        "5WD",
        "2026-04-01",
        "2026-04-10",
        "03 Good Friday, 04 Saturday, 05 Easter Sunday, 06 Easter Monday",
    ),
    Row("King's Day", NETHERLANDS, "4WD", "2026-04-24", "2026-05-01", "25 Saturday, 26 Sunday, 27 King's Day"),
    Row(
        "King's Day on the Saturday before", NETHERLANDS, "5WD", "2025-04-24", "2025-05-01", "26 King's Day, 27 Sunday"
    ),
    Row("1 May is a working day", NETHERLANDS, "1WD", "2026-04-30", "2026-05-01"),
    Row(
        "5 May in a year that no five divides",
        NETHERLANDS,
        "5WD",
        "2026-05-04",
        "2026-05-12",
        "05 Liberation Day, 09 Saturday, 10 Sunday",
    ),
    Row(
        "5 May in a fifth year",
        NETHERLANDS,
        "1WD",
        "2025-05-02",
        "2025-05-06",
        "03 Saturday, 04 Sunday, 05 Liberation Day",
    ),
    Row("Ascension", NETHERLANDS, "5WD", "2026-05-12", "2026-05-20", "14 Ascension Day, 16 Saturday, 17 Sunday"),
    Row("Pentecost", NETHERLANDS, "4WD", "2026-05-22", "2026-05-29", "23 Saturday, 24 Pentecost, 25 Pentecost Monday"),
    Row(
        "Christmas",
        NETHERLANDS,
        "5WD",
        "2025-12-23",
        "2026-01-02",
        "25 Christmas Day, 26 Second Day of Christmas, 27 Saturday, 28 Sunday, 01 New Year's Day",
    ),
    Row("four weeks end on a working day", NETHERLANDS, "P28D", "2026-02-02", "2026-03-02", roll=True),
    Row(
        "four weeks end on Good Friday and move",
        NETHERLANDS,
        "P28D",
        "2026-03-06",
        "2026-04-07",
        "03 Good Friday, 04 Saturday, 05 Easter Sunday, 06 Easter Monday",
        roll=True,
    ),
    Row(
        "four weeks end on 5 May and move",
        NETHERLANDS,
        "P28D",
        "2026-04-07",
        "2026-05-06",
        "05 Liberation Day",
        roll=True,
    ),
    Row(
        "four weeks end on Christmas and move",
        NETHERLANDS,
        "P28D",
        "2025-11-27",
        "2025-12-29",
        "25 Christmas Day, 26 Second Day of Christmas, 27 Saturday, 28 Sunday",
        roll=True,
    ),
    Row("90 days", NETHERLANDS, "P90D", "2026-01-15", "2026-04-15"),
    Row("three months to the end of February", NETHERLANDS, "P3M", "2025-11-30", "2026-02-28"),
    Row("three months end on Easter Sunday and stay there", NETHERLANDS, "P3M", "2026-01-05", "2026-04-05"),
    Row("ten years from 29 February", NETHERLANDS, "P10Y", "2016-02-29", "2026-02-28"),
    # Romania
    Row(
        "Orthodox Easter",
        ROMANIA,
        "4WD",
        "2026-04-09",
        "2026-04-17",
        "10 Good Friday, 11 Saturday, 12 Easter, 13 Easter",
    ),
    Row(
        "Orthodox Easter and 1 May together",
        ROMANIA,
        "5WD",
        "2024-04-30",
        "2024-05-10",
        "01 Labor Day, 03 Good Friday, 04 Saturday, 05 Easter, 06 Easter",
    ),
    Row("the other Easter is a working week", ROMANIA, "5WD", "2026-04-01", "2026-04-08", "04 Saturday, 05 Sunday"),
    Row(
        "Epiphany and Saint John",
        ROMANIA,
        "5WD",
        "2026-01-05",
        "2026-01-14",
        "06 Epiphany, 07 Saint John the Baptist, 10 Saturday, 11 Sunday",
    ),
    Row("Epiphany before it was a holiday", ROMANIA, "5WD", "2023-01-05", "2023-01-12", "07 Saturday, 08 Sunday"),
    Row(
        "Unification Day",
        ROMANIA,
        "5WD",
        "2025-01-23",
        "2025-01-31",
        "24 Unification of the Romanian Principalities Day, 25 Saturday, 26 Sunday",
    ),
    Row(
        "Orthodox Pentecost and Children's Day on one day",
        ROMANIA,
        "4WD",
        "2026-05-29",
        "2026-06-05",
        "30 Saturday, 31 Pentecost, 01 Children's Day; Pentecost",
    ),
    Row(
        "Dormition",
        ROMANIA,
        "5WD",
        "2025-08-14",
        "2025-08-22",
        "15 Dormition of the Mother of God, 16 Saturday, 17 Sunday",
    ),
    Row(
        "Saint Andrew and the National Day",
        ROMANIA,
        "3WD",
        "2026-11-27",
        "2026-12-04",
        "28 Saturday, 29 Sunday, 30 Saint Andrew's Day, 01 National Day",
    ),
    Row(
        "Christmas and two days of New Year",
        ROMANIA,
        "5WD",
        "2025-12-23",
        "2026-01-05",
        "25 Christmas Day, 26 Christmas Day, 27 Saturday, 28 Sunday, "
        "01 New Year's Day, 02 New Year's Day, 03 Saturday, 04 Sunday",
    ),
    Row("90 days end on a Sunday and stay there", ROMANIA, "P90D", "2025-12-01", "2026-03-01"),
    Row("a year from 29 February", ROMANIA, "P1Y", "2024-02-29", "2025-02-28"),
    Row("a year to 29 February's eve", ROMANIA, "P1Y", "2023-02-28", "2024-02-28"),
]


def _counted(row: Row) -> Due:
    return count(
        Length.parse(row.length),
        date.fromisoformat(row.start),
        calendar=row.calendar,
        timezone=ZONES[row.calendar.country],
        first_day=row.first_day,
        less_one_day=row.less_one_day,
        roll=row.roll,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.calendar.country}: {row.why}")
def test_it_counts_as_the_calendar_on_the_wall_says(row: Row) -> None:
    due = _counted(row)

    assert due.due_on == date.fromisoformat(row.due)
    assert ", ".join(f"{day:%d} {reason}" for day, reason in due.skipped) == row.crossed


@pytest.mark.parametrize(
    ("timezone", "instant", "due"),
    [
        ("Europe/London", "2026-07-09T22:59:00Z", "2026-07-10"),
        ("Europe/London", "2026-07-09T23:00:00Z", "2026-07-11"),
        ("Europe/London", "2026-01-09T23:59:00Z", "2026-01-10"),
        ("Europe/Amsterdam", "2026-01-09T23:00:00Z", "2026-01-11"),
        ("Europe/Amsterdam", "2026-07-09T22:00:00Z", "2026-07-11"),
        ("Europe/Bucharest", "2026-01-09T22:00:00Z", "2026-01-11"),
        ("Europe/Bucharest", "2026-07-09T21:00:00+00:00", "2026-07-11"),
        ("Europe/Bucharest", "2026-07-09T23:59:00+03:00", "2026-07-10"),
    ],
)
def test_an_instant_counts_from_its_local_date(timezone: str, instant: str, due: str) -> None:
    counted = count(Length(1, "D"), datetime.fromisoformat(instant), calendar=ENGLAND, timezone=timezone)

    assert counted.due_on == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("timezone", "due_on", "starts_at", "ends_at"),
    [
        ("Europe/London", "2026-01-15", "2026-01-15T00:00Z", "2026-01-16T00:00Z"),
        ("Europe/London", "2026-07-15", "2026-07-14T23:00Z", "2026-07-15T23:00Z"),
        ("Europe/London", "2026-10-25", "2026-10-24T23:00Z", "2026-10-26T00:00Z"),
        ("Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ("Europe/Bucharest", "2026-03-29", "2026-03-28T22:00Z", "2026-03-29T21:00Z"),
        ("Europe/Bucharest", "2026-10-25", "2026-10-24T21:00Z", "2026-10-25T22:00Z"),
    ],
)
def test_it_is_due_from_midnight_to_midnight_local(timezone: str, due_on: str, starts_at: str, ends_at: str) -> None:
    due = count(Length(1, "D"), date.fromisoformat(due_on) - timedelta(days=1), calendar=ENGLAND, timezone=timezone)

    assert due.due_on == date.fromisoformat(due_on)
    assert due.starts_at == datetime.fromisoformat(starts_at)
    assert due.ends_at == datetime.fromisoformat(ends_at)
    assert not due.exact


@pytest.mark.parametrize(
    ("start", "instant", "due_on"),
    [
        (datetime(2026, 3, 27, 10, tzinfo=UTC), datetime(2026, 3, 30, 10, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 23, 10, tzinfo=UTC), datetime(2026, 10, 26, 10, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 7, 1, 21, 30, tzinfo=UTC), datetime(2026, 7, 4, 21, 30, tzinfo=UTC), date(2026, 7, 5)),
        # Without a time, from 00:00 local; over the spring change that is 01:00 local three days on.
        (date(2026, 3, 27), datetime(2026, 3, 29, 22, tzinfo=UTC), date(2026, 3, 30)),
    ],
)
def test_hours_are_elapsed_time(start: date | datetime, instant: datetime, due_on: date) -> None:
    due = count(Length(72, "H"), start, calendar=ROMANIA, timezone="Europe/Bucharest")

    assert (due.starts_at, due.ends_at, due.due_on) == (instant, instant, due_on)
    assert due.exact


def test_it_warns_from_local_midnight_and_earliest_first() -> None:
    due = count(Length(30, "D"), date(2026, 3, 10), calendar=NETHERLANDS, timezone="Europe/Amsterdam")

    assert warnings(due, (1, 14), "Europe/Amsterdam") == (
        datetime(2026, 3, 25, 23, tzinfo=UTC),
        datetime(2026, 4, 7, 22, tzinfo=UTC),
    )


def test_it_warns_of_an_instant_whole_days_before() -> None:
    due = count(Length(72, "H"), datetime(2026, 3, 27, 10, tzinfo=UTC), calendar=ROMANIA, timezone="Europe/Bucharest")

    assert warnings(due, (1,), "Europe/Bucharest") == (datetime(2026, 3, 29, 10, tzinfo=UTC),)


@pytest.mark.parametrize(
    ("text", "first", "last", "partial"),
    [
        ("2015", date(2015, 1, 1), date(2015, 12, 31), True),
        ("2015-03", date(2015, 3, 1), date(2015, 3, 31), True),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), True),
        ("2015-03-09", date(2015, 3, 9), date(2015, 3, 9), False),
    ],
)
def test_a_partial_date_stands_for_all_its_days(text: str, first: date, last: date, *, partial: bool) -> None:
    assert (earliest(text), latest(text), is_partial(text)) == (first, last, partial)


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-29",
        "2025-13",
        "2025-00",
        "2025-04-31",
        "2025-04-00",
        "0000",
        "1899",
        "2201",
        "",
        "15",
        "2015-3",
        "2015-03-9",
        "2015-03-09T10:00:00Z",
        " 2015",
        "2015\n",
        "٢٠١٥",
        "March 2015",
        "2015-03-",
        "20150309",
        "-2015",
    ],
)
def test_an_impossible_date_is_refused_without_repeating_it(text: str) -> None:
    for read in (earliest, latest, is_partial):
        with pytest.raises(ImpossibleDate) as refusal:
            read(text)

        assert (refusal.value.status, refusal.value.retryable) == (422, False)
        assert not text.strip() or text not in str(refusal.value)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ImpossibleDate, match="offset"):
        count(Length(1, "D"), datetime(2026, 3, 9, 10), calendar=ENGLAND, timezone="Europe/London")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("length", "start"), [("P100Y", date(2150, 1, 1)), ("P1D", date(1850, 1, 1)), ("P1D", date(2200, 12, 31))]
)
def test_a_start_or_end_too_far_away_is_refused(length: str, start: date) -> None:
    with pytest.raises(ImpossibleDate, match="year"):
        count(Length.parse(length), start, calendar=ENGLAND, timezone="Europe/London")


def test_hours_beyond_the_last_year_are_refused() -> None:
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    with pytest.raises(ImpossibleDate):
        count(Length(72, "H"), last, calendar=ENGLAND, timezone="Europe/London")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "WD",
        "0WD",
        "P0D",
        "PT0H",
        "P30",
        "30D",
        "P3W",
        "P-3M",
        "P3M ",
        "P1Y2M",
        "PT72M",
        "P101Y",
        "99999WD",
        "p3m",
    ],
)
def test_a_length_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ImpossiblePeriod) as refusal:
        Length.parse(text)

    assert (refusal.value.status, refusal.value.retryable) == (422, False)


@pytest.mark.parametrize(
    ("length", "first_day", "less_one_day", "roll"),
    [
        ("P3M", True, True, False),
        ("P30D", False, True, False),
        ("5WD", False, True, False),
        ("PT72H", True, False, False),
        ("PT72H", False, True, False),
        ("PT72H", False, False, True),
    ],
)
def test_wording_that_contradicts_the_length_is_refused(
    length: str, *, first_day: bool, less_one_day: bool, roll: bool
) -> None:
    with pytest.raises(ImpossiblePeriod):
        count(
            Length.parse(length),
            date(2026, 3, 9),
            calendar=ENGLAND,
            timezone="Europe/London",
            first_day=first_day,
            less_one_day=less_one_day,
            roll=roll,
        )


def test_a_country_or_region_without_known_holidays_is_refused() -> None:
    with pytest.raises(ImpossiblePeriod):
        Calendar("XX").check()
    with pytest.raises(ImpossiblePeriod):
        Calendar("GB", "XYZ").check()


def test_regions_of_one_country_differ() -> None:
    second_of_january = date(2026, 1, 2)

    assert Calendar("GB", "SCT").reason(second_of_january) is not None
    assert ENGLAND.reason(second_of_january) is None


CALENDARS = st.sampled_from((ENGLAND, NETHERLANDS, ROMANIA))
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
LENGTHS = st.one_of(
    st.integers(1, 90).map(lambda amount: Length(amount, "WD")),
    st.integers(1, 400).map(lambda amount: Length(amount, "D")),
    st.integers(1, 120).map(lambda amount: Length(amount, "M")),
    st.integers(1, 30).map(lambda amount: Length(amount, "Y")),
)


@given(length=st.one_of(LENGTHS, st.integers(1, 8760).map(lambda amount: Length(amount, "H"))))
def test_a_length_is_read_as_it_was_written(length: Length) -> None:
    assert Length.parse(str(length)) == length


@given(calendar=CALENDARS, start=DAYS, amount=st.integers(1, 60))
def test_every_day_up_to_the_due_day_either_counts_or_says_why_not(
    calendar: Calendar, start: date, amount: int
) -> None:
    due = count(Length(amount, "WD"), start, calendar=calendar, timezone=ZONES[calendar.country])

    passed = [start + timedelta(days=number) for number in range(1, (due.due_on - start).days + 1)]
    skipped = dict(due.skipped)
    assert [day for day in passed if not calendar.is_working_day(day)] == list(skipped)
    assert len(passed) - len(skipped) == amount
    assert calendar.is_working_day(due.due_on)


@given(calendar=CALENDARS, start=DAYS, length=LENGTHS, roll=st.booleans())
def test_a_later_start_is_never_due_earlier(calendar: Calendar, start: date, length: Length, *, roll: bool) -> None:
    zone = ZONES[calendar.country]
    first = count(length, start, calendar=calendar, timezone=zone, roll=roll)
    second = count(length, start + timedelta(days=1), calendar=calendar, timezone=zone, roll=roll)

    assert first.due_on <= second.due_on
    assert first.due_on > start


@given(calendar=CALENDARS, start=DAYS, length=LENGTHS)
def test_only_a_rule_that_says_so_moves_off_a_day_of_rest(calendar: Calendar, start: date, length: Length) -> None:
    zone = ZONES[calendar.country]
    plain = count(length, start, calendar=calendar, timezone=zone)
    rolled = count(length, start, calendar=calendar, timezone=zone, roll=True)

    assert calendar.is_working_day(rolled.due_on)
    if length.unit != "WD":
        assert plain.skipped == ()
    if calendar.is_working_day(plain.due_on):
        assert rolled == plain


@given(calendar=CALENDARS, start=DAYS, length=LENGTHS)
def test_the_due_day_is_one_local_day(calendar: Calendar, start: date, length: Length) -> None:
    due = count(length, start, calendar=calendar, timezone=ZONES[calendar.country])

    hours = (due.ends_at - due.starts_at) / timedelta(hours=1)
    assert any(math.isclose(hours, expected) for expected in (23, 24, 25))
    assert due.starts_at == start_of_day(due.due_on, ZONES[calendar.country])
