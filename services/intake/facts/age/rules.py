"""Rules for the confirmation of a change of age by a second person. Pure.

The second person is Casepath's own rule: no law was found that requires one.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from services.intake.facts.case.rules import TEAM_ROLES, Access
from services.intake.facts.person.rules import CONFIRMED, REFUSED, WAITING
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

ACCESS: Final[Access] = {
    "age.read": {**TEAM_ROLES, "supervisor": Need.READING},
    # `check_second` makes sure that this is a second person.
    "age.confirm": {"supervisor": Need.SUPERVISION},
}
#: After this time every supervisor of an agency that a team member works for is notified of the change.
ESCALATES_AFTER: Final = timedelta(days=3)


def check_second(state: str, *, proposed_by: UUID, by: UUID) -> None:
    """Raise `StepForbidden` if the change is not waiting, or if the user who stated it answers."""
    if state != WAITING:
        raise StepForbidden("change_waits", "This change of age was answered or replaced. Read the changes again.")
    if proposed_by == by:
        message = "The person who stated the age can't confirm it in any role. Ask another supervisor."
        raise StepForbidden("second_person", message)


def answered(*, confirms: bool, refusal: str | None) -> str:
    """Return the state of a change after a second person's answer. Raises `FactRefused`."""
    if confirms == (refusal is not None):
        raise FactRefused("reason", "refusal_has_a_reason", "Give a reason where you refuse, and only there.")
    return CONFIRMED if confirms else REFUSED
