"""The differences between the periods published last and those that follow now: the events of a derivation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.deadlines.derivation import periods
from shared.deadlines.derivation.periods import LIVE
from shared.reference import profile
from shared.reference.periods import local_date

STARTED, MOVED, RESTATED, DUE_SOON, DUE = "started", "moved", "restated", "due_soon", "due"
REOPENED, RESUMED, WOKEN, WITHDRAWN = "reopened", "resumed", "woken", "withdrawn"
#: The verb of a state that is reached.
_VERBS: Final = {
    periods.MISSED: "missed",
    periods.PASSED: "missed",
    periods.REACHED: "reached",
    periods.MET: "stopped",
    periods.ENDED: "stopped",
    periods.PAUSED: "paused",
    periods.DOUBTFUL: "doubtful",
    periods.RESTING: "rested",
}
_BACK: Final = {periods.PAUSED: RESUMED, periods.RESTING: WOKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A period as it was published last."""

    id: UUID
    subject: UUID
    code: str
    kind: str
    jurisdiction: str
    state: str
    began_on: date | None
    due_on: date | None
    due_at: datetime | None
    ends_at: datetime | None
    other_due_on: date | None
    in_time: str | None
    certainty: str
    doubts: tuple[str, ...]
    ask_about: tuple[UUID, ...]
    because: tuple[UUID, ...]
    birthday: int | None
    paused_on: date | None
    rule_version: str
    late_filing: bool
    level: int
    key: str | None
    began: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a period, with its whole state after it; `takes_back`: a published state that it revokes."""

    verb: str
    period: Stored
    takes_back: str | None = None


def differences(before: Mapping[UUID, Stored], after: Iterable[Stored], now: datetime) -> list[Told]:
    """Return the events that lead from the published periods to the current ones, each once, in order of the periods.

    `now` decides whether a warning is that of the last day. A second call, with the result of the first, returns
    nothing.
    """
    events: list[Told] = []
    following = {period.id: period for period in after}
    for period in following.values():
        events.extend(_of(before.get(period.id), period, now))
    gone = [
        earlier for earlier in before.values() if earlier.id not in following and earlier.state != periods.WITHDRAWN
    ]
    events.extend(
        Told(WITHDRAWN, withdrawn(earlier), None if earlier.state in LIVE else earlier.state) for earlier in gone
    )
    return events


def withdrawn(period: Stored) -> Stored:
    """Return a period as withdrawn: the fact that began it was recorded wrongly."""
    return replace(period, state=periods.WITHDRAWN, in_time=None, level=0)


def _of(stored: Stored | None, period: Stored, now: datetime) -> list[Told]:
    """Return at most four events: that the period started or moved, its new state, and a warning."""
    earlier = None if stored is None or stored.state == periods.WITHDRAWN else stored
    events: list[Told] = []
    # The first of these events revokes a closed state that is not true now.
    is_wrong = earlier is not None and earlier.state not in LIVE and earlier.state != period.state
    wrong = earlier.state if earlier is not None and is_wrong else None
    if earlier is None:
        events.append(Told(STARTED, period))
    elif _dates(earlier) != _dates(period) and not _goes_on(earlier, period):
        events.append(Told(MOVED, period, wrong or _warning_taken_back(earlier, period)))
    verb = _state_verb(earlier, period, is_moved=bool(events))
    if verb is not None:
        events.append(Told(verb, period, None if events and events[-1].takes_back else wrong))
    warning = _warning(earlier, period, now)
    if not events and earlier is not None and (_said(earlier) != _said(period) or _is_quiet(earlier, period, warning)):
        events.append(Told(RESTATED, period))
    return [*events, Told(warning, period)] if warning else events


def _goes_on(earlier: Stored, period: Stored) -> bool:
    """Return whether the period runs again after a pause or a rest. That event also contains its new dates."""
    return earlier.state in _BACK and period.state in (periods.RUNNING, periods.UNDATED)


def _dates(period: Stored) -> tuple[object, ...]:
    return period.began_on, period.due_on, period.ends_at, period.other_due_on


def _said(period: Stored) -> tuple[object, ...]:
    said = (period.began, period.certainty, period.doubts, period.ask_about, period.because)
    return (*said, period.birthday, period.in_time, period.paused_on, period.rule_version)


def _state_verb(earlier: Stored | None, period: Stored, *, is_moved: bool) -> str | None:
    state = earlier.state if earlier is not None else periods.RUNNING
    if period.state == state:
        return None
    if period.state in _VERBS:
        return _VERBS[period.state]
    # The period runs, or has no date.
    if state in _BACK:
        return _BACK[state]
    return REOPENED if state not in LIVE and not is_moved else None


def _warning_taken_back(earlier: Stored, period: Stored) -> str | None:
    return DUE_SOON if earlier.level and not period.level else None


def _is_quiet(earlier: Stored, period: Stored, warning: str | None) -> bool:
    """Return whether warnings were passed without being published: their day was over at the new derivation."""
    return warning is None and earlier.level != period.level


def _warning(earlier: Stored | None, period: Stored, now: datetime) -> str | None:
    """Return the new warning: immediately for a period found within its warning time, otherwise as each day comes.

    A period that may already be met warns too, as long as its first day is in the future.
    """
    is_ahead = period.state == periods.DOUBTFUL and period.ends_at is not None and period.ends_at > now
    if period.state != periods.RUNNING and not is_ahead:
        return None
    warned_level = (
        earlier.level if earlier is not None and _dates(earlier) == _dates(period) and earlier.state in LIVE else 0
    )
    if period.level <= warned_level or period.ends_at is None:
        return None
    return DUE if _is_last_day(period, now) else DUE_SOON


def _is_last_day(period: Stored, now: datetime) -> bool:
    today = local_date(now, profile(period.jurisdiction).timezone)
    return period.kind != "minimum" and period.due_on is not None and period.due_on <= today
