"""Periods counted by hand from printed calendars, over three countries. Each row names the days that it skips."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reference.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    Calendar,
    Due,
    EasterDay,
    FixedDay,
    ImpossibleDate,
    ImpossiblePeriod,
    Length,
    count,
    days_left,
    earliest,
    is_partial,
    latest,
    moment,
    on_day,
    prolonged,
    resumed,
    start_of_day,
    warnings,
)

ENGLAND = Calendar("GB", "ENG")
SCOTLAND = Calendar("GB", "SCT")
NORTHERN_IRELAND = Calendar("GB", "NIR")
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
    # Scotland
    Row(
        "the second of January",
        SCOTLAND,
        "5WD",
        "2025-12-30",
        "2026-01-08",
        "01 New Year's Day, 02 New Year Holiday, 03 Saturday, 04 Sunday",
    ),
    Row(
        "both days of New Year on a weekend have substitute days",
        SCOTLAND,
        "3WD",
        "2021-12-31",
        "2022-01-07",
        "01 New Year's Day, 02 New Year Holiday, 03 New Year's Day (observed), 04 New Year Holiday (observed)",
    ),
    Row("Easter has no Monday", SCOTLAND, "5WD", "2026-04-01", "2026-04-09", "03 Good Friday, 04 Saturday, 05 Sunday"),
    Row(
        "the summer holiday comes early in August",
        SCOTLAND,
        "5WD",
        "2026-07-30",
        "2026-08-07",
        "01 Saturday, 02 Sunday, 03 Summer Bank Holiday",
    ),
    Row("the end of August is a working day", SCOTLAND, "1WD", "2026-08-28", "2026-08-31", "29 Saturday, 30 Sunday"),
    Row(
        "Saint Andrew's Day on a Sunday has a substitute day",
        SCOTLAND,
        "2WD",
        "2025-11-28",
        "2025-12-03",
        "29 Saturday, 30 Saint Andrew's Day, 01 Saint Andrew's Day (observed)",
    ),
    Row(
        "Christmas and New Year with two substitute days",
        SCOTLAND,
        "5WD",
        "2026-12-23",
        "2027-01-05",
        "25 Christmas Day, 26 Boxing Day, 27 Sunday, 28 Boxing Day (observed), 01 New Year's Day, "
        "02 New Year Holiday, 03 Sunday, 04 New Year Holiday (observed)",
    ),
    Row("90 days over a leap day", SCOTLAND, "P90D", "2024-02-01", "2024-05-01"),
    Row(
        "90 days beginning with the day, over a leap day", SCOTLAND, "P90D", "2024-02-01", "2024-04-30", first_day=True
    ),
    # Northern Ireland
    Row(
        "Saint Patrick's Day",
        NORTHERN_IRELAND,
        "5WD",
        "2026-03-13",
        "2026-03-23",
        "14 Saturday, 15 Sunday, 17 Saint Patrick's Day, 21 Saturday, 22 Sunday",
    ),
    Row(
        "Saint Patrick's Day on a Sunday has a substitute day",
        NORTHERN_IRELAND,
        "1WD",
        "2024-03-15",
        "2024-03-19",
        "16 Saturday, 17 Saint Patrick's Day, 18 Saint Patrick's Day (observed)",
    ),
    Row(
        "the Twelfth on a Sunday",
        NORTHERN_IRELAND,
        "3WD",
        "2026-07-10",
        "2026-07-16",
        "11 Saturday, 12 Battle of the Boyne, 13 Battle of the Boyne (observed)",
    ),
    Row(
        "the Twelfth on a Saturday",
        NORTHERN_IRELAND,
        "1WD",
        "2025-07-11",
        "2025-07-15",
        "12 Battle of the Boyne, 13 Sunday, 14 Battle of the Boyne (observed)",
    ),
    Row(
        "Easter has a Monday",
        NORTHERN_IRELAND,
        "5WD",
        "2026-04-01",
        "2026-04-10",
        "03 Good Friday, 04 Saturday, 05 Sunday, 06 Easter Monday",
    ),
    Row(
        "the summer holiday comes late in August",
        NORTHERN_IRELAND,
        "1WD",
        "2026-08-28",
        "2026-09-01",
        "29 Saturday, 30 Sunday, 31 Late Summer Bank Holiday",
    ),
    Row("no second of January", NORTHERN_IRELAND, "1WD", "2026-01-01", "2026-01-02"),
    Row("no Saint Andrew's Day", NORTHERN_IRELAND, "1WD", "2026-11-27", "2026-11-30", "28 Saturday, 29 Sunday"),
    Row("no holiday early in August", NORTHERN_IRELAND, "1WD", "2026-07-31", "2026-08-03", "01 Saturday, 02 Sunday"),
    Row("45 days over a leap day", NORTHERN_IRELAND, "P45D", "2024-01-31", "2024-03-16"),
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
    Row(
        "Liberation Day and Ascension side by side",
        NETHERLANDS,
        "3WD",
        "2027-05-04",
        "2027-05-11",
        "05 Liberation Day, 06 Ascension Day, 08 Saturday, 09 Sunday",
    ),
    Row(
        "both Easters on one day",
        NETHERLANDS,
        "3WD",
        "2025-04-17",
        "2025-04-24",
        "18 Good Friday, 19 Saturday, 20 Easter Sunday, 21 Easter Monday",
    ),
    Row(
        "four weeks end on New Year and move",
        NETHERLANDS,
        "P28D",
        "2025-12-04",
        "2026-01-02",
        "01 New Year's Day",
        roll=True,
    ),
    Row(
        "four weeks end on Ascension and move",
        NETHERLANDS,
        "P28D",
        "2026-04-16",
        "2026-05-15",
        "14 Ascension Day",
        roll=True,
    ),
    Row(
        "four weeks end on Pentecost Monday and move",
        NETHERLANDS,
        "P28D",
        "2026-04-27",
        "2026-05-26",
        "25 Pentecost Monday",
        roll=True,
    ),
    # Romania
    Row(
        "both Easters on one day",
        ROMANIA,
        "3WD",
        "2025-04-17",
        "2025-04-24",
        "18 Good Friday, 19 Saturday, 20 Easter, 21 Easter",
    ),
    Row(
        "Orthodox Easter over 1 May on a Saturday",
        ROMANIA,
        "3WD",
        "2027-04-29",
        "2027-05-06",
        "30 Good Friday, 01 Labor Day, 02 Easter, 03 Easter",
    ),
    Row("90 days end on Orthodox Good Friday and stay there", ROMANIA, "P90D", "2026-01-10", "2026-04-10"),
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


def test_the_table_is_long_enough_and_reaches_every_place() -> None:
    places = {(row.calendar.country, row.calendar.subdivision) for row in ROWS}

    assert len(ROWS) >= 60
    assert places == {("GB", "ENG"), ("GB", "SCT"), ("GB", "NIR"), ("NL", None), ("RO", None)}


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


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.calendar.subdivision or row.calendar.country}: {row.why}")
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
        # Without a time, from 00:00 local time. Across the spring change, that is 01:00 local time 3 days later.
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
    with pytest.raises(ImpossibleDate, match="UTC"):
        count(Length(1, "D"), datetime(2026, 3, 9, 10), calendar=ENGLAND, timezone="Europe/London")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("length", "start"), [("P100Y", date(2150, 1, 1)), ("P1D", date(1850, 1, 1)), ("P1D", date(2200, 12, 31))]
)
def test_a_start_or_end_too_far_away_is_refused(length: str, start: date) -> None:
    with pytest.raises(ImpossibleDate, match=f"{FIRST_YEAR}.*{LAST_YEAR}"):
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


# --- after it began -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "paused", "again", "expected"),
    [
        # Luton Borough Council v Haque (EAT 2018): both rules one after the other; 31 days do not count.
        ("2016-09-19", "2016-07-22", "2016-08-22", "2016-10-20"),
        # The 30 days end on 15 May, within a month after the certificate: the period is extended to the end of that
        # month.
        ("2014-04-15", "2014-04-11", "2014-05-11", "2014-06-11"),
        # Conciliation across the end of February, and one that begins and ends on one day.
        ("2026-03-14", "2026-02-10", "2026-03-10", "2026-04-11"),
        ("2026-04-14", "2026-02-10", "2026-02-10", "2026-04-14"),
        # On the last day.
        ("2026-04-14", "2026-04-14", "2026-04-20", "2026-05-20"),
    ],
)
def test_conciliation_stops_the_tribunal_s_clock(due: str, paused: str, again: str, expected: str) -> None:
    zone = "Europe/London"

    found = resumed(
        on_day(date.fromisoformat(due), zone),
        date.fromisoformat(paused),
        date.fromisoformat(again),
        unit="M",
        calendar=ENGLAND,
        timezone=zone,
        left=Length(1, "M"),
    )

    assert found.due_on == date.fromisoformat(expected)
    assert found.starts_at == start_of_day(found.due_on, zone)


def test_of_working_days_as_many_are_left_after_a_pause_as_were_left_before() -> None:
    zone = "Europe/London"
    due = count(Length(5, "WD"), date(2026, 3, 9), calendar=ENGLAND, timezone=zone)  # 10, 11, 12, 13, 16 March

    # After the 11th, three days are left: 2, 7 and 8 April, across Easter.
    found = resumed(due, date(2026, 3, 11), date(2026, 4, 1), unit="WD", calendar=ENGLAND, timezone=zone)

    assert found.due_on == date(2026, 4, 8)
    assert [reason for _, reason in found.skipped] == ["Good Friday", "Saturday", "Sunday", "Easter Monday"]
    last_day = resumed(due, date(2026, 3, 16), date(2026, 3, 20), unit="WD", calendar=ENGLAND, timezone=zone)
    assert last_day.due_on == date(2026, 3, 20)


def test_hours_end_later_by_the_time_that_did_not_count() -> None:
    begun = datetime(2026, 3, 27, 10, tzinfo=UTC)
    due = count(Length(72, "H"), begun, calendar=ROMANIA, timezone="Europe/Bucharest")

    found = resumed(
        due,
        begun + timedelta(hours=10),
        begun + timedelta(hours=40),
        unit="H",
        calendar=ROMANIA,
        timezone="Europe/Bucharest",
    )

    assert found.starts_at == found.ends_at == begun + timedelta(hours=102)


def test_an_end_that_moves_off_holidays_does_so_after_a_pause_too() -> None:
    zone = "Europe/Amsterdam"
    due = count(Length(28, "D"), date(2026, 3, 3), calendar=NETHERLANDS, timezone=zone, roll=True)
    assert due.due_on == date(2026, 3, 31)

    found = resumed(due, date(2026, 3, 10), date(2026, 3, 13), unit="D", calendar=NETHERLANDS, timezone=zone, roll=True)

    assert found.due_on == date(2026, 4, 7)


def test_what_can_not_be_paused_or_prolonged_is_refused() -> None:
    zone = "Europe/London"
    due = on_day(date(2026, 3, 16), zone)
    for first, last, error in (
        (date(2026, 3, 17), date(2026, 3, 20), ImpossiblePeriod),
        (date(2026, 3, 10), date(2026, 3, 9), ImpossibleDate),
    ):
        with pytest.raises(error):
            resumed(due, first, last, unit="D", calendar=ENGLAND, timezone=zone)
    exact = count(Length(2, "H"), datetime(2026, 3, 16, 10, tzinfo=UTC), calendar=ENGLAND, timezone=zone)
    late = datetime(2026, 3, 16, 13, tzinfo=UTC)
    with pytest.raises(ImpossiblePeriod):
        resumed(exact, late, late, unit="H", calendar=ENGLAND, timezone=zone)
    with pytest.raises(ImpossiblePeriod, match="2026-03-16"):
        prolonged(due, date(2026, 3, 16), zone)
    with pytest.raises(ImpossibleDate):
        prolonged(due, date(2201, 1, 1), zone)
    assert prolonged(due, date(2026, 3, 17), zone).due_on == date(2026, 3, 17)


@pytest.mark.parametrize(
    ("zone", "due_on", "at", "left"),
    [
        # 7 days earlier, across the clock changes in spring and autumn: 167 and 169 hours.
        ("Europe/London", date(2026, 4, 2), datetime(2026, 3, 26, tzinfo=UTC), 7),
        ("Europe/London", date(2026, 10, 28), datetime(2026, 10, 20, 23, tzinfo=UTC), 7),
        ("Europe/Bucharest", date(2026, 4, 2), datetime(2026, 4, 1, 20, 59, tzinfo=UTC), 1),
        ("Europe/Bucharest", date(2026, 4, 2), datetime(2026, 4, 1, 21, tzinfo=UTC), 0),
    ],
)
def test_days_left_are_days_of_the_calendar(zone: str, due_on: date, at: datetime, left: int) -> None:
    assert days_left(on_day(due_on, zone), at, zone) == left


@pytest.mark.parametrize("text", ["2015", "2015-03", "2015-03-09"])
def test_a_date_as_it_is_written_stays_as_open_as_it_was(text: str) -> None:
    assert moment(text) == text


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-09T10:00Z", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        ("2026-03-09T10:00:30.5+02:00", datetime(2026, 3, 9, 8, 0, 30, 500000, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_with_its_offset(text: str, instant: datetime) -> None:
    assert moment(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-09T10:00", "2026-03-09T10", "2026-02-30T10:00Z", "2026-03-09T25:00Z", "1800-01-01T00:00Z", "T", ""),
        *("2026-W10-1T10:00Z", "2026-03-09 10:00Z", "2026-03-09T10:00z", "2026-03-09T10:00Z\n", "yesterday"),
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ImpossibleDate):
        moment(text)


CALENDARS = st.sampled_from((ENGLAND, SCOTLAND, NORTHERN_IRELAND, NETHERLANDS, ROMANIA))
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


@given(calendar=CALENDARS, start=DAYS, length=LENGTHS, before=st.integers(0, 400), paused=st.integers(0, 200))
def test_a_pause_never_makes_a_period_shorter(
    calendar: Calendar, start: date, length: Length, before: int, paused: int
) -> None:
    zone = ZONES[calendar.country]
    due = count(length, start, calendar=calendar, timezone=zone)
    first = min(start + timedelta(days=before), due.due_on)

    found = resumed(due, first, first + timedelta(days=paused), unit=length.unit, calendar=calendar, timezone=zone)

    assert found.due_on >= due.due_on
    assert paused or found.due_on == due.due_on
