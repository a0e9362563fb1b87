"""The roles for entitlements, their last days, and the tasks before them. A last day ends nothing.

The profiles (`shared.reference.entitlements`) define each entitlement, its length and successors, with its source.

Also: which clocks are recovery periods, the state after their events, and the event when a minimum is reached.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from services.support.cases.case.rules import PLANNERS, Access, Answered, check_order
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import JURISDICTIONS, Entitlement, Profile, profile

ACCESS: Final[Access] = dict.fromkeys(
    (
        *("entitlement.record", "entitlement.ask", "entitlement.prolong", "entitlement.end", "entitlement.correct"),
        *("entitlement.confirm", "entitlement.refuse"),
    ),
    PLANNERS,
)

#: Kinds of tasks: arrange what follows, and request an extension.
NEXT, ASK = "entitlement_runs_out", "entitlement_ask"

_ADULTHOOD: Final = "adulthood"

REACHED: Final = "reached"

#: The state after an event of a clock that does not contain one: events of release 0.1.0 did not.
STATES: Final[Mapping[str, str]] = {
    "started": "running",
    "paused": "paused",
    "resumed": "running",
    "extended": "running",
    "rested": "resting",
    "woken": "running",
    "reached": REACHED,
    "stopped": "ended",
    "reopened": "running",
    "withdrawn": "withdrawn",
}


#: The periods that count the days of an entitlement.
_COUNTING: Final = frozenset(
    leaf.clock for law in map(profile, JURISDICTIONS) for leaf in law.entitlements.values() if leaf.clock is not None
)


class Standing(NamedTuple):
    """The current state of an entitlement of a case: its code and days."""

    entitlement: str
    started_on: date
    ends_on: date | None
    asked_on: date | None
    ended_on: date | None


def of_profile(law: Profile, code: str) -> Entitlement:
    """Return a profile's definition of an entitlement. Raises `FactRefused`."""
    if code not in law.entitlements:
        message = "The profile of this case does not have this entitlement. Choose an entitlement of the profile."
        raise FactRefused("entitlement", "of_the_profile", message)
    return law.entitlements[code]


def ends_of(periods: Iterable[tuple[str, str, date | None]]) -> dict[str, date]:
    """Return the latest last day of the periods with each code, without withdrawn ones and those without a day.

    `periods`: the code, the state and the last day of each.
    """
    ends: dict[str, date] = {}
    for code, state, due_on in periods:
        if state != "withdrawn" and due_on is not None:
            ends[code] = max(due_on, ends.get(code, due_on))
    return ends


def counted_by(law: Entitlement, standing: Standing, due_on: date | None) -> Standing:
    """Return an entitlement with the last day of its period, if its own one follows from its first day.

    `due_on`: the last day of the period that counts its days (`law.clock`); None if there is none.
    """
    follows = law.days is not None and standing.ends_on == standing.started_on + timedelta(days=law.days)
    return standing._replace(ends_on=due_on) if due_on is not None and follows else standing


def last_day(law: Entitlement, started_on: date, stated: date | None) -> date | None:
    """Return the last day: the stated one, or the profile's number of calendar days after the first day.

    None if the profile has no number of days. A birthday is replaced by the first day of its month, because only intake
    stores a day of birth. Raises `FactRefused` for a last day before the first.
    """
    if stated is not None:
        check_order("ends_on", started_on, stated)
        return stated.replace(day=1) if law.ends_with == _ADULTHOOD else stated
    return None if law.days is None else started_on + timedelta(days=law.days)


def corrected_last_day(law: Entitlement, before: Standing, started_on: date, stated: date | None) -> date | None:
    """Return the last day after a correction: the stated one; else it moves if it was derived from the first day.

    Raises `FactRefused` for a last day before the first.
    """
    followed = law.days is not None and before.ends_on == before.started_on + timedelta(days=law.days)
    return last_day(law, started_on, stated if stated is not None or followed else before.ends_on)


def ask_by(law: Entitlement, started_on: date, ends_on: date | None) -> date | None:
    """Return the day by which to ask for a longer period; None if it can't be prolonged, or without a known day."""
    if law.prolonged_by is None:
        return None
    if law.ask_within is not None:
        return started_on + timedelta(days=law.ask_within)
    if law.ask_before is not None and ends_on is not None:
        return ends_on - timedelta(days=law.ask_before)
    return None


def tasks_due(law: Entitlement, standing: Standing, others: Iterable[Standing]) -> dict[str, date | None]:
    """Return the due day of each kind of task; None if there is no such task.

    `others`: the other entitlements of the case. If a possible successor is running, the task to find one is not
    needed.
    """
    if standing.ended_on is not None:
        return {NEXT: None, ASK: None}
    followed = any(other.entitlement in law.then and other.ended_on is None for other in others)
    look = None
    if standing.ends_on is not None and not followed:
        look = standing.ends_on - timedelta(days=max(law.warn_days, default=0))
    asking = ask_by(law, standing.started_on, standing.ends_on)
    return {NEXT: look, ASK: None if asking is None or standing.asked_on is not None else asking}


def check_runs(ended_on: date | None, *, taken_back: bool) -> None:
    """Raise `StepForbidden` for an entitlement that has ended or was withdrawn."""
    if ended_on is not None or taken_back:
        message = "This entitlement has ended or was withdrawn. Record it again if the person has it again."
        raise StepForbidden("entitlement.runs", message)


@dataclass(frozen=True)
class Period:
    """A period of intake's clock: its code, its last day by each reading of the law, and its state."""

    clock: UUID
    case_id: UUID
    code: str
    due_on: date | None = None
    other_due_on: date | None = None
    state: str = "running"


def is_recovery_minimum(code: str, kind: str) -> bool:
    """Return whether a clock is a minimum recovery period, such as `GB.RECOVERY_MIN`."""
    return kind == "minimum" and is_recovery(code)


def is_recovery(code: str) -> bool:
    """Return whether a stored period is a recovery period. Others count the days of an entitlement."""
    return "RECOVERY" in code


def begun(case: UUID, event: Answered) -> Period | None:
    """Return a new period from the first event of its clock.

    None if the clock is no recovery period and counts the days of no entitlement.
    """
    code, kind = event.get("code"), event.get("kind")
    if code is None or kind is None or not (is_recovery_minimum(code, kind) or code in _COUNTING):
        return None
    return Period(event["clock"], case, code)


def moved(period: Period, verb: str, event: Answered) -> Period:
    """Return a period after an event of its clock. Values that the event does not contain stay."""
    days = {name: event[name] for name in ("due_on", "other_due_on") if name in event}
    return replace(period, state=event.get("state") or STATES.get(verb, period.state), **days)


def to_announce(state: str, *, before: bool | None) -> bool | None:
    """Return the content of a new event: whether the minimum is reached; None if the last event reports the same.

    `before`: the content of the last event; None if there was none.
    """
    reached = state == REACHED
    return None if reached == bool(before) else reached


def recovery_supported(clock: UUID, *, reached: bool) -> Announcement:
    """Return the event that a minimum is reached, or that this was revoked. Support does not end."""
    return Announcement("recovery.supported", {"clock": clock, "reached": reached, "support_continues": True})
