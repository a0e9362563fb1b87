"""What every topic rests on: who works with the person, and who sees which class of fields."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from shared.access.permissions import FieldClass, Need

#: action -> role -> the relation needed
Access = Mapping[str, Mapping[str, Need]]

#: What somebody answered, by field, as JSON has it.
Answered: TypeAlias = Mapping[str, Any]
#: The same, several; a command has them as its schema loads them.
Entries: TypeAlias = list[Any]

WORKERS: Final[Mapping[str, Need]] = dict.fromkeys(
    ("caseworker", "support_worker", "counsellor", "supervisor"), Need.TEAM
)
#: Who assesses and plans with the person.
PLANNERS: Final[Mapping[str, Need]] = dict.fromkeys(("caseworker", "support_worker", "counsellor"), Need.TEAM)
_READERS: Final = dict.fromkeys(WORKERS, Need.READING)
#: class -> role -> the relation needed. Scores stay with those on the team who assess and counsel; a legal adviser sees
#: that support goes on.
SEEN_BY: Final[Mapping[FieldClass, Mapping[str, Need]]] = {
    FieldClass.BASIC: {**_READERS, "legal_adviser": Need.READING},
    FieldClass.ACCOUNT: _READERS,
    FieldClass.HEALTH: _READERS,
    FieldClass.PRIVILEGED: dict.fromkeys(("counsellor", "support_worker"), Need.TEAM),
}
