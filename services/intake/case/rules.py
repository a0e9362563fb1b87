"""What every topic rests on: whom the person does not want, and who sees which class of fields."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from shared.access.permissions import FieldClass, Need
from shared.casework.refusals import FactRefused, StepForbidden

OPEN: Final = "open"
CLOSED: Final = "closed"
#: action -> role -> the relation needed
Access = Mapping[str, Mapping[str, Need]]

OFFICER: Final = "data_protection_officer"
WORKERS: Final[Mapping[str, Need]] = dict.fromkeys(("caseworker", "outreach_worker", "supervisor"), Need.TEAM)
TEAM_ROLES: Final[Mapping[str, Need]] = dict.fromkeys(
    ("caseworker", "outreach_worker", "legal_adviser", "counsellor", "support_worker"), Need.TEAM
)
_READERS: Final = (*TEAM_ROLES, "supervisor")
#: Who may have to find somebody in an emergency; the others know of a person's name only on their team.
_FINDERS: Final = ("caseworker", "outreach_worker", "supervisor")
_PATH: Final = ("caseworker", "legal_adviser", "supervisor")

#: Every topic has such a table of its own routes; `service.py` puts them together.
ACCESS: Final[Access] = {"case.read": dict.fromkeys(_READERS, Need.READING)}
#: Who sees the fields of a class, of whatever topic: class -> role -> the relation needed.
SEEN_BY: Final[Access] = {
    # Data protection has no part in a case: it sees what the person's rights concern, and not the file.
    FieldClass.BASIC.value: {**dict.fromkeys(_READERS, Need.READING), OFFICER: Need.ANY},
    FieldClass.STATISTICS.value: dict.fromkeys(_READERS, Need.READING),
    # What the person told of themselves: to others than those who lead the path, not even in an emergency.
    FieldClass.ACCOUNT.value: {**dict.fromkeys(_READERS, Need.TEAM), **dict.fromkeys(_PATH, Need.READING)},
    FieldClass.IDENTITY.value: {**dict.fromkeys(_READERS, Need.TEAM), **dict.fromkeys(_FINDERS, Need.READING)},
    # Where somebody lives or hides is for those who go there.
    FieldClass.LOCATION.value: {"support_worker": Need.TEAM, **dict.fromkeys(_FINDERS, Need.READING)},
    FieldClass.PRIVILEGED.value: {**dict.fromkeys(_READERS, Need.TEAM), "supervisor": Need.SUPERVISION},
    FieldClass.HEALTH.value: dict.fromkeys([role for role in _READERS if role != "legal_adviser"], Need.READING),
}


def check_two_cases(one: UUID, other: UUID) -> None:
    """Raise `FactRefused` if both are the same case."""
    if one == other:
        raise FactRefused("case", "two_cases", "These are one and the same case. Name another one.")


def check_wanted(who: UUID, excluded: Iterable[UUID | None]) -> None:
    """Raise `StepForbidden` for a member of staff or an agency that the person excluded."""
    if who in set(excluded):
        raise StepForbidden(
            "excluded_by_the_person",
            "The person does not want them near the case. Choose someone else, or speak with the person first.",
        )
