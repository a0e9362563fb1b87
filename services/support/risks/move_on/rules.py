"""Check-ins after a person moved on, their return, lost contact, and who must agree to close.

The times are our own defaults, the same in every jurisdiction: no law was found that sets them.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from services.support.cases.case.rules import PLANNERS, WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden

_RESPONSIBLE: Final = {**WORKERS, "supervisor": Need.SUPERVISION}
ACCESS: Final[Access] = {
    **dict.fromkeys(("transition.agree", "transition.check_in", "transition.correct", "check_in.correct"), PLANNERS),
    "transition.close": _RESPONSIBLE,
    "transition.return": _RESPONSIBLE,
}
RUNS, CLOSED, BACK = "runs", "closed", "back"
#: Kinds of tasks: a check-in, and a second person's review of a proposal to close.
CHECK_IN, SECOND_LOOK = "check_in", "second_look"
LOST: Final = "lost_contact"
#: The days after which check-ins are due: two weeks, one month, three months and six months.
CHECK_IN_AFTER: Final = (14, 30, 91, 182)
#: Levels of risk at which closing requires two people. `unknown`: no one asked about safety.
TAKE_TWO: Final = ("high", "urgent", "unknown")
#: Contact is lost after this number of ways was tried on this number of days.
WAYS, DAYS = 2, 2


class Attempt(NamedTuple):
    """An attempt to reach a person: when, how, and whether it reached them."""

    tried_on: date
    way: str
    reached: bool


def next_check_in(leaves_on: date, after: Sequence[int], done: int) -> date | None:
    """Return the day of the next check-in after this number of successful ones; None after the last."""
    days = sorted(set(after))
    return leaves_on + timedelta(days=days[done]) if done < len(days) else None


# control: H-DANGER-13 check-ins-after-leaving
def since_leaving(leaves_on: date, attempts: Iterable[Attempt]) -> list[Attempt]:
    """Return the attempts from the day of leaving on. An earlier call is no check-in, and no sign of lost contact."""
    return [attempt for attempt in attempts if attempt.tried_on >= leaves_on]


def is_lost(attempts: Sequence[Attempt]) -> bool:
    """Return whether contact is lost: two ways were tried on two days since the person was last reached."""
    last = max((attempt.tried_on for attempt in attempts if attempt.reached), default=date.min)
    since = [attempt for attempt in attempts if attempt.tried_on > last]
    return len({each.way for each in since}) >= WAYS and len({each.tried_on for each in since}) >= DAYS


def check_lost(reason: str, attempts: Sequence[Attempt]) -> None:
    """Raise `StepForbidden` if contact is stated as lost without enough attempts."""
    if reason == LOST and not is_lost(attempts):
        message = "Contact is lost only after two ways were tried on two days. Try another way on another day."
        raise StepForbidden("transition.contact_was_tried", message)


def takes_two(reason: str, risk: str | None) -> bool:
    """Return whether closing requires two people: for lost contact, and for a high, unassessed or unknown risk."""
    return reason == LOST or risk is None or risk in TAKE_TWO


def check_second(proposed_by: UUID, by: UUID, *, on_team: bool) -> None:
    """Raise `StepForbidden` if the first person or a member of the team confirms the proposal."""
    if proposed_by == by or on_team:
        message = (
            "The person who proposed it, and the team of the case, can't confirm it. Ask a supervisor outside the team."
        )
        raise StepForbidden("second_person", message)


def check_state(state: str, *states: str, taken_back: bool) -> None:
    """Raise `StepForbidden` for a step that is not allowed in this state."""
    if taken_back or state not in states:
        message = (
            "This step is not possible: it was closed or withdrawn, or the person came back. Read the record again."
        )
        raise StepForbidden("transition.follows", message)
