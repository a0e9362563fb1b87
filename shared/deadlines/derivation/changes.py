"""What happens to a period after it began: its time stands still for a while, or somebody extends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.starts import Start
from shared.deadlines.derivation.ways import Way
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Counted, Profile
from shared.reference.clock_rules import Pausing
from shared.reference.periods import (
    Due,
    ImpossibleDate,
    ImpossiblePeriod,
    Length,
    Unit,
    count,
    in_range,
    on_day,
    resumed,
)

PAUSE, RESUMPTION, EXTENSION = "pause", "resumption", "extension"
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when the time of a period stands still, and until when; `until` None: it still does."""

    fact: Fact
    since: date
    until: date | None
    left: Length | None


@dataclass(frozen=True, slots=True)
class Extension:
    """The day to which a period was extended by decision."""

    fact: Fact
    decided: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Changed:
    """The ways to count a period after all that happened to it, and what came of which fact."""

    ways: tuple[Way, ...]
    pauses: tuple[Pause, ...]
    effective: tuple[UUID, ...]
    without_effect: tuple[UUID, ...]


def pauses_of(history: History, law: Profile, rule: ClockRule, start: Start) -> list[Pause]:
    """Return the pauses of a period, in the order in which they happened."""
    pauses: list[Pause] = []
    for pausing in rule.pauses:
        for begun in history.of_kind(pausing.begins):
            if _is_about(history, begun, start, rule):
                pauses.extend(_pause(history, law, begun, start, pausing))
    if rule.pausable:
        by_hand = Pausing(begins=PAUSE, ends=RESUMPTION, left=rule.left_after_pause)
        for begun in history.of_kind(PAUSE):
            if begun.codes.get("clock") == rule.code and _is_about(history, begun, start, rule):
                pauses.extend(_pause(history, law, begun, start, by_hand))
    return sorted(pauses, key=lambda pause: (pause.since, pause.until or date.max, pause.fact.id))


def _is_about(history: History, fact: Fact, start: Start, rule: ClockRule) -> bool:
    """Return whether a change is about a period: about its start, or about nothing that starts one of its kind."""
    if fact.about is None or fact.about in start.known_by:
        return True
    others = {
        other.id for other in history.facts if any(trigger.fits(other.kind, other.codes) for trigger in rule.starts)
    }
    return fact.about not in others


def _pause(history: History, law: Profile, begun: Fact, start: Start, pausing: Pausing) -> list[Pause]:
    zone = law.timezone
    # As short as the facts can mean: a period that ends too early in our eyes is safe.
    since = history.moment(begun, zone).last_day(zone)
    if since is None:
        return []
    until = _ended(history, law, begun, start, pausing.ends, since)
    if pausing.at_most is not None:
        longest = count(pausing.at_most, since, calendar=law.calendar, timezone=zone).due_on
        until = longest if until is None else min(until, longest)
    return [Pause(begun, since, until, pausing.left)]


def _ended(history: History, law: Profile, begun: Fact, start: Start, kind: str, since: date) -> date | None:
    """Return the day on which a pause ended, by a fact about the pause, about the period, or about neither."""
    about = {None, begun.id, *start.known_by}
    zone = law.timezone
    days = [
        day
        for fact in history.of_kind(kind)
        if fact.about in about and fact.codes.get("clock") == begun.codes.get("clock")
        for day in [history.moment(fact, zone).first_day(zone)]
        if day is not None and day >= since
    ]
    return min(days) if days else None


def extensions_of(history: History, law: Profile, rule: ClockRule, start: Start) -> list[Extension]:
    """Return the extensions of a period, in the order in which they were decided."""
    if not rule.extendable:
        return []
    extensions: list[Extension] = []
    for fact in history.of_kind(EXTENSION):
        if fact.codes.get("clock") != rule.code or not _is_about(history, fact, start, rule):
            continue
        until = _day(fact.codes.get("until", ""))
        if until is None:
            continue
        extensions.append(Extension(fact, history.moment(fact, law.timezone).lo or _LONG_AGO, until))
    return sorted(extensions, key=lambda extension: (extension.decided, extension.until, extension.fact.id))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
        in_range(day.year)
    except ValueError:
        return None
    return day


def change(
    law: Profile, rule: ClockRule, ways: Sequence[Way], pauses: Sequence[Pause], extensions: Sequence[Extension]
) -> Changed:
    """Return the ways to count a period after its pauses, in their order, and what somebody decided after them."""
    changed, effective, without = list(ways), list[UUID](), list[UUID]()
    stood_still: list[Pause] = []
    for pause in pauses:
        after = [_after_pause(law, rule, way.counted.due, pause) for way in changed]
        if all(due is None for due in after):
            without.append(pause.fact.id)
            continue
        effective.append(pause.fact.id)
        stood_still.append(pause)
        if pause.until is not None:
            changed = [way if due is None else way.due_at(due) for way, due in zip(changed, after, strict=True)]
    for extension in extensions:
        due_days = [way.counted.due.due_on for way in changed if way.counted.due is not None]
        if due_days and extension.until <= min(due_days):
            without.append(extension.fact.id)
            continue
        # What was decided has one reading.
        changed = [Way(Counted(rule=rule, due=on_day(extension.until, law.timezone)))]
        effective.append(extension.fact.id)
    return Changed(tuple(changed), tuple(stood_still), tuple(effective), tuple(without))


def _after_pause(law: Profile, rule: ClockRule, due: Due | None, pause: Pause) -> Due | None:
    """Return when a period is over after a pause; None where it was over before, or has no date."""
    if due is None:
        return None
    unit: Unit = "D" if rule.length is None else rule.length.unit
    try:
        return resumed(
            due,
            pause.since,
            pause.until or pause.since,
            unit=unit,
            calendar=law.calendar,
            timezone=law.timezone,
            roll=rule.roll,
            left=pause.left if pause.until is not None else None,
        )
    except (ImpossibleDate, ImpossiblePeriod):
        return None
