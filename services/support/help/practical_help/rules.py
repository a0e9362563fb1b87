"""The roles for practical help, and the order of its steps. The person loses nothing by asking again."""

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
