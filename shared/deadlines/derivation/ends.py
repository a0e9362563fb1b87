"""What ends a period: what it waits for was done, or what it protected ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.starts import Start
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile
from shared.reference.clock_rules import Effect
from shared.reference.periods import Due, Moment

BY_HAND: Final = "period_closed"
_LONG_AGO, _FAR_AHEAD = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class End:
    """A fact that ends a period, when, and to which effect.

    `is_sure`: whether it was not before the period began, whatever either means. `beside`: what else answers the
    period, and is what counts where this one was before it. `stage`: it ends only what a decision of this stage began.
    """

    fact: Fact
    effect: Effect
    moment: Moment
    stage: str | None = None
    is_sure: bool = True
    beside: tuple["End", ...] = ()

    def in_time(self, dues: Sequence[Due | None]) -> str:
        """Return whether it came within a period, by all of its readings: yes, no or unknown."""
        answers = (self, *self.beside)
        # What was surely done in time stays so, whatever else was done.
        if any(end.is_sure and _in_time_alone(end.moment, dues) == "yes" for end in answers):
            return "yes"
        said = {_in_time_alone(end.moment, dues) for end in answers}
        return said.pop() if len(said) == 1 else "unknown"

    def is_after(self, dues: Sequence[Due | None]) -> bool:
        """Return whether it surely came when the period was over already, by all of its readings."""
        return _in_time_alone(self.moment, dues) == "no"

    def begins_before(self, start: Start) -> bool:
        """Return whether it may have been before a period began."""
        lo, hi = self.moment.lo, start.happened.hi
        return lo is None or hi is None or lo < hi


@dataclass(frozen=True, slots=True)
class Ends:
    """Everything that may end a period of a rule, earliest first, and which facts start one."""

    ends: tuple[End, ...]
    started_by: frozenset[UUID]

    def of(self, start: Start) -> End | None:
        """Return what ended a period first; None where nothing did.

        A fact that says which start it answers ends that one alone; one that says nothing, or something that no longer
        stands, ends every period that it is not surely before.
        """
        counting = [
            replace(end, is_sure=not end.begins_before(start)) for end in self.ends if self._may_answer(end, start)
        ]
        if not counting:
            return None
        first, *others = counting
        return replace(first, beside=tuple(end for end in others if end.effect == "met"))

    def _may_answer(self, end: End, start: Start) -> bool:
        about, mine = end.fact.about, start.known_by
        is_of_another = about is not None and about in self.started_by and about not in mine
        if is_of_another or end.fact.id in mine or end.moment.surely_before(start.happened):
            return False
        if end.stage is None:
            return True
        # Of two decisions of one stage the later stands: where it may be the one that began this, the period goes on.
        return end.stage in {_stage_decided_on(fact) for fact in start.facts} and not end.begins_before(start)


def ends_of(history: History, law: Profile, rule: ClockRule, starts: Sequence[Start]) -> Ends:
    """Return what may end the periods of a rule that begin so."""
    ends: dict[UUID, End] = {}
    for ending in rule.ends:
        for fact in history.of_kind(ending.fact):
            if ending.fits(fact.kind, fact.codes):
                stage = _stage_decided_on(fact) if ending.same_stage else None
                ends.setdefault(fact.id, End(fact, ending.effect, history.moment(fact, law.timezone), stage))
    for fact in history.of_kind(BY_HAND):
        if fact.codes.get("clock") == rule.code:
            ends[fact.id] = End(fact, "ended", history.moment(fact, law.timezone))
    return Ends(tuple(sorted(ends.values(), key=_in_order)), frozenset().union(*(start.known_by for start in starts)))


def _stage_decided_on(fact: Fact) -> str:
    """Return the stage that a decision is of; of one that looked at another again, that other's. Else nothing."""
    return fact.codes.get("reconsiders") or fact.codes.get("stage", "")


def _in_order(end: End) -> tuple[datetime, datetime, bool, UUID]:
    # Of one time, what meets a period counts: which of two was recorded first says nothing of them.
    is_other = end.effect != "met"
    return end.moment.hi or _FAR_AHEAD, end.moment.lo or _LONG_AGO, is_other, end.fact.id


def _in_time_alone(moment: Moment, dues: Sequence[Due | None]) -> str:
    ends = [due.ends_at for due in dues if due is not None]
    if len(ends) < len(dues) or not ends:
        return "unknown"
    if moment.is_over_by(min(ends)):
        return "yes"
    return "no" if moment.lo is not None and moment.lo >= max(ends) else "unknown"
