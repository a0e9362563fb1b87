"""The common access rules of all topics: the roles that work on the legal file, and the field classes they see."""

from collections.abc import Mapping
from typing import Final

from shared.access.permissions import FieldClass, Need

#: action -> role -> the required relation
Access = Mapping[str, Mapping[str, Need]]

#: Counsellors and support workers have no access to the legal file.
WORKERS: Final[Mapping[str, Need]] = {"legal_adviser": Need.TEAM}
READERS: Final[Mapping[str, Need]] = dict.fromkeys(("legal_adviser", "caseworker", "supervisor"), Need.READING)
#: class -> role -> the required relation. Emergency access shows nothing more to anyone but the person's own advisers.
SEEN_BY: Final[Mapping[FieldClass, Mapping[str, Need]]] = {
    FieldClass.BASIC: READERS,
    FieldClass.PRIVILEGED: WORKERS,
}
