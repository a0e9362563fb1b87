"""Worked examples of a period: a start, the calculator's dates, and the months in between as calendars."""

from calendar import Calendar as Weeks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from deploy.review_pack.labels import long_day
from shared.reference import Calculation, ClockRule, Counted, Profile, by_each_reading, calculate

#: The usual start: a Monday.
USUAL: Final = date(2026, 3, 2)
_HOUR: Final = 10
#: How far the second example is looked for, and how many months in a row are shown.
_DAYS: Final = 400
_MONTHS: Final = 3
_LETTERS: Final = "ABCDEFGHIJ"
WEEKEND: Final = frozenset(("Saturday", "Sunday"))


@dataclass(frozen=True)
class Day:
    """A day of a calendar.

    `mark`: start or end. `off`: why it is no working day. `number`: its place in the count. `within`: it lies between
    the start and the last end.
    """

    day: date
    mark: str
    off: str
    number: int | None
    within: bool

    @property
    def below(self) -> str:
        """Return what is written below the day: start or end, a holiday, or its place in the count."""
        if self.mark:
            return self.mark
        if self.off and self.off not in WEEKEND:
            return "holiday"
        return "" if self.number is None else f"+{self.number}"


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday to Sunday; days of other months are None."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]

    @property
    def title(self) -> str:
        """Return the month and the year."""
        return f"{self.first:%B %Y}"


@dataclass(frozen=True)
class Example:
    """A worked example. `ends`: each reading of the rule with its letter (empty for a single one) and its end."""

    calculation: Calculation
    ends: tuple[tuple[str, Counted], ...]
    months: tuple[Month, ...]

    @property
    def began(self) -> str:
        """Return the start in words."""
        start = self.calculation.start
        return (
            f"{long_day(start)}, {start:%H:%M}" if isinstance(start, datetime) else long_day(self.calculation.began_on)
        )

    def ended(self, way: Counted) -> str:
        """Return an end in words."""
        if way.due is None:
            return "no date: the length is not known"
        if way.due.exact:
            local = way.due.starts_at.astimezone(ZoneInfo(self.calculation.profile.timezone))
            return f"{long_day(local.date())}, {local:%H:%M}"
        return long_day(way.due.due_on)

    @property
    def skipped(self) -> tuple[tuple[date, str], ...]:
        """Return the days that a reading did not count or moved off, with their reasons."""
        days = {day: why for _, way in self.ends if way.due is not None for day, why in way.due.skipped}
        return tuple(sorted(days.items()))


def examples_of(law: Profile, rule: ClockRule) -> tuple[Example, ...]:
    """Return the examples of one version of a rule: none without a length.

    The second one, if there is one, has more readings with ends of their own, or an end that moves off a day of rest.
    """
    if rule.length is None:
        return ()
    usual = _usual_start(law, rule)
    second = None if isinstance(usual, datetime) else _second_start(law, rule, usual)
    return tuple(_example(law, rule, start) for start in (usual, second) if start is not None)


def _usual_start(law: Profile, rule: ClockRule) -> date | datetime:
    day = USUAL
    if not rule.in_force(day):
        day = rule.effective_from if day < rule.effective_from else rule.effective_to or day
    if rule.length is not None and rule.length.unit == "H":
        return datetime(day.year, day.month, day.day, _HOUR, tzinfo=ZoneInfo(law.timezone))
    return day


def _second_start(law: Profile, rule: ClockRule, usual: date) -> date | None:
    """Return a later start that shows more than the usual one; None if there is none."""
    days = [usual + timedelta(days=number) for number in range(1, _DAYS)]
    later = [day for day in days if rule.in_force(day)]
    if (several := _different_ends(law, rule, usual)) < 1 + len(rule.readings):
        apart = next((day for day in later if _different_ends(law, rule, day) > several), None)
        if apart is not None:
            return apart
    seen = _days_off(law, rule, usual)
    reasons = ((day, _days_off(law, rule, day)) for day in later)
    moved = [(day, why) for day, why in reasons if why] if not seen - WEEKEND else []
    holiday = next((day for day, why in moved if why - WEEKEND), None)
    return holiday or next((day for day, _ in moved if not seen), None)


def _different_ends(law: Profile, rule: ClockRule, start: date) -> int:
    return len({way.due for way in by_each_reading(law, rule, start)})


def _days_off(law: Profile, rule: ClockRule, start: date) -> frozenset[str]:
    ways = by_each_reading(law, rule, start)
    return frozenset(why for way in ways if way.due is not None for _, why in way.due.skipped)


def _example(law: Profile, rule: ClockRule, start: date | datetime) -> Example:
    ways = tuple(by_each_reading(law, rule, start))
    letters = _LETTERS if len(ways) > 1 else " "
    ends = tuple((letter.strip(), way) for letter, way in zip(letters, ways, strict=False))
    first = start.date() if isinstance(start, datetime) else start
    return Example(calculate(law, rule.code, start), ends, tuple(_months(law, rule, first, ends)))


def _months(law: Profile, rule: ClockRule, start: date, ends: tuple[tuple[str, Counted], ...]) -> Iterator[Month]:
    """Yield the months from the start to the last end; of a long period only those with a start or an end."""
    days = [start, *(way.due.due_on for _, way in ends if way.due is not None)]
    numbers = _numbers(law, rule, start, max(days))
    marked = {day.replace(day=1) for day in days}
    in_a_row = list(_firsts(min(marked), max(marked)))
    for first in in_a_row if len(in_a_row) <= _MONTHS else sorted(marked):
        weeks = Weeks().monthdatescalendar(first.year, first.month)
        yield Month(
            first,
            tuple(
                tuple(
                    Day(
                        day,
                        _mark(day, start, ends),
                        law.calendar.reason(day) or "",
                        numbers.get(day),
                        start <= day <= max(days),
                    )
                    if day.month == first.month
                    else None
                    for day in week
                )
                for week in weeks
            ),
        )


def _firsts(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)


def _mark(day: date, start: date, ends: tuple[tuple[str, Counted], ...]) -> str:
    marks = ["start"] if day == start else []
    letters = [letter for letter, way in ends if way.due is not None and way.due.due_on == day]
    return " ".join([*marks, *(["end", *filter(None, letters)] if letters else [])])


def _numbers(law: Profile, rule: ClockRule, start: date, last: date) -> dict[date, int]:
    """Return the place of each day in the count of the rule itself, for lengths in days or working days."""
    length = rule.length
    if length is None or length.unit not in ("D", "WD"):
        return {}
    days = [start + timedelta(days=number) for number in range(0 if rule.first_day else 1, (last - start).days + 1)]
    counted = [day for day in days if length.unit == "D" or law.calendar.is_working_day(day)]
    return {day: number for number, day in enumerate(counted[: length.amount], start=1)}
