"""The starts of a rule's periods: one for each fact, or one for the case, as an interval."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.incidents import Candidate, between
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile
from shared.reference.clock_rules import Interval, Trigger, Undated
from shared.reference.periods import UNKNOWN, Moment

BY_HAND: Final = "period_opened"
#: The doubt about a fact that names none of the starts that it can belong to.
WHICH_START: Final = "which_start"
#: The doubt about a period that has no day to count from, by the reason.
_WITHOUT_DAY: Final[Mapping[Undated, str]] = {"awaited": "awaits_fact", "ask": "day_missing", "now": "act_now"}
_LONG_AGO, _FAR_AHEAD = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The start of a period, and the facts that define it.

    `key`: the fact by which its period is known; None if there is one per case. `happened`: the instants that limit
    it. `undated`: why it has no day to count from; None: it has one. `unnamed`: the facts that can state that day, but
    name nothing. `doubts`: codes. `known_by`: the facts by which another fact can name it: those that it counts from,
    those that limit it, and duplicates of them. `incidents`: the recorded incidents that can be the last one of an
    exploitation.
    """

    facts: tuple[Fact, ...]
    key: UUID | None
    happened: Moment
    learnt: Moment | None
    known_by: frozenset[UUID]
    undated: Undated | None = None
    unnamed: tuple[UUID, ...] = ()
    doubts: frozenset[str] = frozenset()
    incidents: tuple[Candidate, ...] = ()

    @property
    def case(self) -> UUID:
        """Return the case of the period: that of its starting fact."""
        return self.facts[0].case

    @property
    def began(self) -> str:
        """Return when it began, as far as it is known; `unknown` without an earliest day to count from."""
        return UNKNOWN if self.undated or self.happened.lo is None else self.facts[0].happened


def starts_of(history: History, law: Profile, rule: ClockRule) -> list[Start]:
    """Return the starts of a rule's periods under a law.

    For a rule that repeats `after_end`, they are not yet grouped.
    """
    candidates = _candidates(history, law, rule)
    if rule.repeat != "once":
        return [_single(same) for same in _said_once(candidates)]
    interval = next((trigger.interval for trigger in rule.starts if trigger.interval), None)
    if interval is not None:
        return _between(history, law, interval, candidates)
    return [_joined(rule, candidates)] if candidates else []


def _candidates(history: History, law: Profile, rule: ClockRule) -> list[Candidate]:
    candidates: dict[UUID, Candidate] = {}
    for trigger in rule.starts:
        if trigger.undated == "ask":
            for asking in _asking(history, law, trigger):
                candidates.setdefault(asking.fact.id, asking)
            continue
        if trigger.if_no is not None and _known(history, law, trigger.if_no):
            continue
        for fact in _under(history, law, trigger.fact):
            if trigger.fits(fact.kind, fact.codes):
                candidates.setdefault(fact.id, _candidate(history, law, fact, trigger.undated))
    for fact in _under(history, law, BY_HAND):
        if fact.codes.get("clock") == rule.code:
            candidates[fact.id] = _candidate(history, law, fact)
    return sorted(candidates.values(), key=_in_time)


def _under(history: History, law: Profile, kind: str) -> list[Fact]:
    return [fact for fact in history.of_kind(kind) if history.law_of(fact) == law.code]


def _candidate(history: History, law: Profile, fact: Fact, undated: Undated | None = None) -> Candidate:
    return Candidate(fact, history.moment(fact, law.timezone), history.learnt(fact, law.timezone), undated=undated)


# control: H-DEADLINE-8 each-day-is-asked-for
def _asking(history: History, law: Profile, trigger: Trigger) -> Iterator[Candidate]:
    """Return the facts whose day is still asked for. A day belongs to a fact if one of the two names the other.

    A day that belongs to none of them can be that of any of them, or of another one: the work for another employer.
    """
    asked = [fact for fact in history.of_kind(trigger.fact) if trigger.fits(fact.kind, fact.codes)]
    days = [] if trigger.if_no is None else _known(history, law, trigger.if_no)
    own = {fact.id: [day for day in days if day.id == fact.about or day.about == fact.id] for fact in asked}
    told = {day.id for of_fact in own.values() for day in of_fact}
    unnamed = tuple(day.id for day in days if day.id not in told)
    for fact in _under(history, law, trigger.fact):
        if fact.id in own and not own[fact.id]:
            yield replace(_candidate(history, law, fact, trigger.undated), unnamed=unnamed)


