"""The facts that meet or end a period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from shared.deadlines.derivation.certainty import NO_LINK, SURE, Link, Reach, Truth
from shared.deadlines.derivation.links import CLOSED, Links
from shared.deadlines.derivation.questions import Doubt
from shared.deadlines.derivation.starts import Start
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile
from shared.reference.clock_rules import Effect
from shared.reference.periods import Moment

_LONG_AGO, _FAR_AHEAD = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class End:
    """A fact that meets or ends a period, or possibly does."""

    fact: Fact
    effect: Effect
    moment: Moment
    link: Link

    @property
    def is_sure(self) -> bool:
        """Return whether it concerns the period in every reading."""
        return self.link.truth is Truth.SURELY

    @property
    def doubts(self) -> frozenset[Doubt]:
        """Return the doubts about whether it concerns the period."""
        return frozenset(Doubt(code, self.fact.id) for code in self.link.doubts)

    def lies_ahead(self, now: datetime) -> bool:
        """Return whether it is a closing on a future day. Until then the period runs."""
        return self.fact.kind == CLOSED and self.moment.lo is not None and self.moment.lo > now

    def in_time(self, reach: Reach) -> str:
        """Return whether it came within the period in every reading: yes, no or unknown."""
        if reach.first is not None and self.moment.is_over_by(reach.first.ends_at):
            return "yes"
        return "no" if self.is_after(reach) else "unknown"

    def is_after(self, reach: Reach) -> bool:
        """Return whether it surely came after the period was over in every reading."""
        return self.moment.lo is not None and reach.last is not None and self.moment.lo >= reach.last.ends_at


def ends_of(links: Links, law: Profile, rule: ClockRule, start: Start) -> tuple[End, ...]:
    """Return what surely or possibly meets or ends a period, earliest first, in an order independent of ids."""
    ends_by_fact: dict[UUID, End] = {}
    for ending in rule.ends:
        for fact in links.history.of_kind(ending.fact):
            if not ending.fits(fact.kind, fact.codes):
                continue
            link = links.to(fact, law, start, same_stage=ending.same_stage, by_instant=ending.effect == "ended")
            earlier = ends_by_fact.get(fact.id)
            if link.truth is not Truth.NOT and (earlier is None or link.truth > earlier.link.truth):
                ends_by_fact[fact.id] = End(fact, ending.effect, links.history.moment(fact, law.timezone), link)
    for fact in links.history.of_kind(CLOSED):
        if fact.codes.get("clock") == rule.code:
            link = _closing(links, law, rule, fact, start)
            if link.truth is not Truth.NOT:
                ends_by_fact[fact.id] = End(fact, "ended", links.history.moment(fact, law.timezone), link)
    return tuple(sorted(ends_by_fact.values(), key=_in_order))


def _closing(links: Links, law: Profile, rule: ClockRule, fact: Fact, start: Start) -> Link:
    if rule.repeat != "once" or links.history.stands(fact.about):
        return links.to(fact, law, start, by_instant=True)
    # There is only one period, so a person who closes it means that one. It can't have been a later one.
    is_before = links.history.moment(fact, law.timezone).surely_before(start.happened)
    return NO_LINK if is_before else SURE


def for_all(of_members: Sequence[Sequence[End]]) -> tuple[End, ...]:
    """Return the ends of a period with several possible starts. An end is sure only if it ends each of them."""
    if len(of_members) == 1:
        return tuple(of_members[0])
    ends_by_fact: dict[UUID, list[End]] = {}
    for ends in of_members:
        for end in ends:
            ends_by_fact.setdefault(end.fact.id, []).append(end)
    joined = [_least(ends, of=len(of_members)) for ends in ends_by_fact.values()]
    return tuple(sorted(joined, key=_in_order))


def _least(ends: Sequence[End], of: int) -> End:
    truth = min(end.link.truth for end in ends) if len(ends) == of else Truth.PERHAPS
    doubts = frozenset[str]().union(*(end.link.doubts for end in ends))
    if truth is Truth.PERHAPS and not doubts:
        doubts = frozenset(("which_start",))
    return End(ends[0].fact, ends[0].effect, ends[0].moment, Link(truth, doubts))


def _in_order(end: End) -> tuple[object, ...]:
    # At the same time, a fact that meets a period takes precedence. The order of recording does not matter.
    codes = tuple(sorted(end.fact.codes.items()))
    time = end.moment.hi or _FAR_AHEAD, end.moment.lo or _LONG_AGO
    return (*time, end.effect != "met", end.fact.kind, codes, end.fact.id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a period's ends: the end that surely closes it, and the other possible ones."""

    sure: End | None = None
    in_time: str | None = None
    perhaps: tuple[End, ...] = field(default=())


def outcome_of(ends: Iterable[End], reach: Reach) -> Outcome:
    """Return the result of a period's ends. An end after the period was over in every reading has no effect."""
    counting = [end for end in ends if end.effect == "met" or not end.is_after(reach)]
    sure = next((end for end in counting if end.is_sure), None)
    answers = [end for end in counting if end.effect == "met"]
    if sure is None:
        return Outcome(perhaps=tuple(counting))
    return Outcome(sure, _in_time(answers, reach) if sure.effect == "met" else None)


def _in_time(answers: Sequence[End], reach: Reach) -> str:
    # A step that was surely in time stays so, even after later ones.
    if any(end.is_sure and end.in_time(reach) == "yes" for end in answers):
        return "yes"
    answered = {end.in_time(reach) for end in answers}
    return "no" if answered == {"no"} else "unknown"
