"""Who confirms a change of age, and what an answer comes to. Pure.

The second person is Casepath's own rule: no law was found that asks for one.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from services.intake.case.rules import TEAM_ROLES, Access
from services.intake.person.rules import REPLACED, WAITING
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

ACCESS: Final[Access] = {
    "age.read": {**TEAM_ROLES, "supervisor": Need.READING},
    # A second person: `check_second` makes sure that they are another.
    "age.confirm": {"supervisor": Need.SUPERVISION},
}
CONFIRMED, REFUSED = "confirmed", "refused"
STATES: Final = (WAITING, CONFIRMED, REFUSED, REPLACED)
#: After so many days it is every supervisor's of an agency that somebody on the team works for.
ESCALATES_AFTER: Final = timedelta(days=3)


def check_second(state: str, *, proposed_by: UUID, by: UUID) -> None:
    """Raise `StepForbidden` for a change that waits no more, and for an answer by the user who stated it."""
    if state != WAITING:
        raise StepForbidden("change_waits", "This change of age was answered or replaced. Read the changes again.")
    if proposed_by == by:
        message = "The person who stated the age can't confirm it, in whatever role. Ask another supervisor."
        raise StepForbidden("second_person", message)


def answered(*, confirms: bool, refusal: str | None) -> str:
    """Return the state of a change after a second person's answer. Raises `FactRefused`."""
    if confirms == (refusal is not None):
        raise FactRefused("reason", "refusal_has_a_reason", "Give a reason where you refuse, and only there.")
    return CONFIRMED if confirms else REFUSED
