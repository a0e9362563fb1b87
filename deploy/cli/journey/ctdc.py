"""A file with the CTDC's columns: the rows that can be read, and a rejects file for those that can't.

Each line is parsed separately, so that a broken quote cannot swallow the rest of the file. The content of a rejected
row is never repeated: its line number and the reason are enough to find it.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TextIO

from deploy.cli.errors import CommandRefused
from deploy.cli.journey.person import COLUMNS

LONGEST_LINE = 10_000  # bytes


class RowRefused(ValueError):
    """A row that can't be read; the message is the reason and holds nothing of the row."""


class Rejects:
    """The rejects file. It is written only when there is something to write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        """Remove an older file of this name: it is of an older run."""
        self.path.unlink(missing_ok=True)
        return self

    def add(self, line: int, reason: str) -> None:
        """Record one row: `line` as an editor counts it, the heading being line 1."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(["line", "reason"])
        csv.writer(self._file).writerow([line, reason])
        self._file.flush()
        self.count += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def rows_of(path: Path, rejects: Rejects) -> Iterator[Mapping[str, int]]:
    """Yield the rows that can be read, in the file's order; the others go to `rejects`.

    Raises `CommandRefused` when the file itself can't be read or lacks a column.
    """
    try:
        with _opened(path) as file:
            yield from _rows(file, path, rejects)
    except OSError as error:
        raise CommandRefused(
            f"{path} can't be read.",
            why=error.strerror or "it is not what its name says",
            next_step="give --from a .csv or .csv.gz file with the CTDC's columns",
            exit_code=2,
        ) from None


def _opened(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value] # reads as one
    return path.open("rb")


def _rows(file: BinaryIO, path: Path, rejects: Rejects) -> Iterator[Mapping[str, int]]:
    lines = _lines(file, rejects)
    _, first = next(lines, (1, b""))
    names = _names(first, path)
    for number, line in lines:
        if not line.strip():
            continue
        try:
            yield _row(line, names)
        except RowRefused as reason:
            rejects.add(number, str(reason))


def _lines(file: BinaryIO, rejects: Rejects) -> Iterator[tuple[int, bytes]]:
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(LONGEST_LINE + 1)
            start = line
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE + 1)  # the rest of it is passed over, not kept
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            if number == 1:
                raise OSError(0, "it is not compressed as its name says") from error
            rejects.add(number, "the compressed file breaks off here")
            return
        if not start:
            return
        yield number, start


def _names(line: bytes, path: Path) -> list[str]:
    text = line.decode("utf-8-sig", errors="replace")
    try:
        names = [name.strip() for name in next(csv.reader([text]), [])]
    except csv.Error:
        raise CommandRefused(
            f"{path} does not begin with a line of comma-separated names.",
            why="its first line is not text: the file has another format or is damaged",
            next_step="give --from a .csv or .csv.gz file with the CTDC's columns",
            exit_code=2,
        ) from None
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise CommandRefused(
            f"{path} lacks {len(missing)} of the {len(COLUMNS)} columns: {', '.join(missing[:4])}"
            + (" and others." if len(missing) > 4 else "."),  # noqa: PLR2004 - as many as one reads
            why="the first line must name the CTDC's columns",
            next_step="give the one-hot file of the CTDC Global Synthetic Dataset, or a file with its columns",
            exit_code=2,
        )
    return names


def _row(line: bytes, names: list[str]) -> Mapping[str, int]:
    if len(line) > LONGEST_LINE:
        raise RowRefused(f"the line is longer than {LONGEST_LINE} bytes")
    try:
        values = next(csv.reader([line.decode("utf-8")], strict=True), [])
    except UnicodeDecodeError:
        raise RowRefused("the line is not UTF-8 text") from None
    except csv.Error:
        raise RowRefused("the line is not comma-separated values: a quote or a control character") from None
    if len(values) != len(names):
        raise RowRefused(f"{len(values)} values where there are {len(names)} columns")
    row = dict(zip(names, values, strict=True))
    return {name: _number(row[name], name, highest) for name, highest in COLUMNS.items()}


def _number(text: str, name: str, highest: int) -> int:
    value = text.strip()
    if not (value.isascii() and value.isdecimal() and len(value) <= len(str(highest)) and int(value) <= highest):
        raise RowRefused(f"{name} is not a whole number from 0 to {highest}")
    return int(value)
