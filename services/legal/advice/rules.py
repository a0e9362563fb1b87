"""Who records advice and requests for it, and what is announced: never what it was about."""

from datetime import date
from typing import Final

from services.legal.case.rules import WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {
    "advice.record": WORKERS,
    "advice.correct": WORKERS,
    "advice.follow_up": WORKERS,
    # Whoever is asked for advice notes that somebody waits for it.
    "advice.request": {**WORKERS, "caseworker": Need.TEAM},
    "advice.end_request": WORKERS,
}
#: The version of its event that says no more than that there was advice, or why not, in which phase and when.
ONLY_THAT_THERE_WAS_ADVICE: Final = 2


def advice_recorded(phase: str, status: str, given_on: date) -> Announcement:
    """Announce advice, or that there was none."""
    payload = {"phase": phase, "status": status, "given_on": given_on}
    return Announcement("advice.recorded", payload, ONLY_THAT_THERE_WAS_ADVICE)


def check_waits(ended_on: date | None) -> None:
    """Raise `StepForbidden` for what was ended or done already."""
    if ended_on is not None:
        raise StepForbidden("still_waits", "This is done already. Record a new one if something waits again.")
