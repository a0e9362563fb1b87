"""How somebody moves on, is asked after, and comes back; when contact counts as lost, and whom closing takes.

The times are our own defaults, the same in every jurisdiction: no law was found that sets them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from services.support.case.rules import PLANNERS, WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_RESPONSIBLE: Final = {**WORKERS, "supervisor": Need.SUPERVISION}
ACCESS: Final[Access] = {
    **dict.fromkeys(("transition.agree", "transition.check_in", "transition.correct", "check_in.correct"), PLANNERS),
    "transition.close": _RESPONSIBLE,
    "transition.return": _RESPONSIBLE,
}
RUNS, CLOSED, BACK = "runs", "closed", "back"
#: Kinds of tasks: to ask after somebody, and to look a second time at what one person would close.
CHECK_IN, SECOND_LOOK = "check_in", "second_look"
LOST: Final = "lost_contact"
#: After so many days somebody asks how they are: two weeks, one month, three and six.
CHECK_IN_AFTER: Final = (14, 30, 91, 182)
#: Levels of risk at which closing takes two people: of the last, nobody asked about safety.
TAKE_TWO: Final = ("high", "urgent", "unknown")
#: Contact is lost after so many ways were tried on so many days.
WAYS, DAYS = 2, 2


class Attempt(NamedTuple):
    """An attempt to reach somebody: when, how, and whether it reached them."""

    tried_on: date
    way: str
    reached: bool


def next_check_in(leaves_on: date, after: Sequence[int], done: int) -> date | None:
    """Return the day on which somebody asks after them next, once they were reached so often; None after the last."""
    days = sorted(set(after))
    return leaves_on + timedelta(days=days[done]) if done < len(days) else None


def is_lost(attempts: Sequence[Attempt]) -> bool:
    """Return whether contact counts as lost: two ways on two days, and nobody reached them since."""
    last = max((attempt.tried_on for attempt in attempts if attempt.reached), default=date.min)
    since = [attempt for attempt in attempts if attempt.tried_on > last]
    return len({each.way for each in since}) >= WAYS and len({each.tried_on for each in since}) >= DAYS


def check_lost(reason: str, attempts: Sequence[Attempt]) -> None:
    """Raise `StepForbidden` for contact that counts as lost before it was tried well."""
    if reason == LOST and not is_lost(attempts):
        message = "Contact counts as lost once two ways were tried on two days. Try another way, on another day."
        raise StepForbidden("transition.contact_was_tried", message)


def takes_two(reason: str, risk: str | None) -> bool:
    """Return whether closing takes two people: lost contact, a high risk, and one that nobody assessed or asked of."""
    return reason == LOST or risk is None or risk in TAKE_TWO


def check_second(proposed_by: UUID, by: UUID, *, on_team: bool) -> None:
    """Raise `StepForbidden` for a second word of the first person, or of one of the team."""
    if proposed_by == by or on_team:
        message = "Whoever proposes it, or works on the case, can't confirm it. Ask a supervisor outside the team."
        raise StepForbidden("second_person", message)


def check_state(state: str, *states: str, taken_back: bool) -> None:
    """Raise `StepForbidden` for a step that does not follow on the state."""
    if taken_back or state not in states:
        message = "This can't be done with it now. Read it again: it was closed, taken back, or the person came back."
        raise StepForbidden("transition.follows", message)


def check_order(field: str, began_on: date, day: date) -> None:
    """Raise `FactRefused` for a day before the one on which it began."""
    if day < began_on:
        message = "This day is before the one on which it began. Give a later day."
        raise FactRefused(field, "after_it_began", message)
