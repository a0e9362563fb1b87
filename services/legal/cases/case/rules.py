"""What every topic rests on: who works on the legal file, and who sees which class of its fields."""

from collections.abc import Mapping
from typing import Final

from shared.access.permissions import FieldClass, Need

#: action -> role -> the relation needed
Access = Mapping[str, Mapping[str, Need]]

#: Counsellors and support workers have no part in the legal file.
WORKERS: Final[Mapping[str, Need]] = {"legal_adviser": Need.TEAM}
READERS: Final[Mapping[str, Need]] = dict.fromkeys(("legal_adviser", "caseworker", "supervisor"), Need.READING)
#: class -> role -> the relation needed. No emergency shows others than the person's own advisers more.
SEEN_BY: Final[Mapping[FieldClass, Mapping[str, Need]]] = {
    FieldClass.BASIC: READERS,
    FieldClass.PRIVILEGED: WORKERS,
}
