"""Addresses of stores whose file is read again at each new connection, so that a password is changed without a restart.

A server takes one password of a login at a time. So whoever changes it writes the file and changes the login at once;
connections that are open stay, and who connects between the two is refused, reads again, and is taken.

Keys that sign and verify tokens are followed in the same way (`shared.access.tokens`).
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

Connected = TypeVar("Connected")

#: For so long one who was refused reads the file again: a change takes some milliseconds (seconds).
CHANGING_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class FileAddress(str):
    """An address as its file had it at the start."""

    __slots__ = ("_as", "_path")

    _path: Path
    _as: Callable[[str], str]

    @classmethod
    def of(cls, path: Path, address: str) -> Self:
        """Return the address that was read from a file."""
        followed = cls(address)
        followed._path, followed._as = path, str
        return followed

    def seen_as(self, form: Callable[[str], str]) -> "FileAddress":
        """Return another form of it, such as with another database, which follows the same file."""
        in_form = FileAddress(form(self))
        in_form._path, in_form._as = self._path, lambda written: form(self._as(written))
        return in_form

    def now(self) -> str:
        """Return what the file holds now; what it held at the start where it can't be read."""
        try:
            written = self._path.read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError):
            return str(self)
        return self._as(written) if written else str(self)


def address_now(address: str) -> str:
    """Return an address as its file has it now; as it is, where it came from no file."""
    return address.now() if isinstance(address, FileAddress) else address


def is_login_refused(error: Exception) -> bool:
    """Return whether a database server knew another password than the one that was tried."""
    import psycopg  # here: a process that only reads settings carries no database driver

    return isinstance(error, psycopg.OperationalError) and "authentication failed" in str(error)


def connecting(
    address: str, connect: Callable[[str], Connected], *, is_refusal: Callable[[Exception], bool]
) -> Connected:
    """Connect by the address as it is now; who is refused, reads it again for a while.

    `is_refusal` says of an error whether the server knew another password. Raises what `connect` raises.
    """
    deadline = time.monotonic() + CHANGING_SECONDS
    while True:
        try:
            return connect(address_now(address))
        except Exception as error:
            changing = isinstance(address, FileAddress) and is_refusal(error) and time.monotonic() < deadline
            if not changing:
                raise
        time.sleep(_LOOK_SECONDS)
