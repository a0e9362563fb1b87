"""What every topic rests on: who works with the person, and who sees which class of fields."""

from collections.abc import Mapping
from typing import Final

from shared.access.permissions import FieldClass, Need

#: action -> role -> the relation needed
Access = Mapping[str, Mapping[str, Need]]
#: class -> the parts of a case's support ("" is the whole) -> their fields
Fields = Mapping[FieldClass, Mapping[str, tuple[str, ...]]]
#: class of records -> the parts of a copy that make it up
Copied = Mapping[str, tuple[str, ...]]

WORKERS: Final[Mapping[str, Need]] = dict.fromkeys(
    ("caseworker", "support_worker", "counsellor", "supervisor"), Need.TEAM
)
#: Who assesses and plans with the person.
PLANNERS: Final[Mapping[str, Need]] = dict.fromkeys(("caseworker", "support_worker", "counsellor"), Need.TEAM)
VISIBLE: Final[Fields] = {FieldClass.BASIC: {"": ("id", "jurisdiction", "status", "version")}}
_READERS: Final = dict.fromkeys(WORKERS, Need.READING)
#: class -> role -> the relation needed. Scores stay with those on the team who assess and counsel; a legal adviser sees
#: that support goes on.
SEEN_BY: Final[Access] = {
    FieldClass.BASIC.value: {**_READERS, "legal_adviser": Need.READING},
    FieldClass.ACCOUNT.value: _READERS,
    FieldClass.HEALTH.value: _READERS,
    FieldClass.PRIVILEGED.value: dict.fromkeys(("counsellor", "support_worker"), Need.TEAM),
}
