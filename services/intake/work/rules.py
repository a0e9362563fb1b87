"""The order of the work list: the most overdue first, then where an assessment found urgent need."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from services.intake.case.rules import TEAM_ROLES, Access
from shared.access.permissions import Need

ACCESS: Final[Access] = {
    # Whoever is on a team has work; the list shows no case of others.
    "work_list.read": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.ANY),
}


#: Referrals that agencies offer: so many of those that wait stand on the list, the others in their own.
MOST_OFFERS: Final = 20
#: Whether an assessment found urgent need -> how long it can wait; what nobody has assessed is not known to be calm.
EASE: Final[Mapping[bool | None, int]] = {True: 0, None: 1, False: 2}
#: Where nothing is due.
NEVER: Final = "9999-12-31"


class Place(NamedTuple):
    """A case's place in the list: the day on which the first thing is due, whether it can wait, and its id.

    All as JSON has it, in which days and ids are in the same order.
    """

    due_on: str
    ease: int
    case: str

    def written(self) -> str:
        """Return the place as a page cursor."""
        return f"{self.due_on}~{self.ease}~{self.case}"


def place(due_on: str | None, urgent: bool | None, case: str) -> Place:  # noqa: FBT001 - None: nobody has assessed
    """Return a case's place in the list; the smallest comes first."""
    return Place(due_on or NEVER, EASE[urgent], case)


def read_place(text: str) -> Place:
    """Return the place of a page cursor. Raises `ValueError`."""
    due_on, ease, case = text.split("~")
    return Place(date.fromisoformat(due_on).isoformat(), int(ease), str(UUID(case)))


def days_late(due_on: date | None, today: date) -> int:
    """Return the days since something was due; 0 until it is overdue."""
    return 0 if due_on is None else max(0, (today - due_on).days)
