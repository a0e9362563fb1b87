"""The roles for requests for counselling, and the order of their steps. A return after a pause needs no request."""

from typing import Final

from services.support.cases.case.rules import PLANNERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden

ACCESS: Final[Access] = {
    **dict.fromkeys(("counselling.request", "counselling.answer_request", "counselling.correct_request"), PLANNERS),
    "counselling.waiting": dict.fromkeys(PLANNERS, Need.ANY),
}
TASK: Final = "counselling_waits"
WAITING: Final = "waiting"
LONGEST_LIST: Final = 200


def check_waits(state: str, *, taken_back: bool) -> None:
    """Raise `StepForbidden` for a request that no longer waits."""
    if taken_back or state != WAITING:
        message = "This can't be done with it now. Read it again: somebody answered, or it has ended."
        raise StepForbidden("counselling_request.follows", message)
