"""Explain the date of a period: the facts, the readings, the pauses and the possible changes. Pure.

An explanation uses the same objects from which the period was derived. Its dates are therefore the dates of the
period, and not those of a second calculation.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.certainty import Reach, Truth, either
from shared.deadlines.derivation.changes import Extension, extensions_of
from shared.deadlines.derivation.dates import Reading, readings_of
from shared.deadlines.derivation.derive import Origin, in_order, origins
from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.links import EXTENSION, PAUSE, RESUMPTION, Links
from shared.deadlines.derivation.pauses import Pause, pauses_of
from shared.deadlines.derivation.periods import DOUBTFUL, LIVE, Period
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Keeper, Profile, question_of

STARTS, BOUNDS, PAUSES, EXTENDS = "starts", "bounds", "pauses", "extends"
_MAY: Final = {"met": "may_meet", "ended": "may_end"}
_SURELY: Final = {"met": "meets", "ended": "ends"}
#: The possible uses of a fact.
USES: Final = (STARTS, BOUNDS, PAUSES, EXTENDS, *_SURELY.values(), *_MAY.values())


@dataclass(frozen=True, slots=True)
class Used:
    """A fact that a period follows from, and its use."""

    fact: Fact
    use: str


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause: the bounds of its beginning and end, whether it is sure, and whether it moved the period."""

    fact: UUID
    begun: tuple[date | None, date | None]
    ended: tuple[date | None, date | None]
    is_sure: bool
    has_effect: bool
    is_by_hand: bool


@dataclass(frozen=True, slots=True)
class Extended:
    """An extension to a day, whether it surely belongs to the period, and whether it moved the period."""

    fact: UUID
    until: date
    is_sure: bool
    has_effect: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of fact that would change the period, with the codes that it needs, and its effect."""

    kind: str
    effect: str
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A period with everything that it follows from. `rule`: the version of the rule that applies."""

    period: Period
    law: Profile
    rule: ClockRule
    facts: tuple[Used, ...]
    readings: tuple[Reading, ...]
    pauses: tuple[Paused, ...]
    extensions: tuple[Extended, ...]
    changes: tuple[Change, ...]
    #: The question whose answer resolves most doubts, and the doubts that it resolves.
    question: str | None
    closes: tuple[str, ...]

    @property
    def counted(self) -> Reach:
        """Return the earliest and the latest date of all readings, before pauses and extensions."""
        return either(reading.reach for reading in self.readings)


class Origins:
    """The periods of a person's cases with what they were derived from, in the order of `derive`."""

    def __init__(
        self,
        facts: Iterable[Fact],
        now: datetime,
        *,
        keeper: Keeper | None,
        births: Mapping[UUID, str | None] | None = None,
    ) -> None:
        """Derive the periods, as `derive` does."""
        self._links = Links(History(facts, births or {}))
        self._origins = in_order(origins(self._links, now, keeper=keeper))

    @property
    def periods(self) -> list[Period]:
        """Return the periods."""
        return [origin.period for origin in self._origins]

    def explanation(self, number: int) -> Explanation:
        """Return the explanation of the period at a place."""
        return _explained(self._links, self._origins[number])


def _explained(links: Links, origin: Origin) -> Explanation:
    period, law, rule, begun = origin.period, origin.law, origin.rule, origin.begun
    pauses = [pause for start in begun.starts for group in pauses_of(links, law, rule, start) for pause in group]
    extensions = [extension for start in begun.starts for extension in extensions_of(links, law, rule, start)]
    asked, closes = question_of(period.doubts, is_doubtful=period.state == DOUBTFUL)
    is_asked = period.state in LIVE
    return Explanation(
        period=period,
        law=law,
        rule=law.clock_version(rule.code, period.rule_version),
        facts=tuple(_used(links.history, origin, pauses, extensions)),
        readings=tuple(reading for start in begun.starts for reading in readings_of(links.history, law, rule, start)),
        pauses=tuple(dict.fromkeys(_paused(pause, period) for pause in pauses)),
        extensions=tuple(dict.fromkeys(_extended(extension, period) for extension in extensions)),
        changes=tuple(_changes(rule)),
        question=asked if is_asked else None,
        closes=tuple(sorted(closes & set(period.doubts))) if is_asked else (),
    )


def _used(history: History, origin: Origin, pauses: Iterable[Pause], extensions: Iterable[Extension]) -> Iterator[Used]:
    """Yield the facts that the period follows from, starting with those that it counts from."""
    uses: dict[UUID, str] = {}
    for start in origin.begun.starts:
        uses |= {fact.id: STARTS if start.key == fact.id or start.key is None else BOUNDS for fact in start.facts}
    uses |= {fact: PAUSES for pause in pauses for fact in pause.because}
    uses |= {extension.fact.id: EXTENDS for extension in extensions}
    uses |= {end.fact.id: (_SURELY if end.is_sure else _MAY)[end.effect] for end in origin.begun.ends}
    by_id = {fact.id: fact for fact in history.facts}
    yield from (Used(by_id[fact], uses.get(fact, BOUNDS)) for fact in origin.period.because if fact in by_id)


def _paused(pause: Pause, period: Period) -> Paused:
    first, last = pause.begun
    return Paused(
        fact=pause.because[0],
        begun=pause.begun,
        ended=(None if first is None else pause.shortest(first), None if last is None else pause.longest(last)),
        is_sure=pause.link.truth is Truth.SURELY and not pause.all_doubts,
        has_effect=pause.because[0] in period.because,
        is_by_hand=pause.is_by_hand,
    )


def _extended(extension: Extension, period: Period) -> Extended:
    return Extended(
        fact=extension.fact.id,
        until=extension.until,
        is_sure=extension.link.truth is Truth.SURELY,
        has_effect=extension.fact.id in period.because,
    )


def _changes(rule: ClockRule) -> Iterator[Change]:
    """Yield the kinds of facts that would change a period of a rule."""
    for trigger in rule.starts:
        yield Change(trigger.fact, "moves", trigger.where)
    for ending in rule.ends:
        yield Change(ending.fact, ending.effect, ending.where)
    for pausing in rule.pauses:
        yield Change(pausing.begins, "pauses", {})
        yield Change(pausing.ends, "resumes", {})
    if rule.pausable:
        yield Change(PAUSE, "pauses", {"clock": (rule.code,)})
        yield Change(RESUMPTION, "resumes", {"clock": (rule.code,)})
    if rule.extendable:
        yield Change(EXTENSION, "extends", {"clock": (rule.code,)})
