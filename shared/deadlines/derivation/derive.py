"""The one function: a case's facts and now in, the periods that a service keeps out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.changes import EXTENSION, PAUSE, RESUMPTION
from shared.deadlines.derivation.ends import End, ends_of
from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.periods import Period
from shared.deadlines.derivation.starts import Start, starts_of
from shared.deadlines.derivation.states import Dates, dates_of, period_of
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Keeper, Profile
from shared.reference.periods import Moment

#: Facts that only change a period which is there.
_CHANGES: Final = (PAUSE, RESUMPTION, EXTENSION)
_LONG_AGO, _FAR_AHEAD = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WithoutEffect:
    """A fact that changes nothing, and why: a code."""

    fact: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Derived:
    """The periods of a case, and its facts that have no effect on one although they are meant to."""

    periods: tuple[Period, ...]
    without_effect: tuple[WithoutEffect, ...]

    @property
    def next_at(self) -> datetime | None:
        """Return when anything changes by time alone; None: never."""
        instants = [period.next_at for period in self.periods if period.next_at is not None]
        return min(instants) if instants else None


# control: H-DEADLINE-6 derived
def derive(
    facts: Iterable[Fact], now: datetime, *, keeper: Keeper | None, births: Mapping[UUID, str | None] | None = None
) -> Derived:
    """Return the periods that follow from the facts of a person's cases, as far as a service keeps them; None: all.

    `births`: the month (`2008-09`) or year of the person's birth, by case. Never raises.
    """
    history = History(facts, births or {})
    periods: list[Period] = []
    overtaken: dict[UUID, str] = {}
    used: set[UUID] = set()
    for law in history.laws:
        for versions in law.clocks.values():
            if keeper not in (None, versions[-1].keeper):
                continue
            for start, dates, end in _parted(history, law, versions[-1]):
                period = period_of(law, start, dates, end, now)
                periods.append(period)
                used.update(period.because)
                overtaken.update(dict.fromkeys(dates.without_effect, "overtaken"))
    meant = {fact.id for kind in _CHANGES for fact in history.of_kind(kind)} - used
    without = [WithoutEffect(fact, overtaken.get(fact, "no_such_period")) for fact in sorted(meant)]
    periods.sort(key=lambda period: (period.case, period.key))
    return Derived(tuple(periods), tuple(without))


def _parted(history: History, law: Profile, rule: ClockRule) -> Iterable[tuple[Start, Dates, End | None]]:
    """Return each start of a rule that begins a period, with its dates and what ended it.

    A start of a rule that repeats `after_end` begins none while one runs; of a minimum the later end counts then.
    """
    starts = starts_of(history, law, rule)
    ends = ends_of(history, law, rule, starts) if starts else None
    begun = [(start, dates_of(history, law, rule, start), ends.of(start) if ends else None) for start in starts]
    if rule.repeat != "after_end":
        return begun
    opened: list[tuple[Start, Dates, End | None]] = []
    for start, dates, end in sorted(begun, key=_in_time):
        if opened and not _is_over_by(opened[-1][1], opened[-1][2], start):
            if rule.kind == "minimum":
                earlier, standing, ended = opened[-1]
                opened[-1] = (earlier, standing.later_of(dates), ended)
            continue
        opened.append((start, dates, end))
    return opened


def _in_time(begun: tuple[Start, Dates, End | None]) -> tuple[object, ...]:
    """Return where a start stands among others: of several of one moment, the one whose period lasts longest is first.

    Which of them was recorded first says nothing, and what ended one alone leaves a person the other.
    """
    start, dates, end = begun
    ended = Moment(None, None) if end is None else end.moment
    return (
        *_span(start.happened),
        *_span(start.learnt or Moment(None, None)),
        tuple(-instant.timestamp() for instant in reversed(_span(ended, _FAR_AHEAD))),
        end is not None and end.effect != "met",
        tuple(-(due.ends_at if due else _FAR_AHEAD).timestamp() for due in dates.dues),
        tuple(sorted(dates.doubts)),
    )


def _span(moment: Moment, since: datetime = _LONG_AGO) -> tuple[datetime, datetime]:
    return moment.lo or since, moment.hi or _FAR_AHEAD


def _is_over_by(dates: Dates, end: End | None, start: Start) -> bool:
    """Return whether a period had ended when another start came: by a fact, or by all its readings."""
    at = start.happened.lo
    if at is None:
        return False
    if end is not None and end.moment.hi is not None and end.moment.hi <= at:
        return True
    return all(due is not None and due.ends_at <= at for due in dates.dues)
