"""How a period is counted for a person who was, or may have been, a child when it began.

This module knows a birth to its month at most. A day that is counted to a birthday would reveal the day of birth, and
events and readers of periods must not have it. The exact day is computed only for readers who can see the birth.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from dateutil.relativedelta import relativedelta

from shared.deadlines.derivation.certainty import UNDATED, Reach, Truth, Way
from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.starts import Start
from shared.reference import ChildWay, ClockRule, Profile
from shared.reference.periods import Due, ImpossibleDate, Moment, count, on_day

Counted: TypeAlias = tuple[Reach, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Birth:
    """The first and the last day on which a person can have been born."""

    first: date
    last: date

    def birthday(self, age: int) -> tuple[date, date]:
        """Return the first and the last day on which this birthday can fall."""
        return self.first + relativedelta(years=age), self.last + relativedelta(years=age)


def birth_of(text: str | None) -> Birth | None:
    """Return the bounds of a birth that is known to its year or month; None if nothing is known."""
    if text is None:
        return None
    year, _, month = text[:7].partition("-")
    if not month:
        return Birth(date(int(year), 1, 1), date(int(year), 12, 31))
    days = calendar.monthrange(int(year), int(month))[1]
    return Birth(date(int(year), int(month), 1), date(int(year), int(month), days))


def was_a_child(history: History, law: Profile, start: Start) -> Truth:
    """Return whether the person was a child when a period began.

    The birth decides, if it is known; otherwise the recorded age. PERHAPS if the age is disputed, unknown or missing.
    """
    birth = birth_of(history.birth(start.case))
    if birth is not None:
        first, last = birth.birthday(law.majority.years)
        began, ended = start.happened.first_day(law.timezone), start.happened.last_day(law.timezone)
        if ended is not None and ended < first:
            return Truth.SURELY
        if began is not None and began >= last:
            return Truth.NOT
        # The recorded age does not decide: it was true on some day, and the birth can contradict it.
        return Truth.PERHAPS
    return {"child": Truth.SURELY, "adult": Truth.NOT}.get(history.age(start.case) or "", Truth.PERHAPS)


def child_reaches(history: History, law: Profile, rule: ClockRule, start: Start) -> Iterator[Counted]:
    """Return the ways in which a period is counted for a child; one without a date if the birth is not known."""
    text = history.birth(start.case)
    birth = birth_of(text)
    if birth is None or text is None or "-" not in text:
        yield UNDATED, frozenset(("birth_unknown", "child"))
        return
    for way in rule.child:
        applies, doubts = _applies(history, law, way, birth)
        if applies is not Truth.NOT:
            reach, unsure = _counted(history, law, rule, way, birth)
            yield reach, doubts | unsure
        if applies is Truth.SURELY:
            return


def _applies(history: History, law: Profile, way: ChildWay, birth: Birth) -> tuple[Truth, frozenset[str]]:
    """Return whether a way applies, and the doubts that are left."""
    if way.fact is None or way.before_age is None:
        return Truth.SURELY, frozenset()
    first, last = birth.birthday(way.before_age)
    moment = _earliest(history, law, way.fact)
    if moment is None:
        return Truth.PERHAPS, frozenset(("report_unknown",))
    begins, ends = moment.first_day(law.timezone), moment.last_day(law.timezone)
    if ends is not None and ends < first:
        return Truth.SURELY, frozenset()
    return (Truth.NOT if begins is not None and begins >= last else Truth.PERHAPS), frozenset()


def _earliest(history: History, law: Profile, kind: str) -> Moment | None:
    """Return when the first fact of a kind happened; None if there is none, or no date is known for any."""
    moments = [history.moment(fact, law.timezone) for fact in history.of_kind(kind)]
    lows = [moment.lo for moment in moments if moment.lo is not None]
    highs = [moment.hi for moment in moments if moment.hi is not None]
    if not lows and not highs:
        return None
    return Moment(min(lows) if len(lows) == len(moments) else None, min(highs, default=None))


def _counted(history: History, law: Profile, rule: ClockRule, way: ChildWay, birth: Birth) -> Counted:
    try:
        if way.until_age is not None:
            days = birth.birthday(way.until_age)
            return _reach(rule, [on_day(day, law.timezone) for day in days], way.until_age), frozenset(("child",))
        if way.from_age is not None and way.length is not None:
            birthday = way.from_age + way.length.amount if way.length.unit == "Y" else None
            bases = birth.birthday(way.from_age)
            dues = [
                count(way.length, day, calendar=law.calendar, timezone=law.timezone, roll=rule.roll) for day in bases
            ]
            return _reach(rule, dues, birthday), frozenset(("child",))
    except ImpossibleDate:
        return UNDATED, frozenset(("child", "birth_unknown"))
    if way.from_fact is not None and way.length is not None:
        return _from_fact(history, law, rule, way)
    return UNDATED, frozenset(("child", "length_unknown"))


def _from_fact(history: History, law: Profile, rule: ClockRule, way: ChildWay) -> Counted:
    assert way.from_fact is not None and way.length is not None  # noqa: S101, PT018  # the caller asked for both
    moment = _earliest(history, law, way.from_fact)
    if moment is None or moment.lo is None:
        return UNDATED, frozenset(("child", "report_unknown"))
    last = moment.hi or moment.lo
    bases = (moment.lo, last if moment.is_instant else last - timedelta(microseconds=1))
    try:
        dues = [count(way.length, at, calendar=law.calendar, timezone=law.timezone, roll=rule.roll) for at in bases]
    except ImpossibleDate:
        return UNDATED, frozenset(("child", "report_unknown"))
    return _reach(rule, dues, None), frozenset(("child",))


def _reach(rule: ClockRule, dues: list[Due], birthday: int | None) -> Reach:
    first, last = (Way(due, rule, birthday) for due in (dues[0], dues[-1]))
    return Reach(first, last)
