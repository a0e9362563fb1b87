"""The order and the filters of the work list: the most overdue cases come first, then those with urgent need. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from services.intake.facts.case.rules import TEAM_ROLES, Access
from shared.access.permissions import Need

ACCESS: Final[Access] = {
    # For all members of teams. The list shows no case of others.
    "work_list.read": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.ANY),
}

#: The most offered referrals on the list. Their own list has the others.
MOST_OFFERS: Final = 20

#: Whether an assessment found urgent need -> its rank. A case without an assessment comes before a calm one.
EASE: Final[Mapping[bool | None, int]] = {True: 0, None: 1, False: 2}

#: The scope of a list: the cases of the reader's teams, or also those of the people whom they supervise.
MINE, TEAM = "mine", "team"

SCOPES: Final = (MINE, TEAM)

#: The most cases of a team's list. The list reports if there are more.
MOST_OF_TEAM: Final = 1_000

#: The filters of a list.
OVERDUE, UNCLEAR, DUE_SOON, URGENT, LED, CHANGED = "overdue", "unclear", "due_soon", "urgent", "led", "changed"

FILTERS: Final = (OVERDUE, UNCLEAR, DUE_SOON, URGENT, LED, CHANGED)

#: An item is due soon if it is due within this time.
SOON: Final = timedelta(days=7)

#: The day of a case without anything due.
NEVER: Final = "9999-12-31"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The parameters of a request for the list.

    `with_names`: with the summary of each case and the counts of the whole list. `with_team`: also with the team of
    each case. `marked`: only cases to which all these filters apply. `since`: the reader's last visit, for the filter
    `changed`.
    """

    with_names: bool = False
    with_team: bool = False
    scope: str = MINE
    marked: frozenset[str] = frozenset()
    jurisdiction: str | None = None
    since: datetime | None = None

    @property
    def needs_marks(self) -> bool:
        """Return whether the list needs to know which filters apply to each case."""
        return self.with_names or bool(self.marked)


class Place(NamedTuple):
    """A case's place in the list: the day of its first due item, its rank by need, and its id.

    All in JSON types, whose text order is the order of days and ids.
    """

    due_on: str
    ease: int
    case: str

    def written(self) -> str:
        """Return the place as a page cursor."""
        return f"{self.due_on}~{self.ease}~{self.case}"


def place(due_on: str | None, urgent: bool | None, case: str) -> Place:  # noqa: FBT001 - None: no assessment
    """Return a case's place in the list. The smallest comes first."""
    return Place(due_on or NEVER, EASE[urgent], case)


def read_place(text: str) -> Place:
    """Return the place of a page cursor. Raises `ValueError`."""
    due_on, ease, case = text.split("~")
    return Place(date.fromisoformat(due_on).isoformat(), int(ease), str(UUID(case)))


def days_late(due_on: date | None, today: date) -> int:
    """Return the days since something was due; 0 until it is overdue."""
    return 0 if due_on is None else max(0, (today - due_on).days)


def is_soon(due_on: date | None, today: date) -> bool:
    """Return whether something is due within `SOON` from today."""
    return due_on is not None and today <= due_on <= today + SOON


def counts(marks: Collection[frozenset[str]], *, shows_urgent: bool, shows_changed: bool) -> dict[str, int]:
    """Return how many cases of a list each filter finds, without filters on fields that the reader does not see."""
    left_out = {*(() if shows_urgent else (URGENT,)), *(() if shows_changed else (CHANGED,))}
    return {
        "total": len(marks),
        **{name: sum(name in each for each in marks) for name in FILTERS if name not in left_out},
    }