def _known(history: History, law: Profile, kind: str) -> list[Fact]:
    """Return the current facts of a kind with a known day. An unknown day does not replace a known one."""
    return [fact for fact in history.of_kind(kind) if history.moment(fact, law.timezone).is_known]


def _in_time(candidate: Candidate) -> tuple[object, ...]:
    happened, learnt, fact = candidate.happened, candidate.learnt or Moment(None, None), candidate.fact
    # Of two equal facts, the one that was learnt first applies, in any order of recording: its period ends sooner.
    return (
        happened.lo or _LONG_AGO,
        happened.hi or _FAR_AHEAD,
        learnt.lo or _LONG_AGO,
        learnt.hi or _FAR_AHEAD,
        fact.kind,
        tuple(sorted(fact.codes.items())),
        fact.id,
    )


def _said_once(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return the candidates, each with the later ones that state the same about the same moment, first learnt first."""
    distinct: list[list[Candidate]] = []
    for candidate in candidates:
        for same in distinct:
            if candidate.fact.says_the_same(same[0].fact):
                same.append(candidate)
                break
        else:
            distinct.append([candidate])
    return distinct


def _single(same: Sequence[Candidate]) -> Start:
    # It was learnt when the first of its duplicates was learnt.
    candidate = next((said_again for said_again in same if said_again.learnt is not None), same[0])
    return Start(
        facts=(candidate.fact,),
        key=candidate.fact.id,
        happened=candidate.happened,
        learnt=candidate.learnt,
        known_by=frozenset(candidate.fact.id for candidate in same),
        undated=candidate.undated,
        unnamed=candidate.unnamed,
        doubts=_doubts_of((candidate,)),
    )


def _joined(rule: ClockRule, candidates: Sequence[Candidate]) -> Start:
    """Return the one start of a case: the first or the last of several. An unknown day opens the bound on its side."""
    counting = [candidate for candidate in candidates if candidate.undated is None] or list(candidates)
    pick = max if rule.pick == "last" else min
    lo = pick(candidate.happened.lo or _LONG_AGO for candidate in counting)
    hi = pick(candidate.happened.hi or _FAR_AHEAD for candidate in counting)
    bounding = [
        candidate
        for candidate in counting
        if (candidate.happened.lo or _LONG_AGO) == lo or (candidate.happened.hi or _FAR_AHEAD) == hi
    ]
    return Start(
        facts=tuple(candidate.fact for candidate in bounding),
        key=None,
        happened=Moment(None if lo == _LONG_AGO else lo, None if hi == _FAR_AHEAD else hi),
        learnt=next((candidate.learnt for candidate in bounding if candidate.learnt is not None), None),
        known_by=frozenset(candidate.fact.id for candidate in candidates),
        undated=counting[0].undated,
        doubts=_doubts_of(bounding),
    )


def _between(history: History, law: Profile, interval: Interval, explicit: Sequence[Candidate]) -> list[Start]:
    """Return the one start of a case that lies between facts; none if there is no current fact."""
    bounds = [
        sorted((_candidate(history, law, fact) for kind in kinds for fact in _under(history, law, kind)), key=_in_time)
        for kinds in (interval.not_before, interval.not_after)
    ]
    before, after = bounds
    if not (explicit or before or after):
        return []
    interval_of = between(law.timezone, explicit, before, after, by_hand=BY_HAND, each_act=interval.each_act)
    return [
        Start(
            facts=tuple(candidate.fact for candidate in interval_of.bounding),
            key=None,
            happened=interval_of.happened,
            learnt=None,
            known_by=frozenset(candidate.fact.id for candidate in (*explicit, *before, *interval_of.ends)),
            doubts=interval_of.doubts | _doubts_of(interval_of.bounding),
            incidents=interval_of.incidents,
        )
    ]


def _doubts_of(candidates: Iterable[Candidate]) -> frozenset[str]:
    doubts: set[str] = set()
    for candidate in candidates:
        if candidate.fact.kind == BY_HAND:
            doubts.add("by_hand")
        elif candidate.undated is not None:
            doubts.add(_WITHOUT_DAY[candidate.undated])
        if candidate.unnamed:
            doubts.add(WHICH_START)
    return frozenset(doubts)
