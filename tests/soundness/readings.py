"""One exact reading of a vague history: the meaning of each fact, and random choices for what the facts leave open."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from shared.deadlines.facts import Fact
from shared.reference import Profile
from shared.reference.periods import Moment, moment_of

#: Submissions, decisions and steps lead from one to the next; any other fact answers one start.
PATH: Final = frozenset(("submission", "decision", "step"))
_TICK: Final = timedelta(microseconds=1)
#: The limit of an open bound in the past.
_LONG: Final = timedelta(days=4_000)
_TRIES: Final = 300
Choice = TypeVar("Choice")


@dataclass
class Case:
    """The facts of one case under one law, without repetitions: equivalent facts are merged."""

    law: Profile
    facts: list[Fact]
    now: datetime
    birth: str | None = None
    #: Each id by which a fact can be named -> the id of the fact that represents it.
    named: dict[UUID, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, law: Profile, facts: Sequence[Fact], now: datetime, birth: str | None = None) -> "Case":
        """Merge equivalent facts. The earliest learning date applies."""
        case = cls(law, [], now, birth)
        for fact in sorted(facts, key=lambda fact: (fact.learnt is None, fact.learnt or "")):
            same = next((kept for kept in case.facts if fact.says_the_same(kept)), None)
            if same is None:
                case.facts.append(fact)
            case.named[fact.id] = fact.id if same is None else same.id
        return case

    def moment(self, fact: Fact) -> Moment:
        """Return the instants between which a fact lies."""
        learnt = moment_of(fact.learnt, self.law.timezone).hi if fact.learnt else None
        return moment_of(fact.happened, self.law.timezone, learnt)

    def of_kind(self, *kinds: str) -> list[Fact]:
        """Return the facts of these kinds."""
        return [fact for fact in self.facts if fact.kind in kinds]

    def about(self, fact: Fact) -> Fact | None:
        """Return the representing fact that a fact names."""
        wanted = self.named.get(fact.about) if fact.about is not None else None
        return next((other for other in self.facts if other.id == wanted), None)

    def chain(self, fact: Fact) -> list[Fact]:
        """Return the fact that a fact names, the fact that this one names, and so on."""
        chain: list[Fact] = []
        following = self.about(fact)
        while following is not None and following.id != fact.id and following not in chain:
            chain.append(following)
            following = self.about(following)
        return chain

    def is_slip(self, fact: Fact) -> bool:
        """Return whether a fact names another that is certainly later."""
        named = self.about(fact)
        return named is not None and self.moment(fact).surely_before(self.moment(named))


@dataclass
class Reading:
    """The choices of one reading.

    Choices that depend on a rule are drawn once, by name, when they are first needed.
    """

    case: Case
    chance: random.Random
    at: Mapping[UUID, datetime]
    chosen: dict[object, object] = field(default_factory=dict)

    def choose(self, name: object, choices: Sequence[Choice]) -> Choice:
        """Return this reading's choice: always the same for the same name."""
        if name not in self.chosen:
            self.chosen[name] = self.chance.choice(choices)
        return self.chosen[name]  # type: ignore[return-value]  # it was drawn from these choices


def draw(case: Case, seed: object) -> Reading | None:
    """Draw a reading; None if several attempts found none (a history with contradictions)."""
    chance = random.Random(repr(seed))
    for _ in range(_TRIES):
        at = {fact.id: instant_in(case.moment(fact), case.now, chance) for fact in case.facts}
        if _is_possible(case, at):
            return Reading(case, chance, at)
    return None


def instant_in(moment: Moment, now: datetime, chance: random.Random) -> datetime:
    """Draw an instant within a moment, often one of its ends."""
    if moment.lo is not None and moment.lo == moment.hi:
        return moment.lo
    # A recorded fact happened before the instant of the check, unless it names a later day.
    high = min(moment.hi or now, now) - _TICK if moment.lo is None or moment.lo <= now else (moment.hi or now) - _TICK
    low = moment.lo if moment.lo is not None else min(high, now) - _LONG
    if high <= low:
        return low
    return chance.choice((low, high, low + (high - low) * chance.random()))


def _is_possible(case: Case, at: Mapping[UUID, datetime]) -> bool:
    for fact in case.facts:
        named = case.about(fact)
        if named is not None and not case.is_slip(fact) and at[fact.id] < at[named.id]:
            return False
    return all(
        possible(case, at)
        for possible in (
            _incidents_are_possible,
            _unknown_incidents_are_possible,
            _exploitation_had_ended,
            _certificates_are_possible,
        )
    )


def _incidents_are_possible(case: Case, at: Mapping[UUID, datetime]) -> bool:
    lasts = case.of_kind("last_incident")
    if not lasts:
        return True
    latest = max(at[fact.id] for fact in lasts)
    return all(
        at[first.id] <= latest or all(case.moment(last).surely_before(case.moment(first)) for last in lasts)
        for first in case.of_kind("first_incident")
    )


def _unknown_incidents_are_possible(case: Case, at: Mapping[UUID, datetime]) -> bool:
    """Return whether incidents on unknown days lie between the known begin and end of the exploitation."""
    ends = [at[fact.id] for fact in case.of_kind("exploitation_ended")]
    begins = [at[fact.id] for fact in case.of_kind("first_incident") if case.moment(fact).is_known]
    for fact in case.of_kind("last_incident", "period_opened"):
        moment = case.moment(fact)
        if moment.lo is None:
            if ends and at[fact.id] > max(ends):
                return False
            if begins and at[fact.id] < min(begins):
                return False
    return True


def _exploitation_had_ended(case: Case, at: Mapping[UUID, datetime]) -> bool:
    """Return whether no incident is after the end of the exploitation, except those that certainly are."""
    ends = case.of_kind("exploitation_ended")
    if not ends:
        return True
    latest = max(at[end.id] for end in ends)
    return all(
        at[fact.id] <= latest or all(case.moment(end).surely_before(case.moment(fact)) for end in ends)
        for fact in case.of_kind("first_incident", "last_incident")
    )


def _certificates_are_possible(case: Case, at: Mapping[UUID, datetime]) -> bool:
    """Return whether certificates are not before a day on which their named conciliation was still open."""
    return all(
        at[opened.id] <= at[certificate.id] or case.moment(certificate).surely_before(case.moment(opened))
        for certificate in case.of_kind("conciliation_certified")
        for opened in case.of_kind("conciliation_open")
        if case.about(certificate) is not None and case.about(certificate) == case.about(opened)
    )


#: A day that no reading of the past can reach.
NEVER: Final = datetime.max.replace(tzinfo=UTC)
