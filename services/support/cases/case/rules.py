"""Roles that all topics share: who works with the person, and who sees which class of fields."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from shared.access.permissions import FieldClass, Need

#: action -> role -> the required relation
Access = Mapping[str, Mapping[str, Need]]

#: Answers by field, as JSON values.
Answered: TypeAlias = Mapping[str, Any]
#: Several sets of answers, as the schema of a command loads them.
Entries: TypeAlias = list[Any]

WORKERS: Final[Mapping[str, Need]] = dict.fromkeys(
    ("caseworker", "support_worker", "counsellor", "supervisor"), Need.TEAM
)
#: The roles that assess and plan with the person.
PLANNERS: Final[Mapping[str, Need]] = dict.fromkeys(("caseworker", "support_worker", "counsellor"), Need.TEAM)
_READERS: Final = dict.fromkeys(WORKERS, Need.READING)
#: class -> role -> the required relation. Of a team, only those who assess and counsel see scores. A legal adviser only
#: sees that support continues.
SEEN_BY: Final[Mapping[FieldClass, Mapping[str, Need]]] = {
    FieldClass.BASIC: {**_READERS, "legal_adviser": Need.READING},
    FieldClass.ACCOUNT: _READERS,
    FieldClass.HEALTH: _READERS,
    FieldClass.PRIVILEGED: dict.fromkeys(("counsellor", "support_worker"), Need.TEAM),
}
