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
        message = "This can't be done with it now. Read it again: somebody answered, or it has ended."
        raise StepForbidden("practical_help.follows", message)
    if (becomes == NOT_GIVEN) != (because is not None):
        message = "Say why it was not given, and only then."
        raise FactRefused("not_given_because", "says_why", message)


def check_ended_on(asked_on: date, ended_on: date | None, *, is_open: bool) -> None:
    """Raise `FactRefused` for the end of open help, and for an end before the request."""
    if ended_on is not None and is_open:
        message = "Help that is open has no end. Record that it was given or given up first."
        raise FactRefused("ended_on", "step_is_recorded", message)
    if ended_on is not None and ended_on < asked_on:
        message = "This day is before the one on which it was asked for. Give a later day, or correct that one."
        raise FactRefused("ended_on", "after_it_began", message)
