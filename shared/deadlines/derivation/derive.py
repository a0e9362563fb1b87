"""The one function that maps a case's facts and the current time to the periods that a service keeps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.links import EXTENSION, PAUSE, RESUMPTION, Links
from shared.deadlines.derivation.periods import Period
from shared.deadlines.derivation.states import Begun, begun, joined, period_of
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Keeper, Profile
from shared.reference.periods import Moment

#: Facts that only change an existing period.
_CHANGES: Final = (PAUSE, RESUMPTION, EXTENSION)
_LONG_AGO, _FAR_AHEAD = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WithoutEffect:
    """A fact that changes nothing, and the reason as a code."""

    fact: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Derived:
    """The periods of a case, and its facts that have no effect on one although they are meant to."""

    periods: tuple[Period, ...]
    without_effect: tuple[WithoutEffect, ...]

    @property
    def next_at(self) -> datetime | None:
        """Return when anything changes by the passage of time only; None: never."""
        instants = [period.next_at for period in self.periods if period.next_at is not None]
        return min(instants) if instants else None


# control: H-DEADLINE-6 derived
def derive(
    facts: Iterable[Fact], now: datetime, *, keeper: Keeper | None, births: Mapping[UUID, str | None] | None = None
) -> Derived:
    """Return the periods that follow from the facts of a person's cases and that a service keeps; None: all.

    `births`: the month (`2008-09`) or year of the person's birth, by case. Never raises.
    """
    history = History(facts, births or {})
    overtaken: dict[UUID, str] = {}
    used: set[UUID] = set()
    found = list(origins(Links(history), now, keeper=keeper))
    for origin in found:
        used.update(origin.begun.because)
        overtaken.update(dict.fromkeys(origin.begun.without_effect, "overtaken"))
    meant = {fact.id for kind in _CHANGES for fact in history.of_kind(kind)} - used
    without = [WithoutEffect(fact, overtaken.get(fact, "no_such_period")) for fact in sorted(meant)]
    return Derived(tuple(origin.period for origin in in_order(found)), tuple(without))


@dataclass(frozen=True, slots=True)
class Origin:
    """A period with what it was derived from: its law, the newest version of its rule, and how it began."""

    period: Period
    law: Profile
    rule: ClockRule
    begun: Begun


def origins(links: Links, now: datetime, *, keeper: Keeper | None) -> Iterator[Origin]:
    """Yield the periods that follow from the facts of a person's cases, each with what it was derived from."""
    for law in links.history.laws:
        for versions in law.clocks.values():
            rule = versions[-1]
            if keeper in (None, rule.keeper):
                for one in _parted(links, law, rule):
                    yield Origin(period_of(law, rule, one, now), law, rule, one)


def in_order(found: Iterable[Origin]) -> list[Origin]:
    """Return periods in an order that does not depend on the order of their facts."""
    return sorted(found, key=lambda origin: (origin.period.case, origin.period.key))


def _parted(links: Links, law: Profile, rule: ClockRule) -> list[Begun]:
    """Return the periods of a rule.

    With a rule that repeats `after_end`, a start begins no period while one runs. Starts that may fall within one
    another's period are one period, until it is surely over.
    """
    periods = [begun(links, law, rule, start) for start in links.starts(law, rule)]
    if rule.repeat != "after_end":
        return periods
    groups: list[_Group] = []
    for one in sorted(periods, key=_in_time):
        if not groups or groups[-1].is_over_by(one.start.happened.lo):
            groups.append(_Group(law, rule))
        groups[-1].add(one)
    return [group.period for group in groups]


@dataclass(slots=True)
class _Group:
    """Starts that may fall within one another's period: the possible `openers`, and those that surely are not."""

    law: Profile
    rule: ClockRule
    openers: list[Begun] = field(default_factory=list)
    within: list[Begun] = field(default_factory=list)

    def add(self, one: Begun) -> None:
        """Add a start to the group."""
        first, *others = self.openers or [one]
        is_first = all(first.start.happened.surely_before(other.start.happened) for other in others)
        (self.within if is_first and _surely_contains(first, one) else self.openers).append(one)

    def is_over_by(self, at: datetime | None) -> bool:
        """Return whether the period was over by an instant, for each start that can have begun it."""
        counting = self.openers + self._lengthening
        return at is not None and all(_is_over_by(one, at) for one in counting)

    @property
    def period(self) -> Begun:
        """Return the one period of the group.

        Its id names one of its starts: of the openers of its first day, the one that the rule lists first. The id
        therefore stays the same when a later step of the same day is recorded.
        """
        first_day = self._first_day(self.openers[0])
        of_first_day = [one for one in self.openers if self._first_day(one) == first_day]
        named = min(of_first_day, key=lambda one: _place(self.rule, one.start.facts[0]))
        return joined([named, *(one for one in self.openers if one is not named)], self._lengthening)

    def _first_day(self, one: Begun) -> date | None:
        return one.start.happened.first_day(self.law.timezone)

    @property
    def _lengthening(self) -> list[Begun]:
        return self.within if self.rule.kind == "minimum" else []


def _place(rule: ClockRule, fact: Fact) -> int:
    """Return the position of a fact among the starts that a rule lists. A period opened by hand comes after them."""
    places = (place for place, trigger in enumerate(rule.starts) if trigger.fits(fact.kind, fact.codes))
    return next(places, len(rule.starts))


def _surely_contains(opener: Begun, one: Begun) -> bool:
    """Return whether a start surely falls within the period of an earlier one."""
    first, at = opener.reach.first, one.start.happened.hi
    if at is None or not opener.start.happened.surely_before(one.start.happened):
        return False
    if any(end.moment.lo is None or end.moment.lo < at for end in opener.ends):
        return False
    return not opener.reach.is_dated or (first is not None and first.ends_at > at)


def _is_over_by(one: Begun, at: datetime) -> bool:
    """Return whether a period was over by an instant: ended by a fact, or in all its readings."""
    if any(end.is_sure and end.moment.hi is not None and end.moment.hi <= at for end in one.ends):
        return True
    return one.reach.last is not None and one.reach.last.ends_at <= at


def _in_time(one: Begun) -> tuple[object, ...]:
    """Return the sort key of a start: of several at one moment, the one with the longest period comes first.

    The order of recording must not matter. An end of only one of them leaves the person the other.
    """
    start, reach = one.start, one.reach
    ended = next((end for end in one.ends if end.is_sure), None)
    ends = Moment(None, None) if ended is None else ended.moment
    last, first = (_FAR_AHEAD if way is None else way.ends_at for way in (reach.last, reach.first))
    return (
        *_span(start.happened),
        *_span(start.learnt or Moment(None, None)),
        tuple(-instant.timestamp() for instant in reversed(_span(ends, _FAR_AHEAD))),
        ended is not None and ended.effect != "met",
        (-last.timestamp(), -first.timestamp()),
        tuple(sorted({doubt.code for doubt in one.doubts})),
        *_content(start.facts),
    )


def _content(facts: Sequence[Fact]) -> tuple[object, ...]:
    return facts[0].kind, tuple(sorted(facts[0].codes.items()))


def _span(moment: Moment, since: datetime = _LONG_AGO) -> tuple[datetime, datetime]:
    return moment.lo or since, moment.hi or _FAR_AHEAD
