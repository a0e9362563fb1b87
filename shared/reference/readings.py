"""All distinct ways in which a period can be counted from one start."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.reference.clock_rules import ClockRule, Reading
from shared.reference.periods import Due, Length, Moment, count, local_date, start_of_day
from shared.reference.profiles import Profile

_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One way to count a period. `due` None: it has no date. `doubts`: the codes of why there are several ways.

    `wording`: how it was counted, in words; `why`: why the rule can be read so; `length`: the length of the period.
    """

    rule: ClockRule
    due: Due | None
    wording: str = ""
    why: str = ""
    doubts: frozenset[str] = frozenset()
    length: Length | None = None


def count_all(law: Profile, code: str, happened: Moment, learnt: Moment | None = None) -> tuple[Counted, ...]:
    """Return every way to count a period of a law from a start, starting with the one that is safe for the person.

    A vague start counts from its first and from its last day, and from the days between on which the law changed. For
    a start on an unknown day, only a minimum has a date: from the day on which it was learnt, which is later and
    therefore safe. The rule is the one in force on each start day. Raises UnknownRule and ImpossibleDate.
    """
    counted: list[Counted] = []
    newest = law.clock(code, on=date.max)
    for base, doubt in (*_bases(law, newest, happened, learnt), *_where_the_law_changed(law, newest, happened)):
        if base is None:
            counted.append(Counted(rule=newest, due=None, doubts=frozenset((doubt,))))
            continue
        rule = law.clock(code, on=local_date(base, law.timezone))
        counted.extend(by_each_reading(law, rule, base, doubt))
    return in_order(newest.kind, counted)


def in_order(kind: str, counted: Iterable[Counted]) -> tuple[Counted, ...]:
    """Return the distinct ways to count: the safe one first, those without a date last.

    For a minimum the latest date is safe for the person, for any other period the earliest.
    """
    distinct: dict[datetime | None, Counted] = {}
    for way in counted:
        distinct.setdefault(way.due.ends_at if way.due else None, way)
    dated = sorted((way for way in distinct.values() if way.due), key=_ends_at, reverse=kind == "minimum")
    return (*dated, *(way for way in distinct.values() if way.due is None))


def _ends_at(way: Counted) -> datetime:
    assert way.due is not None  # noqa: S101  # only those with a date are put in order
    return way.due.ends_at


def _bases(
    law: Profile, rule: ClockRule, happened: Moment, learnt: Moment | None
) -> list[tuple[date | datetime | None, str]]:
    """Return the days to count from, each with the doubt that it represents (empty: none)."""
    bases: list[tuple[date | datetime | None, str]] = []
    if "happened" in rule.count_from:
        if happened.lo is not None:
            last = happened.hi if happened.hi is not None else happened.lo
            bases.append((happened.lo, ""))
            zone = law.timezone
            if _by_hours(rule) or happened.first_day(zone) != happened.last_day(zone):
                bases.append((last if _by_hours(rule) else last - _BEFORE, "vague_start"))
        elif rule.kind == "minimum" and happened.hi is not None:
            bases.append((happened.hi, "start_unknown"))
        else:
            bases.append((None, "start_unknown"))
    # A date counted only from the receipt would be later, by an unknown amount, than one from an unknown day.
    is_known = happened.lo is not None or "happened" not in rule.count_from
    if "learnt" in rule.count_from and learnt is not None and learnt.lo is not None and is_known:
        bases.append((learnt.lo, "counted_from_receipt" if bases else ""))
    return bases or [(None, "start_unknown")]


def _where_the_law_changed(law: Profile, newest: ClockRule, happened: Moment) -> Iterable[tuple[datetime, str]]:
    """Return the first instant of each version of a rule, and the last one before it, within a vague start."""
    zone = law.timezone
    first, last = happened.first_day(zone), happened.last_day(zone)
    if "happened" not in newest.count_from or first is None or last is None:
        return
    for version in law.clocks.get(newest.code, ()):
        if first < version.effective_from <= last:
            begins = start_of_day(version.effective_from, zone)
            yield begins - _BEFORE, "vague_start"
            yield begins, "vague_start"


def _by_hours(rule: ClockRule) -> bool:
    return rule.length is not None and rule.length.unit == "H"


def by_each_reading(law: Profile, rule: ClockRule, base: date | datetime, doubt: str = "") -> Iterable[Counted]:
    """Return the readings of a rule, counted from one day or instant; its own reading first."""
    for number, reading in enumerate((rule.own_reading, *rule.readings)):
        doubts = (
            {doubt} - {""} | ({"two_readings"} if number else set()) | ({"law_unread"} if reading.unread else set())
        )
        if reading.length is None:
            yield Counted(rule=rule, due=None, why=reading.why, doubts=frozenset((*doubts, "length_unknown")))
            continue
        due = count(
            reading.length,
            base,
            calendar=reading.calendar or law.calendar,
            timezone=law.timezone,
            first_day=reading.first_day,
            less_one_day=reading.less_one_day,
            always_less=reading.always_less,
            roll=rule.roll or reading.roll,
        )
        rests = rule.roll or reading.roll or reading.length.unit == "WD"
        if rests and not law.working_days.is_sure_of(due.due_on):
            doubts.add("calendar_uncertain")
        yield Counted(
            rule=rule,
            due=due,
            wording=worded(rule, reading),
            why=reading.why,
            doubts=frozenset(doubts),
            length=reading.length,
        )


def worded(rule: ClockRule, reading: Reading) -> str:
    """Return how a reading of a rule counts, in words; empty if its length is not known."""
    if reading.length is None:
        return ""
    parts = [reading.length.words]
    if reading.first_day:
        parts.append("beginning with the day itself")
    if reading.less_one_day or reading.always_less:
        parts.append("less one day")
    if rule.roll or reading.roll:
        parts.append("an end on a weekend or holiday moves to the next working day")
    return ", ".join(parts)
