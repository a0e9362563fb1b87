"""How an id becomes an agency's own, and back again. Pure.

One block of AES-256 is a permutation of all 128-bit values (FIPS 197): under an agency's key each id has exactly one
pseudonym, no two ids share one, and who has the key finds the id again without any table of them. Without the key,
pseudonyms of two agencies say nothing about whether they stand for the same id.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from shared.access.permissions import Need

KEY_BYTES: Final = 32
_OFFICER: Final = "data_protection_officer"
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "pseudonym.resolve": {_OFFICER: Need.ANY},
    "pseudonym.rotate": {_OFFICER: Need.ANY},
}


# control: H-AGENCY-5 pseudonyms
class Pseudonyms:
    """The names of one agency for ids, under one of its keys."""

    def __init__(self, key: bytes) -> None:
        """Store the key's two directions."""
        # Single blocks, each a value of its own: there is no second block that a mode would have to hide.
        cipher = Cipher(algorithms.AES256(key), modes.ECB())  # noqa: S305
        self._there: CipherContext = cipher.encryptor()
        self._back: CipherContext = cipher.decryptor()

    def of(self, real: UUID) -> UUID:
        """Return the agency's name for an id."""
        return UUID(bytes=self._there.update(real.bytes))

    def real(self, pseudonym: UUID) -> UUID:
        """Return the id that a name stands for; for a name that was never given, some id that is nowhere."""
        return UUID(bytes=self._back.update(pseudonym.bytes))
