"""The ids of the authorities that profiles name: each follows from the authority's code, in every installation."""

from typing import Final
from uuid import UUID, uuid5

#: Of the ids of authorities; never to be changed.
_AUTHORITIES: Final = UUID("0f0d9c0e-5d0c-5d5e-9a51-6a3f7a1c2b40")


def id_of_authority(code: str) -> UUID:
    """Return the id of a profile's authority, the same in every installation."""
    return uuid5(_AUTHORITIES, code)
