"""Addresses read from a file at each new connection, so that passwords can be changed without a restart.

A server accepts one password of a login at a time, so an operator changes the file and the login together. Open
connections remain. A client that connects in between is refused, reads the file again, and succeeds.

Keys that sign and verify tokens are followed in the same way (`shared.access.tokens`).
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

Connected = TypeVar("Connected")

#: Time for which a refused client reads the file again (seconds). A change takes some milliseconds.
CHANGING_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class _FollowedFile:
    """A file that can be replaced at any time, and the last text that was read from it."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def read(self) -> str:
        """Return the text of the file; the last text if the file is missing, unreadable or empty."""
        with suppress(OSError, UnicodeDecodeError):
            self._text = self._path.read_text(encoding="utf-8").removesuffix("\n") or self._text
        return self._text


class FileAddress(str):
    """An address as it was in its file at the start."""

    __slots__ = ("_as", "_file")

    _file: _FollowedFile
    _as: Callable[[str], str]

    @classmethod
    def of(cls, path: Path, address: str) -> Self:
        """Return an address that was read from a file."""
        followed = cls(address)
        followed._file, followed._as = _FollowedFile(path, address), str
        return followed

    def seen_as(self, form: Callable[[str], str]) -> "FileAddress":
        """Return another form of it, such as with another database, which follows the same file."""
        in_form = FileAddress(form(self))
        in_form._file, in_form._as = self._file, lambda written: form(self._as(written))
        return in_form

    def now(self) -> str:
        """Return the present content of the file; the last content that was read if the file cannot be read now."""
        return self._as(self._file.read())


def address_now(address: str) -> str:
    """Return the present address in its file; unchanged if it does not come from a file.

    If the file cannot be read, this is the last address that was read: an earlier password or key may be revoked.
    """
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
