"""Changes of a period after it began: an extension to a day, or a pause."""

from datetime import UTC, date, datetime, timedelta

from shared.reference.periods.calendars import Calendar
from shared.reference.periods.counting import Due, count, rolled
from shared.reference.periods.dates import in_range, local_date, start_of_day
from shared.reference.periods.errors import ImpossibleDate, ImpossiblePeriod
from shared.reference.periods.lengths import Length, Unit


def on_day(day: date, timezone: str, skipped: tuple[tuple[date, str], ...] = ()) -> Due:
    """Return a period whose last day is known from another source. Raises ImpossibleDate."""
    in_range(day.year)
    return Due(day, start_of_day(day, timezone), start_of_day(day + timedelta(days=1), timezone), skipped)


def prolonged(due: Due, until: date, timezone: str) -> Due:
    """Move the end to a later day. Raises ImpossiblePeriod for a day that is not later, ImpossibleDate."""
    if until <= due.due_on:
        raise ImpossiblePeriod(
            f"The extension ends no later than the period itself, which ends on {due.due_on}. Give a later day."
        )
    return on_day(until, timezone)


def resumed(
    due: Due,
    paused: date | datetime,
    again: date | datetime,
    *,
    unit: Unit,
    calendar: Calendar,
    timezone: str,
    roll: bool = False,
    left: Length | None = None,
) -> Due:
    """Continue counting after a pause: the days after `paused`, up to and including the day `again`, are not counted.

    Days, months and years end as many days later as the pause took. As many working days are left as before the pause.
    Hours end later by the elapsed time. `left`: at least this much is left from the day `again`. `roll`: as in
    `count`.

    Raises ImpossiblePeriod for a pause that begins after the period is over, ImpossibleDate for one that ends before
    it began.
    """
    first, last = local_date(paused, timezone), local_date(again, timezone)
    if first > due.due_on:
        raise ImpossiblePeriod(
            f"The period ended on {due.due_on}, before the pause began. Give an earlier day for the pause."
        )
    if due.exact and _instant(paused, timezone) > due.starts_at:
        raise ImpossiblePeriod("The period ended before the pause began. Give an earlier day for the pause.")
    if last < first:
        raise ImpossibleDate("The pause ends before it begins. Check both days.")
    if due.exact:
        instant = due.starts_at + (_instant(again, timezone) - _instant(paused, timezone))
        return Due(local_date(instant, timezone), instant, instant)
    skipped: list[tuple[date, str]] = []
    if unit == "WD":
        end = _working_days_left(due.due_on, first, last, calendar, timezone, skipped)
    else:
        end = due.due_on + (last - first)
    if left is not None:
        end = max(end, count(left, last, calendar=calendar, timezone=timezone).due_on)
    if roll:
        end = rolled(end, calendar, skipped)
    return on_day(end, timezone, tuple(skipped))


def _instant(at: date | datetime, timezone: str) -> datetime:
    return at.astimezone(UTC) if isinstance(at, datetime) else start_of_day(at, timezone)


def _working_days_left(
    end: date, first: date, last: date, calendar: Calendar, timezone: str, skipped: list[tuple[date, str]]
) -> date:
    after = ((first + timedelta(days=number)) for number in range(1, (end - first).days + 1))
    left = sum(calendar.is_working_day(day) for day in after)
    if left == 0:
        return last
    due = count(Length(left, "WD"), last, calendar=calendar, timezone=timezone)
    skipped.extend(due.skipped)
    return due.due_on
