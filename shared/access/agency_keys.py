"""The text of an agency's API key: `cpk_<id>_<secret><checksum>`. Only one service accepts it, and stores its hash.

The prefix and the checksum help to find leaked keys: a secret scanner recognises a key without asking Casepath. A
mistyped key is rejected without a look-up in the register.
"""

import re
import secrets
import string
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.tokens import Principal

PREFIX: Final = "cpk"
#: 256 bits.
SECRET_BYTES: Final = 32
#: Letters and digits only, so that a double click selects the whole key.
_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
#: Number of characters for 256 bits, and for a 32-bit CRC, in that alphabet.
_SECRET_LENGTH, _CHECKSUM_LENGTH = 43, 6
#: Pattern for secret scanners.
PATTERN: Final = re.compile(
    rf"{PREFIX}_([0-9a-f]{{32}})_[0-9A-Za-z]{{{_SECRET_LENGTH}}}([0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})"
)
_SCHEME: Final = "bearer"


@dataclass(frozen=True)
class Presented:
    """A key as presented by a caller: the id that it claims, and its hash."""

    id: UUID
    digest: bytes = field(repr=False)


#: Function that returns the key's caller for a network address and real time. Raises `TokenRefused`.
KeyCheck: TypeAlias = Callable[[Session, Presented, IPv4Address | IPv6Address | None, datetime], Principal]


def make(key: UUID) -> str:
    """Return the text of a key with this id; keep it secret."""
    unchecked = f"{PREFIX}_{key.hex}_{_written(int.from_bytes(secrets.token_bytes(SECRET_BYTES)), _SECRET_LENGTH)}"
    return unchecked + _checksum(unchecked)


def read(text: str) -> Presented | None:
    """Parse a key; return None if the text is not a complete key."""
    matched = PATTERN.fullmatch(text)
    if matched is None or _checksum(text[:-_CHECKSUM_LENGTH]) != matched[2]:
        return None
    return Presented(UUID(hex=matched[1]), digest(text))


def digest(text: str) -> bytes:
    """Return the hash by which a key is stored.

    A fast hash without salt is sufficient, because the key contains 256 random bits and cannot be guessed. Slow hashes
    protect passwords that people choose, and would add the same cost to every request.
    """
    return sha256(text.encode()).digest()


def in_header(authorization: str | None) -> str | None:
    """Return the text of a key in an `Authorization` header; None if the header contains anything else."""
    scheme, _, text = (authorization or "").partition(" ")
    return text if scheme.lower() == _SCHEME and text.startswith(f"{PREFIX}_") else None


def _checksum(text: str) -> str:
    return _written(zlib.crc32(text.encode()), _CHECKSUM_LENGTH)


def _written(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
