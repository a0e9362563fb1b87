"""Calculate a due date from a length, a start and a rule's wording."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from shared.reference.periods.calendars import Calendar
from shared.reference.periods.dates import in_range, local_date, start_of_day
from shared.reference.periods.errors import ImpossiblePeriod
from shared.reference.periods.lengths import Length


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a period.

    `due_on` is the last day of the period, in local time; it still belongs to the period. `starts_at` is 00:00 local
    of that day (from then on the period is *due*), `ends_at` 00:00 local of the next (from then on it is over: a
    target or limit is *missed*, a minimum *reached*). For a length in hours both are the exact instant. Both are UTC.
    `skipped` lists the days that were not counted, or that the date was moved off, each with its reason.
    """

    due_on: date
    starts_at: datetime
    ends_at: datetime
    skipped: tuple[tuple[date, str], ...] = ()

    @property
    def exact(self) -> bool:
        """Return whether it is due at an instant (hours) rather than on a day."""
        return self.starts_at == self.ends_at


def check_wording(length: Length, *, first_day: bool, less_one_day: bool, roll: bool) -> None:
    """Raise ImpossiblePeriod if a rule's wording contradicts the unit of its length."""
    if first_day and less_one_day:
        raise ImpossiblePeriod(
            "The rule has 'begins with the day' and 'less one day', which mean the same. Keep one of them."
        )
    if less_one_day and length.unit not in ("M", "Y"):
        raise ImpossiblePeriod(
            "The rule has 'less one day' for a period that is not in months or years. Lower the number instead."
        )
    if length.unit == "H" and (first_day or roll):
        raise ImpossiblePeriod(
            "A period in hours is elapsed time, without first days or holidays. Leave these settings out."
        )


def count(
    length: Length,
    start: date | datetime,
    *,
    calendar: Calendar,
    timezone: str,
    first_day: bool = False,
    less_one_day: bool = False,
    always_less: bool = False,
    roll: bool = False,
) -> Due:
    """Count a period from its trigger.

    `first_day`: the rule says "beginning with the day", so the trigger's day is day 1 (for working days: if it is
    one). `less_one_day`: the rule says "n months beginning with", so the period ends the day before the corresponding
    day. If the month has no corresponding day, its last day is the end, without a deduction. `always_less`: another
    reading deducts the day there too. `roll`: the rule moves an end on a weekend or holiday to the next working day.
    If the length is in hours, a start without a time counts from 00:00 local.

    Raises ImpossibleDate (a start or an end outside the supported years, an instant without offset) and
    ImpossiblePeriod (wording that contradicts the length).
    """
    check_wording(length, first_day=first_day, less_one_day=less_one_day, roll=roll)
    day = local_date(start, timezone)
    in_range(day.year)
    if length.unit == "H":
        return _after_hours(length.amount, start, timezone)
    skipped: list[tuple[date, str]] = []
    match length.unit:
        case "WD":
            end = _after_working_days(length.amount, day, calendar, skipped, first_day=first_day)
        case "D":
            end = day + timedelta(days=length.amount - first_day)
        case _:
            end = _corresponding_day(length, day, less_one_day=first_day or less_one_day, always_less=always_less)
    if roll:
        end = rolled(end, calendar, skipped)
    in_range(end.year)
    return Due(end, start_of_day(end, timezone), start_of_day(end + timedelta(days=1), timezone), tuple(skipped))


def rolled(end: date, calendar: Calendar, skipped: list[tuple[date, str]]) -> date:
    """Move an end off weekends and holidays, and add the skipped days to `skipped`."""
    while (reason := calendar.reason(end)) is not None:
        skipped.append((end, reason))
        end += timedelta(days=1)
    return end


def days_left(due: Due, at: datetime, timezone: str) -> int:
    """Return the whole days from an instant to the due date: by the local calendar; for hours, by elapsed time."""
    if due.exact:
        return (due.starts_at - at).days
    return (due.due_on - local_date(at, timezone)).days


def warnings(due: Due, days_before: tuple[int, ...], timezone: str) -> tuple[datetime, ...]:
    """Return the UTC instants at which to warn of a due date, earliest first: 00:00 local, some days before its day."""
    if due.exact:
        return tuple(due.starts_at - timedelta(days=days) for days in sorted(days_before, reverse=True))
    return tuple(
        start_of_day(due.due_on - timedelta(days=days), timezone) for days in sorted(days_before, reverse=True)
    )


def _after_hours(amount: int, start: date | datetime, timezone: str) -> Due:
    begun = start.astimezone(UTC) if isinstance(start, datetime) else start_of_day(start, timezone)
    instant = begun + timedelta(hours=amount)
    return Due(local_date(instant, timezone), instant, instant)


def _after_working_days(
    amount: int, day: date, calendar: Calendar, skipped: list[tuple[date, str]], *, first_day: bool
) -> date:
    if not first_day:
        day += timedelta(days=1)
    left = amount
    while True:
        reason = calendar.reason(day)
        if reason is None:
            left -= 1
        else:
            skipped.append((day, reason))
        if left == 0:
            return day
        day += timedelta(days=1)


def _corresponding_day(length: Length, day: date, *, less_one_day: bool, always_less: bool) -> date:
    step = relativedelta(months=length.amount) if length.unit == "M" else relativedelta(years=length.amount)
    end = day + step
    if always_less or (less_one_day and end.day == day.day):
        end -= timedelta(days=1)
    return end
