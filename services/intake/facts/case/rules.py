"""Rules that all topics use: who sees each class of fields, and whom the person excluded. Pure."""

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
#: Roles that may have to find a person in an emergency. Other roles see a name only as team members.
_FINDERS: Final = ("caseworker", "outreach_worker", "supervisor")
_PATH: Final = ("caseworker", "legal_adviser", "supervisor")

#: Each topic has such a table for its own routes; `service.py` merges them.
ACCESS: Final[Access] = {"case.read": dict.fromkeys(_READERS, Need.READING)}
#: Who sees the fields of each class, in all topics: class -> role -> the relation needed.
SEEN_BY: Final[Access] = {
    # The data protection officer does not work on a case: they see what concerns rights, not the file.
    FieldClass.BASIC.value: {**dict.fromkeys(_READERS, Need.READING), OFFICER: Need.ANY},
    FieldClass.STATISTICS.value: dict.fromkeys(_READERS, Need.READING),
    # The person's own account: in an emergency only roles that lead the path see it.
    FieldClass.ACCOUNT.value: {**dict.fromkeys(_READERS, Need.TEAM), **dict.fromkeys(_PATH, Need.READING)},
    FieldClass.IDENTITY.value: {**dict.fromkeys(_READERS, Need.TEAM), **dict.fromkeys(_FINDERS, Need.READING)},
    # Only roles that go there see where the person lives or hides.
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
