"""The text of an agency's API key: `cpk_<id>_<secret><checksum>`. One service alone takes them, and keeps only a hash.

The prefix and the checksum are for whoever finds one where it does not belong: a scanner knows a key of ours from any
other text without asking us, and one that was mistyped is refused without a look into the register.
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
#: Letters and digits alone, so that a double click takes all of it.
_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
#: As many characters as 256 bits, and the 32 of a CRC, take in that alphabet.
_SECRET_LENGTH, _CHECKSUM_LENGTH = 43, 6
#: What a scanner looks for.
PATTERN: Final = re.compile(
    rf"{PREFIX}_([0-9a-f]{{32}})_[0-9A-Za-z]{{{_SECRET_LENGTH}}}([0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})"
)
_SCHEME: Final = "bearer"


@dataclass(frozen=True)
class Presented:
    """A key as somebody presents it: which one it says it is, and its hash."""

    id: UUID
    digest: bytes = field(repr=False)


#: Returns the caller whose key it is, at an address and in real time. Raises `TokenRefused`.
KeyCheck: TypeAlias = Callable[[Session, Presented, IPv4Address | IPv6Address | None, datetime], Principal]


def make(key: UUID) -> str:
    """Make the text of a key with this id; keep it secret."""
    unchecked = f"{PREFIX}_{key.hex}_{_written(int.from_bytes(secrets.token_bytes(SECRET_BYTES)), _SECRET_LENGTH)}"
    return unchecked + _checksum(unchecked)


def read(text: str) -> Presented | None:
    """Return what a text presents; None for what is no key, or not all of one."""
    matched = PATTERN.fullmatch(text)
    if matched is None or _checksum(text[:-_CHECKSUM_LENGTH]) != matched[2]:
        return None
    return Presented(UUID(hex=matched[1]), digest(text))


def digest(text: str) -> bytes:
    """Return the hash by which a key is stored.

    A fast one, without salt: what is hashed has 256 bits of chance, which nobody tries through, however fast. A slow
    hash makes up for words that people choose, and would cost each request what it costs an attacker.
    """
    return sha256(text.encode()).digest()


def in_header(authorization: str | None) -> str | None:
    """Return the text of a key in an `Authorization` header; None where it holds something else, or nothing."""
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
