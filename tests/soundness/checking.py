"""Compares derived periods with the consequences of exact readings of the same history."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.deadlines.derivation import ENDED, MET, MISSED, PASSED, REACHED, Derived, Period, derive
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile
from shared.reference.periods import moment_of
from tests.soundness import exact, histories, readings
from tests.soundness.exact import Outcome
from tests.soundness.readings import Case

_OVER: Final = (MET, ENDED, MISSED, PASSED, REACHED)
#: From this date on, "not known" replaces the missing older version of a rule.
_BEFORE_ANY: Final = date(1900, 1, 1)
Derivation = Callable[..., Derived]


@dataclass(frozen=True)
class Break:
    """A derived period that claims more than the facts allow."""

    what: str
    code: str
    period: Period | None
    outcome: Outcome
    case: Case
    at: dict[UUID, datetime]

    def __str__(self) -> str:
        """Describe the break for a reader who searches for the cause."""
        facts = "\n".join(
            f"    {str(fact.id)[:4]} {fact.kind:26} {fact.happened:27} learnt {fact.learnt or '-':12} "
            f"about {str(fact.about)[:4]:5} {dict(fact.codes)} -> {self.at[fact.id]:%Y-%m-%d %H:%M}"
            for fact in sorted(self.case.facts, key=lambda fact: self.at[fact.id])
        )
        derived = (
            "none"
            if self.period is None
            else (
                f"{self.period.state}, due {self.period.due and self.period.due.due_on}, "
                f"other {self.period.other and self.period.other.due_on}, doubts {self.period.doubts}"
            )
        )
        due = self.outcome.due and self.outcome.due.due_on
        read = f"{self.outcome.state}, start {self.outcome.start.instant}, due {due}"
        return f"{self.what}: {self.code} at {self.case.now:%Y-%m-%d}\n  derived: {derived}\n  reading: {read}\n{facts}"


@dataclass
class Count:
    """The extent of a comparison."""

    histories: int = 0
    comparisons: int = 0
    without_reading: int = 0


def check(
    law: str, seeds: Iterable[int], samples: int = 5, *, derivation: Derivation = derive, count: Count | None = None
) -> list[Break]:
    """Compare the histories of these seeds, with several readings of each."""
    counted = count if count is not None else Count()
    breaks: list[Break] = []
    for seed in seeds:
        drawing = histories.draw(law, seed)
        counted.histories += 1
        now = _now(drawing, seed)
        facts = [fact for fact in drawing.facts if _is_known_by(drawing.law, fact, now)]
        case = Case.of(drawing.law, facts, now, drawing.birth)
        derived = derivation(facts, now, keeper=None, births={drawing.case: drawing.birth}).periods
        for sample in range(samples):
            reading = readings.draw(case, (law, seed, sample))
            if reading is None:
                counted.without_reading += 1
                continue
            breaks.extend(_compare(case, reading, derived, counted))
    return breaks


def _is_known_by(law: Profile, fact: Fact, now: datetime) -> bool:
    """Return whether a fact can have been recorded by now."""
    earliest = moment_of(fact.happened, law.timezone).lo
    return earliest is None or earliest <= now


def _now(drawing: histories.Drawing, seed: int) -> datetime:
    """Draw the instant of the check: shortly before or after the end of a period, or any day."""
    chance = random.Random(repr(("now", seed)))
    anywhere = histories.noon(drawing.day()) + timedelta(days=300)
    case = Case.of(drawing.law, drawing.facts, anywhere, drawing.birth)
    reading = readings.draw(case, ("now", seed))
    if reading is None or chance.random() < 0.2:
        return anywhere
    ends = [
        outcome.due.ends_at
        for versions in drawing.law.clocks.values()
        for outcome in exact.outcomes(reading, tuple(versions))
        if outcome.due is not None and outcome.due.ends_at.year < 2040
    ]
    return chance.choice(ends) + timedelta(days=chance.choice((-2, 0, 0, 1, 30))) if ends else anywhere


def _compare(case: Case, reading: readings.Reading, derived: Iterable[Period], counted: Count) -> Iterable[Break]:
    by_rule: dict[str, list[Period]] = {}
    for period in derived:
        by_rule.setdefault(period.code, []).append(period)
    for versions in case.law.clocks.values():
        rule = versions[-1]
        mine = by_rule.get(rule.code, [])
        found = exact.outcomes(reading, tuple(versions))
        for outcome in found:
            if _is_outside_the_law(case, versions, outcome):
                continue
            counted.comparisons += 1
            for what, period in _claims(case, rule.repeat, rule.kind, mine, outcome, found):
                yield Break(what, rule.code, period, outcome, case, dict(reading.at))


def _is_outside_the_law(case: Case, versions: Sequence[ClockRule], outcome: Outcome) -> bool:
    """Return whether a start on an unknown day lies before the first written version: only a limit reaches back."""
    start = outcome.start.instant
    first = min(rule.effective_from for rule in versions if rule.effective_from > _BEFORE_ANY)
    is_unknown = any(not case.moment(fact).is_known for fact in outcome.start.facts)
    return versions[-1].kind != "limitation" and is_unknown and start is not None and start.date() <= first


def _claims(
    case: Case, repeat: str, kind: str, mine: list[Period], outcome: Outcome, found: list[Outcome]
) -> Iterable[tuple[str, Period | None]]:
    if repeat == "after_end":
        if not mine:
            yield "missing", None
        elif outcome.state == exact.RUNS and all(period.state in _OVER for period in mine):
            yield "over though it runs", mine[0]
        if len(mine) == len(found) == 1:
            yield from _dates(kind, mine[0], outcome)
        return
    period = next((each for each in mine if _is_of(case, each, outcome)), None)
    if period is None:
        yield "missing", None
        return
    if outcome.state == exact.RUNS and period.state in _OVER:
        yield "over though it runs", period
    yield from _dates(kind, period, outcome)


def _is_of(case: Case, period: Period, outcome: Outcome) -> bool:
    if outcome.start.key is None:
        return period.start is None
    return period.start is not None and case.named.get(period.start) == outcome.start.key


def _dates(kind: str, period: Period, outcome: Outcome) -> Iterable[tuple[str, Period]]:
    if period.due is None or outcome.due is None or period.birthday is not None:
        return
    if kind == "minimum":
        if outcome.due.ends_at > period.due.ends_at:
            yield "minimum shown too early", period
    elif outcome.due.ends_at < period.due.ends_at:
        yield "first date too late", period


def shuffled(facts: list[Fact], seed: int) -> list[Fact]:
    """Return the facts in another order."""
    mixed = list(facts)
    random.Random(seed).shuffle(mixed)
    return mixed
