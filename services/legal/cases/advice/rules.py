"""Who records advice and requests, and which events follow. Events never contain the topics."""

from datetime import date
from typing import Final

from services.legal.cases.case.rules import WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {
    "advice.record": WORKERS,
    "advice.correct": WORKERS,
    "advice.follow_up": WORKERS,
    # Every worker who is asked for advice can record the request.
    "advice.request": {**WORKERS, "caseworker": Need.TEAM},
    "advice.end_request": WORKERS,
}
#: The event version with only the status, the phase and the day.
ONLY_THAT_THERE_WAS_ADVICE: Final = 2


def advice_recorded(phase: str, status: str, given_on: date) -> Announcement:
    """Announce advice, or why there was none."""
    payload = {"phase": phase, "status": status, "given_on": given_on}
    return Announcement("advice.recorded", payload, ONLY_THAT_THERE_WAS_ADVICE)


def check_waits(ended_on: date | None) -> None:
    """Raise `StepForbidden` for a request or follow-up that is already done."""
    if ended_on is not None:
        raise StepForbidden("still_waits", "This is done already. Record a new one if something waits again.")
