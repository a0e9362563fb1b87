"""How a period is counted for somebody who was a child when it began, or may have been one.

A birth is known here to its month at most: a day that is counted to a birthday would be the day of birth, and periods
are shown to people, and carried by events, that must not have it. The exact day is computed for who may read the birth.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.starts import Start
from shared.deadlines.derivation.ways import Way
from shared.reference import ChildWay, ClockRule, Counted, Profile
from shared.reference.periods import ImpossibleDate, Moment, count, on_day

SURELY, PERHAPS, NOT = "surely", "perhaps", "not"


@dataclass(frozen=True, slots=True)
class Birth:
    """The first and the last day on which somebody may have been born."""

    first: date
    last: date

    def birthday(self, age: int) -> tuple[date, date]:
        """Return the first and the last day on which this birthday may fall."""
        return self.first + relativedelta(years=age), self.last + relativedelta(years=age)


def birth_of(text: str | None) -> Birth | None:
    """Return the bounds of a birth that is known to its year or month; None where nothing is known."""
    if text is None:
        return None
    year, _, month = text[:7].partition("-")
    if not month:
        return Birth(date(int(year), 1, 1), date(int(year), 12, 31))
    days = calendar.monthrange(int(year), int(month))[1]
    return Birth(date(int(year), int(month), 1), date(int(year), int(month), days))


def was_a_child(history: History, law: Profile, start: Start) -> str:
    """Return whether the person was a child when a period began: SURELY, PERHAPS or NOT.

    By the birth, where one is known; else by the age that was recorded, and of one that is disputed, unknown or was
    not asked, PERHAPS.
    """
    birth = birth_of(history.birth(start.case))
    if birth is not None:
        first, last = birth.birthday(law.majority.years)
        began, ended = start.happened.first_day(law.timezone), start.happened.last_day(law.timezone)
        if ended is not None and ended < first:
            return SURELY
        if began is not None and began >= last:
            return NOT
        # What was recorded as their age does not part the two: it was so on a day, and the birth may contradict it.
        return PERHAPS
    return {"child": SURELY, "adult": NOT}.get(history.age(start.case) or "", PERHAPS)


def child_ways(history: History, law: Profile, rule: ClockRule, start: Start) -> list[Way]:
    """Return the ways in which a period is counted for a child; one without a date where the birth is not known."""
    text = history.birth(start.case)
    birth = birth_of(text)
    if birth is None or text is None or "-" not in text:
        return [Way(Counted(rule=rule, due=None, doubts=frozenset(("birth_unknown", "child"))))]
    ways: list[Way] = []
    for way in rule.child:
        applies, doubts = _applies(history, law, way, birth)
        if applies == NOT:
            continue
        ways.extend(_counted(history, law, rule, way, birth, doubts))
        if applies == SURELY:
            break
    return ways


def _applies(history: History, law: Profile, way: ChildWay, birth: Birth) -> tuple[str, frozenset[str]]:
    """Return whether a way applies, and the doubts that are left."""
    if way.fact is None or way.before_age is None:
        return SURELY, frozenset()
    first, last = birth.birthday(way.before_age)
    moment = _earliest(history, law, way.fact)
    if moment is None:
        return PERHAPS, frozenset(("report_unknown",))
    begins, ends = moment.first_day(law.timezone), moment.last_day(law.timezone)
    if ends is not None and ends < first:
        return SURELY, frozenset()
    return (NOT if begins is not None and begins >= last else PERHAPS), frozenset()


def _earliest(history: History, law: Profile, kind: str) -> Moment | None:
    moments = [history.moment(fact, law.timezone) for fact in history.of_kind(kind)]
    dated = [moment for moment in moments if moment.lo is not None]
    return min(dated, key=lambda moment: (moment.lo, moment.hi or moment.lo)) if dated else None


def _counted(
    history: History, law: Profile, rule: ClockRule, way: ChildWay, birth: Birth, doubts: frozenset[str]
) -> Iterator[Way]:
    if way.until_age is not None:
        for day in birth.birthday(way.until_age):
            yield Way(_on(law, rule, day, doubts), way.until_age)
    elif way.from_age is not None and way.length is not None:
        birthday = way.from_age + way.length.amount if way.length.unit == "Y" else None
        for day in birth.birthday(way.from_age):
            due = count(way.length, day, calendar=law.calendar, timezone=law.timezone, roll=rule.roll)
            yield Way(Counted(rule=rule, due=due, doubts=doubts | {"child"}), birthday)
    elif way.from_fact is not None and way.length is not None:
        yield from _from_fact(history, law, rule, way, doubts)
    else:
        yield Way(Counted(rule=rule, due=None, doubts=doubts | {"child", "length_unknown"}))


def _from_fact(history: History, law: Profile, rule: ClockRule, way: ChildWay, doubts: frozenset[str]) -> Iterator[Way]:
    assert way.from_fact is not None and way.length is not None  # noqa: S101, PT018  # the caller asked for both
    moment = _earliest(history, law, way.from_fact)
    if moment is None or moment.lo is None:
        yield Way(Counted(rule=rule, due=None, doubts=doubts | {"child", "report_unknown"}))
        return
    last = moment.hi or moment.lo
    for base in dict.fromkeys((moment.lo, last if moment.is_instant else last - timedelta(microseconds=1))):
        due = count(way.length, base, calendar=law.calendar, timezone=law.timezone, roll=rule.roll)
        yield Way(Counted(rule=rule, due=due, doubts=doubts | {"child"}))


def _on(law: Profile, rule: ClockRule, day: date, doubts: frozenset[str]) -> Counted:
    try:
        return Counted(rule=rule, due=on_day(day, law.timezone), doubts=doubts | {"child"})
    except ImpossibleDate:
        return Counted(rule=rule, due=None, doubts=doubts | {"child", "birth_unknown"})
