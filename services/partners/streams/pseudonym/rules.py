"""Conversion between ids and an agency's pseudonyms. Pure.

One block of AES-256 is a permutation of all 128-bit values (FIPS 197). Under an agency's key each id therefore has
exactly one pseudonym, and no two ids share one. With the key, the id can be computed without a table. Without the key,
pseudonyms of two agencies do not reveal whether they mean the same id.
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
    """The pseudonyms of one agency under one of its keys."""

    def __init__(self, key: bytes) -> None:
        """Prepare encryption and decryption with the key."""
        # Single blocks with independent values: there is no second block that a mode would have to hide.
        cipher = Cipher(algorithms.AES256(key), modes.ECB())  # noqa: S305
        self._there: CipherContext = cipher.encryptor()
        self._back: CipherContext = cipher.decryptor()

    def of(self, real: UUID) -> UUID:
        """Return the agency's pseudonym for an id."""
        return UUID(bytes=self._there.update(real.bytes))

    def real(self, pseudonym: UUID) -> UUID:
        """Return the id behind a pseudonym; for an unknown pseudonym, an id that does not exist."""
        return UUID(bytes=self._back.update(pseudonym.bytes))
