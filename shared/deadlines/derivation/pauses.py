"""Pauses of a period: a conciliation, or a person's decision; each with intervals for its beginning and its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, permutations
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.certainty import NO_LINK, SURE, Link, Truth, all_of
from shared.deadlines.derivation.links import PAUSE, RESUMPTION, Links, by_days
from shared.deadlines.derivation.questions import Doubt
from shared.deadlines.derivation.starts import Start
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile
from shared.reference.clock_rules import Pausing
from shared.reference.periods import Moment, count

#: Up to this many groups of pauses are tried in every possible order.
_MOST_PERMUTED: Final = 4
_WHICH: Final = Link(Truth.PERHAPS, frozenset(("which_start",)))


@dataclass(frozen=True, slots=True)
class Pause:
    """A fact that may stop the time of a period.

    `begun`: the first and the last day on which it can have begun; None: not known. `earliest_end`: the first day on
    which it can have ended; None: the day on which it began. `latest_end`: the last one; None: it may still last.
    `resumed_on`: the first day on which a person can have resumed it. `is_by_hand`: a person stopped the time, so the
    period is shown as paused. `because`: the facts that it follows from.
    """

    law: Profile
    pausing: Pausing
    link: Link
    begun: tuple[date | None, date | None]
    earliest_end: date | None
    latest_end: date | None
    resumed_on: date | None
    is_by_hand: bool
    because: tuple[UUID, ...]
    doubts: frozenset[Doubt]

    def shortest(self, begun: date) -> date:
        """Return the earliest day on which it can have ended, if it began on a day."""
        cap = self._cap(begun)
        ended = max(begun, self.earliest_end or begun)
        return ended if cap is None else min(ended, cap)

    def longest(self, begun: date) -> date | None:
        """Return the latest day on which it can have ended, if it began on a day; None: it may still last."""
        bounds = [day for day in (self.latest_end, self._cap(begun)) if day is not None]
        return max(begun, min(bounds)) if bounds else None

    @property
    def may_still_last(self) -> bool:
        """Return whether it may have no end at all."""
        return self.latest_end is None and not self.pausing.at_most

    @property
    def all_doubts(self) -> frozenset[Doubt]:
        """Return the doubts about whether it belongs to the period, and about its end."""
        return self.doubts | {Doubt(code, self.because[0]) for code in self.link.doubts}

    def surely_stands_on(self, day: date) -> bool:
        """Return whether a person stopped the time by a day, and surely no one had resumed it."""
        since = self.begun[1]
        is_sure = self.is_by_hand and self.link.truth is Truth.SURELY
        return is_sure and since is not None and since <= day and (self.resumed_on is None or day < self.resumed_on)

    def _cap(self, begun: date) -> date | None:
        length = self.pausing.cap_on(begun)
        law = self.law
        return None if length is None else count(length, begun, calendar=law.calendar, timezone=law.timezone).due_on


def pauses_of(links: Links, law: Profile, rule: ClockRule, start: Start) -> list[list[Pause]]:
    """Return the pauses of a period, in the order of their beginning.

    Pauses of which only one applies form one group.
    """
    groups: list[list[Pause]] = []
    for pausing in rule.pauses:
        matching = _of_kind(links, law, start, pausing, links.history.of_kind(pausing.begins), clock=None)
        groups += [_only_first(matching)] if pausing.count == "first" else [[pause] for pause in matching]
    if rule.pausable:
        by_hand = Pausing(begins=PAUSE, ends=RESUMPTION, left=rule.left_after_pause)
        begun = [fact for fact in links.history.of_kind(PAUSE) if fact.codes.get("clock") == rule.code]
        groups += [[pause] for pause in _of_kind(links, law, start, by_hand, begun, clock=rule.code)]
    return sorted((group for group in groups if group), key=lambda group: _in_time(group[0]))


def possible_orders(groups: Sequence[Sequence[Pause]]) -> list[Sequence[Sequence[Pause]]]:
    """Return the possible orders of groups of pauses; for a large number of groups, only the two extreme ones."""
    if len(groups) > _MOST_PERMUTED:
        return [groups, sorted(groups, key=lambda group: _span(group)[1])]
    return [
        order
        for order in permutations(groups)
        if all(_span(earlier)[0] <= _span(later)[1] for earlier, later in combinations(order, 2))
    ]


def _span(group: Sequence[Pause]) -> tuple[date, date]:
    """Return the first and the last day on which a pause of a group can have begun."""
    return (
        min(pause.begun[0] or date.min for pause in group),
        max(pause.begun[1] or date.max for pause in group),
    )


def _in_time(pause: Pause) -> tuple[object, ...]:
    first, last = pause.begun
    ends = pause.earliest_end or date.min, pause.latest_end or date.max
    return first or date.min, last or date.max, *ends, pause.link.truth


def _of_kind(
    links: Links, law: Profile, start: Start, pausing: Pausing, begun: Sequence[Fact], clock: str | None
) -> list[Pause]:
    linked = [(fact, links.to(fact, law, start)) for fact in begun]
    mine = [(fact, link) for fact, link in linked if link.truth is not Truth.NOT]
    pauses = [
        _pause(links, law, start, pausing, fact, link, [candidate for candidate, _ in mine], clock)
        for fact, link in mine
    ]
    return sorted(pauses, key=_in_time)


def _pause(
    links: Links,
    law: Profile,
    start: Start,
    pausing: Pausing,
    fact: Fact,
    link: Link,
    siblings: Sequence[Fact],
    clock: str | None,
) -> Pause:
    zone, history = law.timezone, links.history
    ended = _belonging(links, law, start, pausing.ends, fact, siblings, clock)
    sure = [moment for moment, is_sure, _ in ended if is_sure]
    latest = min((day for moment in sure for day in [moment.last_day(zone)] if day is not None), default=None)
    lows = [moment.first_day(zone) for moment, _, _ in ended]
    days = [day for day in lows if day is not None]
    resumed_on = min(days) if len(days) == len(lows) and days else None
    # A recorded certificate outweighs earlier evidence of its absence, although it may not belong to this conciliation.
    earliest = resumed_on if sure else None
    if not ended:
        earliest = _known_open(links, law, start, pausing, fact, siblings, clock)
    begun = history.moment(fact, zone)
    doubts = frozenset(() if sure or clock is not None else (Doubt("certificate_unknown", fact.id),))
    doubts |= {Doubt("which_start", candidate.id) for _, is_sure, candidate in ended if not is_sure}
    of_it = [(begun, fact), *((moment, candidate) for moment, is_sure, candidate in ended if is_sure)]
    doubts |= {Doubt("vague_pause", known.id) for moment, known in of_it if not _is_of_a_day(moment, zone)}
    return Pause(
        law=law,
        pausing=pausing,
        link=link,
        begun=_between(start, zone, begun, latest),
        earliest_end=earliest,
        latest_end=latest,
        resumed_on=(resumed_on or date.min) if ended else None,
        is_by_hand=clock is not None,
        because=(fact.id, *(candidate.id for _, _, candidate in ended)),
        doubts=doubts,
    )


def _is_of_a_day(moment: Moment, zone: str) -> bool:
    first = moment.first_day(zone)
    return first is not None and first == moment.last_day(zone)


def _known_open(
    links: Links,
    law: Profile,
    start: Start,
    pausing: Pausing,
    fact: Fact,
    siblings: Sequence[Fact],
    clock: str | None,
) -> date | None:
    """Return the last day on which a conciliation was surely not certified; None if there is no evidence."""
    still_open = _belonging(links, law, start, pausing.still_open, fact, siblings, clock)
    days = (moment.first_day(law.timezone) for moment, is_sure, _ in still_open if is_sure)
    return max((day for day in days if day is not None), default=None)


def _between(start: Start, zone: str, begun: Moment, latest: date | None) -> tuple[date | None, date | None]:
    """Return the first and the last day on which a pause can have begun: within its period, and before its own end."""
    first, last = begun.first_day(zone), begun.last_day(zone)
    if first is None:
        first = start.happened.first_day(zone)
    if latest is not None and (first is None or first <= latest):
        last = latest if last is None else min(last, latest)
    return first, last


def _belonging(
    links: Links,
    law: Profile,
    start: Start,
    kind: str | None,
    begun: Fact,
    siblings: Sequence[Fact],
    clock: str | None,
) -> list[tuple[Moment, bool, Fact]]:
    """Return the facts of a kind that belong, or may belong, to a pause: the moment of each, and whether it is sure."""
    matching: list[tuple[Moment, bool, Fact]] = []
    for fact in links.history.of_kind(kind) if kind is not None else ():
        if fact.codes.get("clock") == clock:
            truth = _belongs(links, law, start, fact, begun, siblings)
            if truth is not Truth.NOT:
                matching.append((links.history.moment(fact, law.timezone), truth is Truth.SURELY, fact))
    return matching


def _belongs(links: Links, law: Profile, start: Start, fact: Fact, begun: Fact, siblings: Sequence[Fact]) -> Truth:
    """Return whether a certificate belongs to a conciliation: it names it, or can't belong to another one."""
    if _is_before(links, law, fact, begun):
        return Truth.NOT
    if fact.about == begun.id:
        return Truth.SURELY
    if fact.about in start.known_by:
        others = siblings
    elif links.history.stands(fact.about):
        return Truth.NOT
    else:
        others = [
            candidate
            for candidate in links.history.of_kind(begun.kind)
            if candidate.codes.get("clock") == begun.codes.get("clock")
        ]
    could = [candidate for candidate in others if not _is_before(links, law, fact, candidate)]
    is_only = [candidate.id for candidate in could] == [begun.id]
    # A certificate that can be older than the only conciliation may belong to one that is not recorded.
    return Truth.SURELY if is_only and _is_not_before(links, law, fact, begun) else Truth.PERHAPS


