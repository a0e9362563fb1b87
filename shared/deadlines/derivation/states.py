"""A period at an instant: its dates by all readings, its state and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation import periods
from shared.deadlines.derivation.certainty import Reach, Way, either, later_of
from shared.deadlines.derivation.changes import change, extensions_of
from shared.deadlines.derivation.dates import dates_of
from shared.deadlines.derivation.endings import End, Outcome, ends_of, for_all, outcome_of
from shared.deadlines.derivation.links import Links
from shared.deadlines.derivation.pauses import Pause, pauses_of
from shared.deadlines.derivation.periods import OVER, Period
from shared.deadlines.derivation.questions import Doubt, ask_about
from shared.deadlines.derivation.starts import WHICH_START, Start
from shared.reference import ClockRule, Profile
from shared.reference.doubts import certainty_of
from shared.reference.periods import local_date, start_of_day, warnings

#: The most facts that an event can name.
_MOST_FACTS: Final = 100
#: Doubts that the exact day of a fact would resolve.
_OF_A_DAY: Final = frozenset(("vague_start", "start_unknown"))


@dataclass(frozen=True, slots=True)
class Begun:
    """A period with its start, its dates after all changes, and the facts that surely or possibly end it.

    `starts`: all starts that can have opened or lengthened it, `start` the first of them. `pauses`: those that a
    person decided. `because`: the facts that it follows from. `without_effect`: those that came too late to change it.
    """

    start: Start
    starts: tuple[Start, ...]
    reach: Reach
    ends: tuple[End, ...]
    pauses: tuple[Pause, ...]
    doubts: frozenset[Doubt]
    because: tuple[UUID, ...]
    without_effect: tuple[UUID, ...]


def begun(links: Links, law: Profile, rule: ClockRule, start: Start) -> Begun:
    """Return the period that begins by a start."""
    reach, doubts = dates_of(links.history, law, rule, start)
    groups = pauses_of(links, law, rule, start)
    changed = change(law, rule, reach, groups, extensions_of(links, law, rule, start))
    return Begun(
        start=start,
        starts=(start,),
        reach=changed.reach,
        ends=ends_of(links, law, rule, start),
        pauses=_standing_still(changed.reach, [pause for group in groups for pause in group]),
        doubts=frozenset(_of_start(links, law, start, doubts)) | changed.doubts,
        because=(*(fact.id for fact in start.facts), *changed.because),
        without_effect=changed.without_effect,
    )


def _of_start(links: Links, law: Profile, start: Start, doubts: Iterable[str]) -> Iterator[Doubt]:
    """Return the doubts about the dates, with the facts that an answer would correct.

    Doubts about an inexact day name the facts without an exact day.
    """
    for code in doubts:
        about = list(_without_day(links, law, start)) if code in _OF_A_DAY else []
        if code == WHICH_START:
            about = list(start.unnamed)
        yield from (Doubt(code, fact) for fact in about)
        if not about:
            yield Doubt(code)


def _without_day(links: Links, law: Profile, start: Start) -> Iterator[UUID]:
    """Return the facts of a start without an exact day; of several acts, only those that can be the last."""
    is_by_act = "each_act" in start.doubts
    for fact in start.facts:
        moment = links.history.moment(fact, law.timezone)
        first, last = moment.first_day(law.timezone), moment.last_day(law.timezone)
        may_be_last = last is None or last == start.happened.last_day(law.timezone)
        if (first is None or first != last) and (may_be_last or not is_by_act):
            yield fact.id


def _standing_still(reach: Reach, pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """Return the pauses that a person decided while the period surely ran."""
    last_day = reach.first.due.due_on if reach.first is not None else None
    return tuple(
        pause
        for pause in pauses
        if pause.is_by_hand and last_day is not None and pause.begun[1] is not None and pause.begun[1] <= last_day
    )


def joined(members: Sequence[Begun], absorbed: Sequence[Begun]) -> Begun:
    """Return the one period of several starts, each of which can have opened it.

    `absorbed`: for a minimum, the starts that came while it ran; the later end applies.
    """
    first, *_ = members
    reach = either(member.reach for member in members)
    for other in absorbed:
        reach = later_of(reach, other.reach)
    everyone = [*members, *absorbed]
    return Begun(
        start=first.start,
        starts=tuple(member.start for member in everyone),
        reach=reach,
        ends=for_all([member.ends for member in everyone]),
        pauses=first.pauses,
        doubts=frozenset[Doubt]().union(*(member.doubts for member in everyone)),
        because=tuple(dict.fromkeys(fact for member in everyone for fact in member.because)),
        without_effect=tuple(fact for member in everyone for fact in member.without_effect),
    )


def period_of(law: Profile, rule: ClockRule, of: Begun, now: datetime) -> Period:
    """Return a period at an instant."""
    reach, outcome = of.reach, outcome_of((end for end in of.ends if not end.lies_ahead(now)), of.reach)
    safe, other = _shown(rule, reach)
    version = next((way.rule for way in (safe, other) if way is not None), _version(law, rule, of.start))
    state, paused_on = _state(law, rule, of, outcome, now)
    # A possible end of a minimum, or of a period that is over anyway, leaves no question.
    perhaps = outcome.perhaps if state in periods.LIVE and rule.kind != "minimum" else ()
    doubts = of.doubts.union(*(end.doubts for end in perhaps))
    codes = tuple(sorted({doubt.code for doubt in doubts}))
    named = (*perhaps, *(() if outcome.sure is None else (outcome.sure,)))
    return Period(
        case=of.start.case,
        jurisdiction=law.code,
        code=rule.code,
        start=of.start.key,
        kind=rule.kind,
        began=of.start.began,
        began_on=of.start.happened.first_day(law.timezone),
        due=safe.due if safe else None,
        other=other.due if other else None,
        state=state,
        in_time=outcome.in_time if state == periods.MET else None,
        certainty=certainty_of(version.certainty, codes, dated=safe is not None),
        doubts=codes,
        ask_about=ask_about(state, doubts)[:_MOST_FACTS],
        because=tuple(dict.fromkeys((*of.because, *(end.fact.id for end in named))))[:_MOST_FACTS],
        birthday=safe.birthday if safe else None,
        rule_version=version.version,
        late_filing=version.late_filing,
        paused_on=paused_on,
        level=_level(law, version, safe, state, now),
        next_at=min((at for at in _changes_at(law, version, of, safe, state) if at > now), default=None),
    )


def _shown(rule: ClockRule, reach: Reach) -> tuple[Way | None, Way | None]:
    """Return the date that is safe for the person, and the one furthest from it if they differ."""
    if reach.is_exact:
        return reach.first, None
    return (reach.last, reach.first) if rule.kind == "minimum" else (reach.first, reach.last)


def _version(law: Profile, rule: ClockRule, start: Start) -> ClockRule:
    day = start.happened.first_day(law.timezone) or start.happened.last_day(law.timezone)
    return law.clock(rule.code, on=day or date.max)


# control: H-DEADLINE-3 surely-over
def _state(law: Profile, rule: ClockRule, of: Begun, outcome: Outcome, now: datetime) -> tuple[str, date | None]:
    """Return the state, and the first day of the current pause.

    A period is over only if it is over in every reading.
    """
    if outcome.sure is not None:
        return periods.MET if outcome.sure.effect == "met" else periods.ENDED, None
    first, last = of.reach.first, of.reach.last
    today = local_date(now, law.timezone)
    still = [pause.begun[1] for pause in of.pauses if pause.surely_stands_on(today)]
    if still and first is not None:
        return periods.PAUSED, still[-1]
    if _is_over(last, now):
        return (periods.DOUBTFUL if _may_be_in_time(rule, outcome, of.reach) else OVER[rule.kind]), None
    if rule.kind == "minimum":
        return periods.UNDATED if last is None else periods.RUNNING, None
    if first is None:
        return periods.UNDATED, None
    return periods.DOUBTFUL if outcome.perhaps or _is_over(first, now) else periods.RUNNING, None


def _is_over(way: Way | None, now: datetime) -> bool:
    return way is not None and way.ends_at <= now


def _may_be_in_time(rule: ClockRule, outcome: Outcome, reach: Reach) -> bool:
    """Return whether the step that the period waits for may have been taken in time."""
    answers = (end for end in outcome.perhaps if end.effect == "met")
    return rule.kind != "minimum" and any(not end.is_after(reach) for end in answers)


def _level(law: Profile, rule: ClockRule, safe: Way | None, state: str, now: datetime) -> int:
    """Return how many warnings have passed; 0 during a pause, so that the warnings repeat after it."""
    if state not in periods.LIVE or state == periods.PAUSED:
        return 0
    return sum(at <= now for at in _milestones(law, rule, safe))


def _milestones(law: Profile, rule: ClockRule, safe: Way | None) -> list[datetime]:
    """Return the instants of the warnings, including the beginning of the last day if that is one."""
    if safe is None:
        return []
    instants = list(warnings(safe.due, rule.warn_days, law.timezone))
    if rule.kind != "minimum":
        instants.append(start_of_day(safe.due.due_on, law.timezone))
    return instants


def _changes_at(law: Profile, rule: ClockRule, of: Begun, safe: Way | None, state: str) -> list[datetime]:
    """Return the instants at which the state or the level of a live period can change by the passage of time only."""
    if state not in periods.LIVE:
        return []
    ends = [way.ends_at for way in (of.reach.first, of.reach.last) if way is not None]
    days = {day for pause in of.pauses for day in (*pause.begun, pause.resumed_on) if day is not None}
    pauses = [start_of_day(day, law.timezone) for day in sorted(days) if day > date.min]
    closings = [end.moment.lo for end in of.ends if end.moment.lo is not None]
    return [*ends, *pauses, *closings, *_milestones(law, rule, safe)]
