"""The dates of a period by all its readings, and its state at an instant."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation import periods
from shared.deadlines.derivation.changes import Pause, change, extensions_of, pauses_of
from shared.deadlines.derivation.children import NOT, SURELY, child_ways, was_a_child
from shared.deadlines.derivation.ends import End
from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.periods import OVER, Period
from shared.deadlines.derivation.starts import Start
from shared.deadlines.derivation.ways import Way, in_order
from shared.reference import ClockRule, Counted, Profile, count_all
from shared.reference.periods import Due, ImpossibleDate, local_date, start_of_day, warnings

#: Doubts that leave a date unclear, and those that leave it only likely; any other is said beside.
_UNCLEAR: Final = frozenset(
    (
        "vague_start",
        "start_unknown",
        "length_unknown",
        "first_incident_known",
        "awaits_fact",
        "perhaps_a_child",
        "birth_unknown",
    )
)
_LIKELY: Final = frozenset(
    ("two_readings", "counted_from_receipt", "child", "report_unknown", "calendar_uncertain", "by_hand")
)


@dataclass(frozen=True, slots=True)
class Dates:
    """When a period is over: by every way to count it, safe one first, after all that happened to it.

    `because`: the facts that it follows from. `without_effect`: those that came too late to change it.
    """

    ways: tuple[Way, ...]
    doubts: frozenset[str]
    pauses: tuple[Pause, ...]
    because: tuple[UUID, ...]
    without_effect: tuple[UUID, ...]

    @property
    def dues(self) -> tuple[Due | None, ...]:
        """Return when it is over, by each reading."""
        return tuple(way.due for way in self.ways)

    @property
    def due(self) -> Due | None:
        """Return when it is over by the reading that is safe for the person."""
        return self.ways[0].due

    @property
    def other(self) -> Due | None:
        """Return when it is over by the reading furthest from the safe one; None where there is no other."""
        dated = [due for due in self.dues if due is not None]
        return dated[-1] if len(dated) > 1 else None

    def later_of(self, other: "Dates") -> "Dates":
        """Return those that end later, because of the facts of both: of a minimum the later end counts."""
        is_longer = other.due is not None and (self.due is None or other.due.ends_at > self.due.ends_at)
        longer = other if is_longer else self
        return replace(longer, because=tuple(dict.fromkeys((*self.because, *other.because))))


def dates_of(history: History, law: Profile, rule: ClockRule, start: Start) -> Dates:
    """Return when a period is over that begins so; also for who was a child then, or may have been."""
    child = was_a_child(history, law, start) if rule.child else NOT
    ways = [] if child == SURELY else [Way(counted) for counted in _counted(law, rule, start)]
    ways += [] if child == NOT else child_ways(history, law, rule, start)
    if start.kept_open:
        ways.append(Way(Counted(rule=rule, due=None, doubts=frozenset(("start_unknown",)))))
    doubts = set(start.doubts) | ({"perhaps_a_child"} if child not in (SURELY, NOT) else set())
    changed = change(
        law,
        rule,
        in_order(rule.kind, ways),
        pauses_of(history, law, rule, start),
        extensions_of(history, law, rule, start),
    )
    ordered = in_order(rule.kind, changed.ways)
    for way in ordered:
        doubts |= way.counted.doubts
    because = (*(fact.id for fact in start.facts), *changed.effective)
    return Dates(ordered, frozenset(doubts), changed.pauses, because, changed.without_effect)


def _counted(law: Profile, rule: ClockRule, start: Start) -> tuple[Counted, ...]:
    if start.undated:
        return (Counted(rule=rule, due=None, doubts=frozenset(("awaits_fact",))),)
    try:
        return count_all(law, rule.code, start.happened, start.learnt)
    except ImpossibleDate:
        return (Counted(rule=rule, due=None, doubts=frozenset(("length_unknown",))),)


def period_of(law: Profile, start: Start, dates: Dates, end: End | None, now: datetime) -> Period:
    """Return a period as it is at an instant."""
    rule = dates.ways[0].counted.rule
    state, paused_on = _state(law, rule, dates, end, now)
    changes_at = _changes_at(law, rule, dates, state)
    ended = end if state in (periods.MET, periods.ENDED) else None
    return Period(
        case=start.case,
        jurisdiction=law.code,
        code=rule.code,
        start=start.key,
        kind=rule.kind,
        began=start.began,
        began_on=start.happened.first_day(law.timezone),
        due=dates.due,
        other=dates.other,
        state=state,
        in_time=ended.in_time(dates.dues) if ended and ended.effect == "met" else None,
        certainty=_certainty(rule, dates),
        doubts=tuple(sorted(dates.doubts)),
        because=(*dates.because, *((ended.fact.id,) if ended else ())),
        birthday=dates.ways[0].birthday,
        rule_version=rule.version,
        late_filing=rule.late_filing,
        paused_on=paused_on,
        level=_level(law, rule, dates, state, now),
        next_at=min((at for at in changes_at if at > now), default=None),
    )


def _state(law: Profile, rule: ClockRule, dates: Dates, end: End | None, now: datetime) -> tuple[str, date | None]:
    """Return the state, and since when the time of a paused one stands still.

    Over only by all readings: by one of several it is doubtful, and one without a date keeps it open.
    """
    if end is not None and end.effect == "met":
        return periods.MET, None
    if end is not None and not end.is_after(dates.dues):
        return periods.ENDED, None
    dues = [due for due in dates.dues if due is not None]
    if not dues:
        return periods.UNDATED, None
    today = local_date(now, law.timezone)
    still = [pause for pause in dates.pauses if pause.since <= today and (pause.until is None or pause.until > today)]
    if still:
        return periods.PAUSED, still[-1].since
    over = [due for due in dues if due.ends_at <= now]
    if len(over) == len(dates.dues):
        return OVER[rule.kind], None
    return (periods.DOUBTFUL if over and rule.kind != "minimum" else periods.RUNNING), None


def _level(law: Profile, rule: ClockRule, dates: Dates, state: str, now: datetime) -> int:
    """Return how many warnings lie behind: none while time stands still, so that whatever runs again warns anew."""
    if state not in periods.LIVE or state == periods.PAUSED:
        return 0
    return sum(at <= now for at in _milestones(law, rule, dates))


def _milestones(law: Profile, rule: ClockRule, dates: Dates) -> list[datetime]:
    """Return the instants of the warnings, and of the beginning of the last day where that is one."""
    due = dates.due
    if due is None:
        return []
    instants = list(warnings(due, rule.warn_days, law.timezone))
    if rule.kind != "minimum":
        instants.append(start_of_day(due.due_on, law.timezone))
    return instants


def _changes_at(law: Profile, rule: ClockRule, dates: Dates, state: str) -> list[datetime]:
    if state not in periods.LIVE:
        return []
    ends = [due.ends_at for due in dates.dues if due is not None]
    days = {day for pause in dates.pauses for day in (pause.since, pause.until) if day is not None}
    pauses = [start_of_day(day, law.timezone) for day in sorted(days)]
    return [*ends, *pauses, *_milestones(law, rule, dates)]


def _certainty(rule: ClockRule, dates: Dates) -> str:
    """Return in one word how sure a date is: the rule's own word, lowered by the doubts of its start and readings."""
    if dates.due is None or dates.doubts & _UNCLEAR or rule.certainty == "unclear":
        return "unclear"
    return "likely" if dates.doubts & _LIKELY or rule.certainty == "likely" else "settled"
