"""The roles that read the waiting list of their agency and take items, and how long a taken item is kept for the taker.

The list contains no case: readers without a part in a case do not learn who waits.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.support.cases.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden

COUNSELLING, PRACTICAL_HELP = "counselling", "practical_help"
#: The role in which the taker of an item joins the team.
ROLES: Final = {COUNSELLING: "counsellor", PRACTICAL_HELP: "support_worker"}
_TAKERS: Final = tuple(ROLES.values())
ACCESS: Final[Access] = {
    "waiting.read": dict.fromkeys((*_TAKERS, "supervisor"), Need.ANY),
    "waiting.take": dict.fromkeys(_TAKERS, Need.ANY),
    "waiting.offer": {"supervisor": Need.ANY},
}
#: The time in which the taker joins the team. If intake refuses them, the item waits again afterwards.
KEPT_FOR: Final = timedelta(minutes=15)
LONGEST_LIST: Final = 200


def is_taken(taken_at: datetime | None, now: datetime, *, on_team: bool) -> bool:
    """Return whether a staff member takes care of an item: they joined the team, or took it a moment ago."""
    return taken_at is not None and (on_team or now < taken_at + KEPT_FOR)


def check_takes(kind: str, role: str) -> None:
    """Raise `StepForbidden` for a role that does not give this help."""
    if role != ROLES[kind]:
        message = (
            "This role does not give the help that the person waits for. Take the item in another of your roles, or "
            "choose another item."
        )
        raise StepForbidden("waiting.fits_role", message)


def check_free(*, taken: bool) -> None:
    """Raise `StepForbidden` for an item that another staff member has taken."""
    if taken:
        message = "Another staff member has already taken this item. Read the waiting list again."
        raise StepForbidden("waiting.is_free", message)


def check_can_take(*, can: bool) -> None:
    """Raise `StepForbidden` for an offer to a member who cannot take the item, without the reason.

    The reason could be that the person excluded them.
    """
    if not can:
        message = "This staff member cannot take the item. Choose another member of your agency."
        raise StepForbidden("waiting.can_be_taken", message)


def check_offered(agency: UUID | None, own: UUID | None) -> None:
    """Raise `StepForbidden` for an offer to a staff member of another agency, or who is not registered."""
    if agency is None or agency != own:
        message = "An item can be offered only to staff of your own agency. Choose a member of your agency."
        raise StepForbidden("waiting.offered_within_agency", message)
