"""Which facts start a period of a rule: one for each, one after another, or one for the case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.history import History
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile, Trigger
from shared.reference.periods import UNKNOWN, Moment

BY_HAND: Final = "period_opened"
_LONG_AGO, _FAR_AHEAD = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """From when a period counts, and by which facts.

    `key`: the fact by which its period is known; None where there is one per case. `undated`: no day can be counted
    from it yet. `kept_open`: another start, on an unknown day, could move it. `doubts`: codes. `said_again`: the facts
    that say the same once more.
    """

    facts: tuple[Fact, ...]
    key: UUID | None
    happened: Moment
    learnt: Moment | None
    undated: bool = False
    kept_open: bool = False
    doubts: frozenset[str] = frozenset()
    said_again: tuple[UUID, ...] = ()

    @property
    def known_by(self) -> frozenset[UUID]:
        """Return the facts by which another can name it: those that it counts from, and those that say the same."""
        return frozenset((*(fact.id for fact in self.facts), *self.said_again))

    @property
    def case(self) -> UUID:
        """Return the case in which the period lives: that of its starting fact."""
        return self.facts[0].case

    @property
    def began(self) -> str:
        """Return when it began, as it is known; `unknown` where no day can be counted from it."""
        return UNKNOWN if self.undated else self.facts[0].happened


@dataclass(frozen=True, slots=True)
class _Candidate:
    fact: Fact
    trigger: Trigger | None
    happened: Moment
    learnt: Moment | None


def starts_of(history: History, law: Profile, rule: ClockRule) -> list[Start]:
    """Return the starts of a rule's periods under a law, each of which begins one; not yet parted by `after_end`."""
    candidates = _candidates(history, law, rule)
    if rule.repeat == "once":
        return [_joined(rule, candidates)] if candidates else []
    return [_single(each, said_again) for each, *said_again in _said_once(candidates)]


def _candidates(history: History, law: Profile, rule: ClockRule) -> list[_Candidate]:
    candidates: dict[UUID, _Candidate] = {}
    for trigger in rule.starts:
        if trigger.if_no is not None and _is_known(history, law, trigger.if_no):
            continue
        for fact in history.of_kind(trigger.fact):
            if trigger.fits(fact.kind, fact.codes) and history.law_of(fact) == law.code:
                candidates.setdefault(fact.id, _candidate(history, law, fact, trigger))
    for fact in history.of_kind(BY_HAND):
        if fact.codes.get("clock") == rule.code and history.law_of(fact) == law.code:
            candidates[fact.id] = _candidate(history, law, fact, None)
    return sorted(candidates.values(), key=_in_time)


def _candidate(history: History, law: Profile, fact: Fact, trigger: Trigger | None) -> _Candidate:
    return _Candidate(fact, trigger, history.moment(fact, law.timezone), history.learnt(fact, law.timezone))


def _is_known(history: History, law: Profile, kind: str) -> bool:
    """Return whether a fact of a kind stands whose day is known; an unknown one displaces no known other."""
    return any(history.moment(fact, law.timezone).is_known for fact in history.of_kind(kind))


def _in_time(candidate: _Candidate) -> tuple[datetime, datetime, datetime, datetime, UUID]:
    happened, learnt = candidate.happened, candidate.learnt or Moment(None, None)
    # Of two that say the same, what was learnt first counts, whichever was recorded first: its period is over sooner.
    return (
        happened.lo or _LONG_AGO,
        happened.hi or _FAR_AHEAD,
        learnt.lo or _LONG_AGO,
        learnt.hi or _FAR_AHEAD,
        candidate.fact.id,
    )


def _said_once(candidates: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Return the starts, each with those after it that say of the same moment the same: the first learnt stands."""
    distinct: list[list[_Candidate]] = []
    for candidate in candidates:
        for said in distinct:
            if candidate.fact.says_the_same(said[0].fact):
                said.append(candidate)
                break
        else:
            distinct.append([candidate])
    return distinct


def _single(candidate: _Candidate, said_again: Sequence[_Candidate]) -> Start:
    return Start(
        facts=(candidate.fact,),
        key=candidate.fact.id,
        happened=candidate.happened,
        learnt=candidate.learnt,
        undated=candidate.trigger is not None and candidate.trigger.undated,
        doubts=_doubts_of([candidate]),
        said_again=tuple(again.fact.id for again in said_again),
    )


def _joined(rule: ClockRule, candidates: Sequence[_Candidate]) -> Start:
    """Return the one start of a case: the first or the last of several, as far as their moments part them."""
    dated = [candidate for candidate in candidates if candidate.trigger is None or not candidate.trigger.undated]
    of_known_time = [candidate for candidate in dated if candidate.happened.is_known]
    counting = of_known_time or dated or list(candidates)
    lows = [candidate.happened.lo for candidate in of_known_time if candidate.happened.lo is not None]
    highs = [candidate.happened.hi or _FAR_AHEAD for candidate in counting]
    pick = max if rule.pick == "last" else min
    happened = Moment(pick(lows) if lows else None, pick(highs))
    chosen = [
        candidate
        for candidate in counting
        if candidate.happened.lo == happened.lo or candidate.happened.hi == happened.hi
    ]
    chosen = chosen or list(counting)
    learnt = [candidate.learnt for candidate in chosen if candidate.learnt is not None]
    return Start(
        facts=tuple(candidate.fact for candidate in chosen),
        key=None,
        happened=Moment(happened.lo, None if happened.hi == _FAR_AHEAD else happened.hi),
        learnt=learnt[0] if learnt else None,
        undated=not dated,
        kept_open=bool(of_known_time) and len(of_known_time) < len(dated),
        doubts=_doubts_of(chosen),
    )


def _doubts_of(candidates: Iterable[_Candidate]) -> frozenset[str]:
    doubts: set[str] = set()
    for candidate in candidates:
        trigger = candidate.trigger
        if trigger is None:
            doubts.add("by_hand")
        elif trigger.undated:
            doubts.add("awaits_fact")
        elif trigger.fact == "first_incident" and trigger.if_no == "last_incident":
            doubts.add("first_incident_known")
    return frozenset(doubts)
