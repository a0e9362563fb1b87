"""The earliest and the latest date of a period, by every day that its start can mean and every reading of its rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from shared.deadlines.derivation.certainty import UNDATED, Reach, Truth, Way, either
from shared.deadlines.derivation.children import child_reaches, was_a_child
from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.starts import Start
from shared.reference import ClockRule, Counted, Profile, by_each_reading
from shared.reference.assembly import BEFORE_ALL
from shared.reference.periods import ImpossibleDate, Moment, local_date, start_of_day

_BEFORE: Final = timedelta(microseconds=1)
_UNKNOWN: Final = Reach(None, None)
#: Doubts about a start other than an unknown day.
_SAID_OTHERWISE: Final = frozenset(("last_incident_unknown", "each_act"))
#: Doubts about the day of a start.
_OF_THE_DAY: Final = _SAID_OTHERWISE | {"vague_start", "start_unknown"}


def dates_of(history: History, law: Profile, rule: ClockRule, start: Start) -> tuple[Reach, frozenset[str]]:
    """Return the dates of a period before any change, and the remaining doubts."""
    child = was_a_child(history, law, start) if rule.child else Truth.NOT
    # A child's date counts from the birth or the report, so the day of the start causes no doubt.
    doubts = set(start.doubts - _OF_THE_DAY if child is Truth.SURELY else start.doubts)
    reaches: list[Reach] = []
    if child is not Truth.SURELY:
        adult, of_adult = _counted(law, rule, start)
        reaches.append(adult)
        doubts |= of_adult
    if child is not Truth.NOT:
        for reach, of_child in child_reaches(history, law, rule, start):
            reaches.append(reach)
            doubts |= of_child
    if child is Truth.PERHAPS:
        doubts.add("perhaps_a_child")
    return either(reaches), frozenset(doubts)


def _counted(law: Profile, rule: ClockRule, start: Start) -> tuple[Reach, frozenset[str]]:
    if start.undated:
        return UNDATED, frozenset()
    reaches, doubts = list[Reach](), set[str]()
    try:
        for source in rule.count_from:
            moment = start.happened if source == "happened" else start.learnt
            if moment is None:
                continue
            reach, unsure = _from(law, rule, moment)
            if source == "learnt" and reaches and reach != reaches[0]:
                doubts.add("counted_from_receipt")
            reaches.append(reach)
            doubts |= unsure
    except ImpossibleDate:
        return UNDATED, frozenset(("length_unknown",))
    if not reaches:
        return _UNKNOWN, frozenset(("start_unknown",))
    if start.doubts & _SAID_OTHERWISE:
        doubts = (doubts - {"vague_start", "start_unknown"}) | start.doubts
    return either(reaches), frozenset(doubts)


def _from(law: Profile, rule: ClockRule, moment: Moment) -> tuple[Reach, set[str]]:
    """Return the dates counted from a moment: from its first and last day, and from those on which the law changes."""
    doubts: set[str] = set()
    if moment.lo is None and moment.hi is None:
        return _UNKNOWN, {"start_unknown"}
    by_base = [_from_instant(law, rule, base, doubts) for base in _bases(law, rule, moment)]
    together = either(by_base)
    if together.is_dated:
        first = together.first if moment.lo is not None else None
        together = Reach(first, together.last if moment.hi is not None else None)
    if moment.lo is None:
        doubts.add("start_unknown")
    elif moment.hi is None or len({reach.first and reach.first.ends_at for reach in by_base}) > 1:
        doubts.add("vague_start")
    return together, doubts


def _bases(law: Profile, rule: ClockRule, moment: Moment) -> Iterator[datetime]:
    """Return the instants to count from."""
    zone = law.timezone
    if moment.lo is not None:
        yield moment.lo
    if moment.hi is not None and moment.hi != moment.lo:
        is_by_hours = rule.length is not None and rule.length.unit == "H"
        yield moment.hi if is_by_hours else moment.hi - _BEFORE
    first = moment.first_day(zone) or date.min
    last = moment.last_day(zone) or date.max
    versions = law.clocks[rule.code]
    for earlier, version in pairwise(versions):
        if first < version.effective_from <= last:
            begins = start_of_day(version.effective_from, zone)
            yield begins
            # A start on an unknown day was not before the oldest version of the rule on record.
            if moment.lo is not None or earlier.effective_from > BEFORE_ALL:
                yield begins - _BEFORE


# control: H-DEADLINE-5 unread-law-is-a-reading
def _from_instant(law: Profile, newest: ClockRule, base: datetime, doubts: set[str]) -> Reach:
    """Return the dates counted from one instant, by each reading of the rule in force on its day."""
    reaches: list[Reach] = []
    own = None
    for number, counted in enumerate(_counted_from(law, newest, base)):
        ends_at = None if counted.due is None else counted.due.ends_at
        if number == 0:
            own = ends_at
        if number == 0 or ends_at != own:
            doubts |= counted.doubts
        reaches.append(_reach_of(counted))
    return either(reaches)


def _reach_of(counted: Counted) -> Reach:
    if counted.due is None:
        return UNDATED
    way = Way(counted.due, counted.rule)
    return Reach(way, way)


def _counted_from(law: Profile, newest: ClockRule, base: datetime) -> Iterable[Counted]:
    rule = law.clock(newest.code, on=local_date(base, law.timezone))
    return by_each_reading(law, rule, base)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to count a period from a start, before pauses and extensions.

    `basis`: what it counts from, `happened`, `learnt` or `birth` (all rules for children). `base`: the instant; None
    for a child. `reach`: the date; for a child the first and the last one that the known month of birth allows.
    `counted`: how the rule was read; None for a child. `doubts`: the codes of why there are several readings.
    """

    start: Start
    basis: str
    base: datetime | None
    reach: Reach
    counted: Counted | None
    doubts: frozenset[str]


def readings_of(history: History, law: Profile, rule: ClockRule, start: Start) -> Iterator[Reading]:
    """Yield the ways to count from a start. `dates_of` returns the earliest and the latest date among them."""
    child = was_a_child(history, law, start) if rule.child else Truth.NOT
    if child is not Truth.SURELY and not start.undated:
        yield from _readings_of_adult(law, rule, start)
    if child is not Truth.NOT:
        for reach, doubts in child_reaches(history, law, rule, start):
            yield Reading(start, "birth", None, reach, None, doubts)


def _readings_of_adult(law: Profile, rule: ClockRule, start: Start) -> Iterator[Reading]:
    seen = set[tuple[object, ...]]()
    try:
        for source in rule.count_from:
            moment = start.happened if source == "happened" else start.learnt
            for base in () if moment is None else _bases(law, rule, moment):
                for counted in _counted_from(law, rule, base):
                    # The first and the last instant of one day give the same count of days.
                    way = source, local_date(base, law.timezone), counted.due, counted.wording, counted.why
                    if way not in seen:
                        seen.add(way)
                        reach = _reach_of(counted)
                        yield Reading(start, source, base, reach, counted, counted.doubts)
    except ImpossibleDate:
        # A day outside the supported years: the period has no date.
        return
