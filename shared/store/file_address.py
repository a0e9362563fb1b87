"""Addresses read from a file at each new connection, so that passwords can be changed without a restart.

A server accepts one password of a login at a time, so an operator changes the file and the login together. Open
connections remain. A client that connects in between is refused, reads the file again, and succeeds.

Keys that sign and verify tokens are followed in the same way (`shared.access.tokens`).
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

Connected = TypeVar("Connected")

#: Time for which a refused client reads the file again (seconds). A change takes some milliseconds.
CHANGING_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class FileAddress(str):
    """An address as it was in its file at the start."""

    __slots__ = ("_as", "_path")

    _path: Path
    _as: Callable[[str], str]

    @classmethod
    def of(cls, path: Path, address: str) -> Self:
        """Return an address that was read from a file."""
        followed = cls(address)
        followed._path, followed._as = path, str
        return followed

    def seen_as(self, form: Callable[[str], str]) -> "FileAddress":
        """Return another form of it, such as with another database, which follows the same file."""
        in_form = FileAddress(form(self))
        in_form._path, in_form._as = self._path, lambda written: form(self._as(written))
        return in_form

    def now(self) -> str:
        """Return the present content of the file; the content at the start if it cannot be read."""
        try:
            written = self._path.read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError):
            return str(self)
        return self._as(written) if written else str(self)


def address_now(address: str) -> str:
    """Return the present address in its file; unchanged if it does not come from a file."""
    return address.now() if isinstance(address, FileAddress) else address


def is_login_refused(error: Exception) -> bool:
    """Return whether a database server refused the password."""
    import psycopg  # here: a process that only reads settings loads no database driver

    return isinstance(error, psycopg.OperationalError) and "authentication failed" in str(error)


def connecting(
    address: str, connect: Callable[[str], Connected], *, is_refusal: Callable[[Exception], bool]
) -> Connected:
    """Connect to the present address; if refused, read it again for a limited time.

    `is_refusal` returns whether an error means that the server refused the password. Raises the errors of `connect`.
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
