"""The roles for practical help, and the order of its steps. The person loses nothing by asking again."""

from datetime import date
from typing import Final

from services.support.cases.case.rules import PLANNERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

ACCESS: Final[Access] = {
    **dict.fromkeys(("practical_help.ask", "practical_help.progress", "practical_help.correct"), PLANNERS),
    "practical_help.queue": dict.fromkeys(PLANNERS, Need.ANY),
}
TASK: Final = "practical_help"
ASKED: Final = "asked"
GIVEN: Final = "given"
NOT_GIVEN: Final = "not_given"
OPEN: Final = (ASKED, "tried")
LONGEST_QUEUE: Final = 200


def check_progress(state: str, becomes: str, because: str | None, *, taken_back: bool) -> None:
    """Raise `StepForbidden` for help that is over, `FactRefused` for a missing or an unexpected reason."""
    if taken_back or state not in OPEN:
        message = "This step is not possible, because the record was answered or has ended. Read it again."
        raise StepForbidden("practical_help.follows", message)
    if (becomes == NOT_GIVEN) != (because is not None):
        message = "Help that was not given needs a reason, and other help has none. Send the reason, or leave it out."
        raise FactRefused("not_given_because", "says_why", message)


def check_ended_on(asked_on: date, ended_on: date | None, *, is_open: bool) -> None:
    """Raise `FactRefused` for the end of open help, and for an end before the request."""
    if ended_on is not None and is_open:
        message = "This help is still open, so it has no end. Record first that it was given or given up."
        raise FactRefused("ended_on", "step_is_recorded", message)
    if ended_on is not None and ended_on < asked_on:
        message = "This day is before the day of the request. Give a later day, or correct the day of the request."
        raise FactRefused("ended_on", "after_it_began", message)
