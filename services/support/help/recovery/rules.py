"""Which clocks are recovery periods, the state after their events, and the event when a minimum is reached."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from services.support.cases.case.rules import Answered
from shared.events.envelope import Announcement

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
    return kind == "minimum" and "RECOVERY" in code


def begun(case: UUID, event: Answered) -> Period | None:
    """Return a new period from the first event of its clock; None if the clock is no recovery period."""
    code, kind = event.get("code"), event.get("kind")
    if code is None or kind is None or not is_recovery_minimum(code, kind):
        return None
    return Period(event["clock"], case, code)


def moved(period: Period, verb: str, event: Answered) -> Period:
    """Return a period after an event of its clock. Values that the event does not contain stay."""
    days = {name: event[name] for name in ("due_on", "other_due_on") if name in event}
    return replace(period, state=event.get("state") or STATES.get(verb, period.state), **days)


def to_announce(state: str, *, before: bool | None) -> bool | None:
    """Return what a new event has to say: whether the minimum is reached; None if the last event says the same.

    `before`: what the last event said; None if there was none.
    """
    reached = state == REACHED
    return None if reached == bool(before) else reached


def recovery_supported(clock: UUID, *, reached: bool) -> Announcement:
    """Return the event that a minimum is reached, or no longer is. Neither ends support."""
    return Announcement("recovery.supported", {"clock": clock, "reached": reached, "support_continues": True})
