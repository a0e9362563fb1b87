"""Who records advice, who sees what of it, and what is announced: never what it was about."""

from datetime import date
from typing import Final

from services.legal.case.rules import WORKERS, Access
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {"advice.record": WORKERS, "advice.correct": WORKERS}
#: The version of its event that says no more than that there was advice, or why not, in which phase and when.
ONLY_THAT_THERE_WAS_ADVICE: Final = 2


def advice_recorded(phase: str, status: str, given_on: date) -> Announcement:
    """Announce advice, or that there was none."""
    payload = {"phase": phase, "status": status, "given_on": given_on}
    return Announcement("advice.recorded", payload, ONLY_THAT_THERE_WAS_ADVICE)
