"""Which clock is a recovery period, what its events say of it, and what is announced when it reaches its minimum."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from services.support.case.rules import Answered
from shared.events.envelope import Announcement

REACHED: Final = "reached"
#: What an event of a clock says of its state, where it does not say it itself: those of release 0.1.0 did not.
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
    """A period, as intake's clock says: which, to which day by each reading, and how far it is."""

    clock: UUID
    case_id: UUID
    code: str
    due_on: date | None = None
    other_due_on: date | None = None
    state: str = "running"


def is_recovery_minimum(code: str, kind: str) -> bool:
    """Return whether a clock is a recovery period that the person has at least: `GB.RECOVERY_MIN` and the like."""
    return kind == "minimum" and "RECOVERY" in code


def begun(case: UUID, event: Answered) -> Period | None:
    """Return the period that a clock's event is the first to name; None for one that is no recovery period."""
    code, kind = event.get("code"), event.get("kind")
    if code is None or kind is None or not is_recovery_minimum(code, kind):
        return None
    return Period(event["clock"], case, code)


def moved(period: Period, verb: str, event: Answered) -> Period:
    """Return a period after an event of its clock; what that does not say stays as it was."""
    days = {name: event[name] for name in ("due_on", "other_due_on") if name in event}
    return replace(period, state=event.get("state") or STATES.get(verb, period.state), **days)


def told_anew(state: str, *, before: bool | None) -> bool | None:
    """Return what has to be told of a minimum, true or not true any more; None where that was told.

    `before` is what was told last, None if nothing was.
    """
    reached = state == REACHED
    return None if reached == bool(before) else reached


def recovery_supported(clock: UUID, *, reached: bool) -> Announcement:
    """Announce that a minimum was reached, or counts as reached no more; neither ends anything here."""
    return Announcement("recovery.supported", {"clock": clock, "reached": reached, "support_continues": True})
