"""The dates of a period after its pauses and extensions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.certainty import Link, Reach, Truth, Way, by_end, either
from shared.deadlines.derivation.links import EXTENSION, Links
from shared.deadlines.derivation.pauses import Pause, possible_orders
from shared.deadlines.derivation.questions import Doubt
from shared.deadlines.derivation.starts import Start
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile
from shared.reference.periods import Due, ImpossibleDate, ImpossiblePeriod, in_range, on_day, resumed

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Extension:
    """The day to which a period was extended by decision."""

    fact: Fact
    link: Link
    decided: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Changed:
    """The dates of a period after its changes, and the facts that changed it or had no effect."""

    reach: Reach
    because: tuple[UUID, ...] = ()
    without_effect: tuple[UUID, ...] = ()
    doubts: frozenset[Doubt] = frozenset()


def extensions_of(links: Links, law: Profile, rule: ClockRule, start: Start) -> list[Extension]:
    """Return the extensions of a period, in the order in which they were decided."""
    if not rule.extendable:
        return []
    extensions: list[Extension] = []
    for fact in links.history.of_kind(EXTENSION):
        until = _day(fact.codes.get("until", ""))
        if fact.codes.get("clock") != rule.code or until is None:
            continue
        link = links.to(fact, law, start)
        if link.truth is not Truth.NOT:
            decided = links.history.moment(fact, law.timezone).lo or _LONG_AGO
            extensions.append(Extension(fact, link, decided, until))
    return sorted(extensions, key=lambda extension: (extension.decided, extension.until, extension.fact.id))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
        in_range(day.year)
    except ValueError:
        return None
    return day


def change(
    law: Profile,
    rule: ClockRule,
    reach: Reach,
    pauses: Sequence[Sequence[Pause]],
    extensions: Iterable[Extension],
) -> Changed:
    """Return the dates of a period after its pauses, in each order in which they can have begun, and its extensions."""
    changed = _either([_after_all(law, rule, reach, order) for order in possible_orders(pauses)])
    for extension in extensions:
        changed = _after_extension(law, rule, changed, extension)
    return changed


def _after_all(law: Profile, rule: ClockRule, reach: Reach, groups: Iterable[Sequence[Pause]]) -> Changed:
    changed = Changed(reach)
    for group in groups:
        changed = _after_pause(law, rule, changed, group)
    return changed


def _either(by_order: Sequence[Changed]) -> Changed:
    """Return what follows if one of several orders is true. Which pause was first can change the date by days."""
    first, *others = by_order
    if not others:
        return first
    ineffective = set(first.without_effect).intersection(*(other.without_effect for other in others))
    return Changed(
        either(changed.reach for changed in by_order),
        because=tuple(dict.fromkeys(fact for changed in by_order for fact in changed.because)),
        without_effect=tuple(fact for fact in first.without_effect if fact in ineffective),
        doubts=frozenset[Doubt]().union(*(changed.doubts for changed in by_order)),
    )


# control: H-DEADLINE-2 pause-is-a-reading
def _after_pause(law: Profile, rule: ClockRule, changed: Changed, group: Sequence[Pause]) -> Changed:
    """Return the dates after a pause, or after the only one of several that applies.

    The earliest date uses the shortest pause that is sure, the latest date the longest that is possible.
    """
    reach = changed.reach
    effective = [pause for pause in group if _may_stop(reach, pause)]
    first, last = reach.first, reach.last
    is_open = any(pause.may_still_last for pause in effective)
    is_sure = not is_open
    if first is not None:
        shortest, longest = _shortest(law, rule, first, effective), _longest(law, rule, first, effective)
        is_sure = is_sure and shortest.due == longest.due
        first = shortest
    if last is not None:
        shortest, longest = _shortest(law, rule, last, effective), _longest(law, rule, last, effective)
        is_sure = is_sure and shortest.due == longest.due
        last = None if is_open else longest
    after = Reach(first, last, is_dated=reach.is_dated)
    unsure = () if is_sure else effective
    doubts = frozenset[Doubt]().union(*(pause.all_doubts for pause in unsure))
    without = [pause.because[0] for pause in group if pause not in effective]
    return replace(
        changed,
        reach=after,
        because=(*changed.because, *(fact for pause in effective for fact in pause.because)),
        without_effect=(*changed.without_effect, *without),
        doubts=changed.doubts | doubts,
    )


def _shortest(law: Profile, rule: ClockRule, way: Way, pauses: Iterable[Pause]) -> Way:
    """Return a date after the shortest pause that surely happened."""
    for pause in pauses:
        # A pause on an unknown day can have ended before it could move anything. One without an end moves nothing yet.
        if pause.link.truth is Truth.SURELY and pause.begun[0] is not None and not pause.may_still_last:
            way = min(_each(law, rule, way, pause, pause.shortest), key=by_end)
    return way


def _longest(law: Profile, rule: ClockRule, way: Way, pauses: Iterable[Pause]) -> Way:
    """Return a date after the longest of several possible pauses, of which one applies."""
    after = [moved for pause in pauses for moved in _each(law, rule, way, pause, pause.longest)]
    return max((way, *after), key=by_end)


def _may_stop(reach: Reach, pause: Pause) -> bool:
    """Return whether a pause began before the period was over, in some reading."""
    begun = pause.begun[0]
    return reach.is_dated and (reach.last is None or begun is None or begun <= reach.last.due.due_on)


def _each(law: Profile, rule: ClockRule, way: Way, pause: Pause, ended: Callable[[date], date | None]) -> list[Way]:
    """Return a date after a pause, by each day on which it can have begun and that can make a difference."""
    first, last = pause.begun
    due_on = way.due.due_on
    days = {first or due_on, last or due_on + timedelta(days=1), min(last or due_on, due_on)}
    # A pause that ended on the day on which it began is the shortest.
    days |= {day for day in (pause.earliest_end,) if day is not None and min(days) < day < max(days)}
    days |= {day for cap in pause.pausing.at_most for day in _cut_over(cap.effective_from, min(days), max(days))}
    return [_resumed(law, rule, way, day, ended, pause) for day in sorted(days)]


def _cut_over(since: date | None, first: date, last: date) -> Iterable[date]:
    return () if since is None or not first < since <= last else (since - timedelta(days=1), since)


def _resumed(
    law: Profile, rule: ClockRule, way: Way, begun: date, ended: Callable[[date], date | None], pause: Pause
) -> Way:
    """Return a date after a pause; unchanged if the period was over before it, or if it has no end."""
    try:
        until = ended(begun)
        if until is None:
            return way
        due = resumed(
            way.due,
            begun,
            until,
            unit="D" if rule.length is None else rule.length.unit,
            calendar=law.calendar,
            timezone=law.timezone,
            roll=rule.roll,
            left=pause.pausing.left,
        )
    except (ImpossibleDate, ImpossiblePeriod):
        return way
    return _at(way, due)


def _after_extension(law: Profile, rule: ClockRule, changed: Changed, extension: Extension) -> Changed:
    """Return the dates after an extension: at least its day, in every reading that it surely concerns."""
    reach, until = changed.reach, on_day(extension.until, law.timezone)
    granted = Way(until, rule)
    first, last = reach.first, reach.last
    if extension.link.truth is Truth.SURELY:
        first = granted if first is None else _later(first, until)
    if not reach.is_dated:
        # A period without a date gets the granted one.
        last = granted if first is granted else None
    elif last is not None:
        last = _later(last, until)
    after = Reach(first, last)
    if (first, last) == (reach.first, reach.last):
        return replace(changed, without_effect=(*changed.without_effect, extension.fact.id))
    return replace(
        changed,
        reach=after,
        because=(*changed.because, extension.fact.id),
        doubts=changed.doubts | {Doubt(code, extension.fact.id) for code in extension.link.doubts},
    )


def _later(way: Way, due: Due) -> Way:
    return _at(way, due) if due.ends_at > way.ends_at else way


def _at(way: Way, due: Due) -> Way:
    """Return a date that was moved to another day, and is therefore not a birthday."""
    return way if due == way.due else Way(due, way.rule)
