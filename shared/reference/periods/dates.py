"""Dates as people know them, perhaps only the year or the month; and the local dates of instants."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from shared.reference.periods.errors import ImpossibleDate

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

MOMENT: Final = (
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?"
)
"""A year, a month, a day, or an instant with its offset from UTC, as people and programs write it."""

_PARTIAL_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")


def earliest(text: str) -> date:
    """The first day that a date, perhaps a partial one (`2015`, `2015-03`), can mean.

    People rarely know the day. A period is counted from the first possible one, so that a warning comes early
    rather than late. Raises ImpossibleDate.
    """
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def latest(text: str) -> date:
    """The last day that a date, perhaps a partial one, can mean. Raises ImpossibleDate."""
    year, month, day = _parts(text)
    return date(year, month or 12, day or monthrange(year, month or 12)[1])


def is_partial(text: str) -> bool:
    """Whether the day, or the month and the day, is left open. Raises ImpossibleDate."""
    return _parts(text)[2] is None


def moment(text: str) -> datetime | str:
    """Read an instant, or check a date that may leave month and day open, which stays text. Raises ImpossibleDate."""
    if "T" not in text:
        _parts(text)
        return text
    if re.fullmatch(MOMENT, text) is None:
        raise ImpossibleDate(
            "The value is not an instant. Write it with its offset from UTC, as in 2026-03-09T10:00:00Z."
        )
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ImpossibleDate("This instant does not exist. Check the date, the time and the offset.") from error
    in_range(instant.year)
    return instant


def _parts(text: str) -> tuple[int, int | None, int | None]:
    match = _PARTIAL_DATE.fullmatch(text)
    if match is None:
        raise ImpossibleDate(
            "The value is not a date. Write it as YYYY-MM-DD, or as YYYY-MM or YYYY if you do not know more."
        )
    year = int(match["year"])
    month = int(match["month"]) if match["month"] else None
    day = int(match["day"]) if match["day"] else None
    in_range(year)
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        raise ImpossibleDate("This day is not in the calendar. Check the month and the day.") from error
    return year, month, day


def in_range(year: int) -> None:
    """Raise ImpossibleDate for a year too far away to be counted from or to."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ImpossibleDate(f"The year is not from {FIRST_YEAR} to {LAST_YEAR}. Check the date.")


def local_date(start: date | datetime, timezone: str) -> date:
    """The date of an instant in a time zone; a date stays what it is. Raises ImpossibleDate without an offset."""
    if not isinstance(start, datetime):
        return start
    if start.tzinfo is None or start.utcoffset() is None:
        raise ImpossibleDate("The instant has no offset from UTC. Add it, as in 2026-03-09T10:00:00Z.")
    try:
        return start.astimezone(ZoneInfo(timezone)).date()
    except OverflowError as error:
        raise ImpossibleDate(f"The year is not from {FIRST_YEAR} to {LAST_YEAR}. Check the date.") from error


def start_of_day(day: date, timezone: str) -> datetime:
    """The UTC instant of 00:00 local time of a day."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