def _is_before(links: Links, law: Profile, fact: Fact, other: Fact) -> bool:
    return _by_days(links, law, fact, other)[0]


def _is_not_before(links: Links, law: Profile, fact: Fact, other: Fact) -> bool:
    return _by_days(links, law, fact, other)[1]


def _by_days(links: Links, law: Profile, fact: Fact, other: Fact) -> tuple[bool, bool]:
    moment, of_other = (links.history.moment(each_fact, law.timezone) for each_fact in (fact, other))
    return by_days(law.timezone, moment, of_other)


# control: H-DEADLINE-2 one-pause
def _only_first(pauses: Sequence[Pause]) -> list[Pause]:
    """Return the pauses of which only the first applies, each with the certainty that it was the first."""
    counting = [(pause, all_of((pause.link, _is_first(pause, pauses)))) for pause in pauses]
    return [replace(pause, link=link) for pause, link in counting if link.truth is not Truth.NOT]


def _is_first(pause: Pause, pauses: Iterable[Pause]) -> Link:
    """Return whether a pause began before all others. For two on the same day it is not known."""
    earlier = [other for other in pauses if other is not pause and not _began_before(pause, other)]
    if any(other.link.truth is Truth.SURELY and _began_before(other, pause) for other in earlier):
        return NO_LINK
    return _WHICH if earlier else SURE


def _began_before(pause: Pause, other: Pause) -> bool:
    last, first = pause.begun[1], other.begun[0]
    return last is not None and first is not None and last < first
