"""A sheet: where each line and the QR code are. Everything is centred, in both directions of writing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import segno

from deploy.posters.contents import Contents, Text
from deploy.posters.lettering import LEADING, MM_PER_POINT, Lettering

#: The white space around a QR code, in modules, by its standard.
QUIET: Final = 4
#: The largest unit as a part of the sheet's width, and how fast it gets smaller until everything fits.
_LARGEST: Final = 1 / 28
_SMALLER: Final = 0.96
#: The smallest letters that are readable on paper (points).
_SMALLEST_POINTS: Final = 6.0


@dataclass(frozen=True)
class Paper:
    """The size of a paper, its margin, and the side of its QR code (mm)."""

    width: float
    height: float
    margin: float
    code: float


POSTER: Final = Paper(210, 297, margin=16, code=80)
"""A4."""
CARD: Final = Paper(105, 148, margin=6, code=32)
"""A6: four cards on a sheet of A4."""


@dataclass(frozen=True)
class Line:
    """A line of a text; `size` is that of its letters, `top` the upper end of the line (mm)."""

    text: Text
    said: str
    size: float
    top: float

    @property
    def height(self) -> float:
        """Return the height of the line (mm)."""
        return self.size * LEADING

    @property
    def baseline(self) -> float:
        """Return the height at which the letters stand, as the library for PDF puts them (mm)."""
        return self.top + 0.5 * self.height + 0.3 * self.size


@dataclass(frozen=True)
class Square:
    """The QR code; `module` is the side of one module (mm)."""

    left: float
    top: float
    module: float
    rows: tuple[bytes, ...]

    def bars(self) -> Iterator[tuple[float, float, float]]:
        """Yield left end, top and width of each run of dark modules (mm)."""
        for down, row in enumerate(self.rows):
            right = 0
            while (begin := row.find(1, right)) >= 0:
                right = next((at for at in range(begin, len(row)) if not row[at]), len(row))
                yield self.left + begin * self.module, self.top + down * self.module, (right - begin) * self.module


@dataclass(frozen=True)
class Sheet:
    """A sheet that can be drawn."""

    paper: Paper
    title: str
    language: str
    lines: tuple[Line, ...]
    square: Square


class TooLong(Exception):
    """The texts fit on the paper only in letters that are too small to read."""


def qr_rows(address: str) -> tuple[bytes, ...]:
    """Return the rows of a QR code, 1 for dark modules, without the white space around it."""
    return tuple(bytes(row) for row in segno.make_qr(address, error="m").matrix)


def lay_out(contents: Contents, paper: Paper, lettering: Lettering) -> Sheet:
    """Return a sheet with the largest letters that fit. Raises `TooLong` and `MissingLetters`."""
    smallest = min(text.size for text in (*contents.above, *contents.below))
    unit = paper.width * _LARGEST
    while unit * smallest >= _SMALLEST_POINTS * MM_PER_POINT:
        sheet = _at(unit, contents, paper, lettering)
        if sheet is not None:
            return sheet
        unit *= _SMALLER
    raise TooLong


def _at(unit: float, contents: Contents, paper: Paper, lettering: Lettering) -> Sheet | None:
    """Return the sheet in letters of this size, in the middle of its height; None if it does not fit."""
    above, end = _stacked(contents.above, paper.margin, unit, paper, lettering)
    rows = qr_rows(contents.address)
    module = paper.code / len(rows)
    top = end + QUIET * module
    square = Square((paper.width - module * len(rows)) / 2, top, module, rows)
    below, end = _stacked(contents.below, top + (len(rows) + QUIET) * module, unit, paper, lettering)
    left = paper.height - paper.margin - end
    if left < 0:
        return None
    lines = tuple(replace(line, top=line.top + left / 2) for line in (*above, *below))
    return Sheet(paper, contents.title, contents.language, lines, replace(square, top=top + left / 2))


def _stacked(
    texts: tuple[Text, ...], top: float, unit: float, paper: Paper, lettering: Lettering
) -> tuple[list[Line], float]:
    """Return the lines of these texts, one under the other, and where they end: nowhere, if a word is too wide."""
    found: list[Line] = []
    for text in texts:
        size = text.size * unit
        lines = lettering.lines(text, size, paper.width - 2 * paper.margin)
        if lines is None:
            return [], float("inf")
        top += text.space * unit
        for said in lines:
            found.append(Line(text, said, size, top))
            top += size * LEADING
    return found, top
