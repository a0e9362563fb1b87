"""Fonts and line breaks. The fonts have the letters of every language of the public pages, and Arabic is shaped."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast
from unicodedata import combining

import fontpkg
from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from deploy.posters.contents import Text

MM_PER_POINT: Final = 25.4 / 72
#: The height of a line: letters of Vietnamese and Arabic reach far above and below.
LEADING: Final = 1.35
#: The fonts by the name that documents give them. The first draws; the others have what it lacks.
FONTS: Final = {"sans": "Noto Sans", "arabic": "Noto Sans Arabic"}
#: Parts of the width in which a text of several lines is tried.
_NARROWER: Final = (0.88, 0.76, 0.64, 0.52)


class MissingLetters(Exception):
    """Some letters of a text cannot be drawn; `letters` names them."""

    def __init__(self, letters: str) -> None:
        """Store the letters."""
        super().__init__(f"the letters {letters!r} cannot be drawn")
        self.letters = letters


@contextmanager
def document(width: float, height: float) -> Iterator[FPDF]:
    """Return an empty document with one page of this size (mm). Its fonts are open until the end of the block."""
    made = FPDF(unit="mm", format=(width, height))
    made.set_auto_page_break(auto=False)
    made.set_margin(0)
    for name, family in FONTS.items():
        made.add_font(name, "", fontpkg.path(family))
    made.add_page()
    try:
        yield made
    finally:
        for font in made.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]  # of a core font, and there is none


def choose(drawing: FPDF, text: Text, size: float) -> None:
    """Draw with the font, the direction and the size (mm) of a text."""
    first = "arabic" if text.direction == "rtl" else "sans"
    drawing.set_text_shaping(use_shaping_engine=True, direction=text.direction)
    drawing.set_fallback_fonts([name for name in FONTS if name != first], exact_match=False)
    drawing.set_font(first, size=size / MM_PER_POINT)


@contextmanager
def opened() -> Iterator["Lettering"]:
    """Return what measures texts; its fonts are open until the end of the block."""
    with document(1000, 1000) as drawing:
        yield Lettering(drawing)


class Lettering:
    """Measures texts."""

    def __init__(self, drawing: FPDF) -> None:
        """Measure with the fonts of a document."""
        self._document = drawing
        self._letters = {letter for name in FONTS for letter in self._document.fonts[name].cmap}  # type: ignore[union-attr]  # of a core font, and there is none

    def lines(self, text: Text, size: float, width: float) -> list[str] | None:
        """Return the lines of a text at a size (mm); None if a word is wider. Raises `MissingLetters`."""
        missing = {letter for letter in text.said if not self._can_draw(letter)}
        if missing:
            raise MissingLetters("".join(sorted(missing)))
        choose(self._document, text, size)
        lines = self._broken(text, width)
        return self._evened(text, width, lines) if lines and len(lines) > 1 else lines

    def _evened(self, text: Text, width: float, lines: list[str]) -> list[str]:
        """Return as many lines, but of about the same length: else the last line can be one short word."""
        for part in _NARROWER:
            narrower = self._broken(text, width * part)
            if narrower is None or len(narrower) > len(lines):
                break
            lines = narrower
        return lines

    def _can_draw(self, letter: str) -> bool:
        """Return whether a letter is drawn where it belongs: fpdf2 draws a combining mark next to its letter."""
        return letter.isspace() or (ord(letter) in self._letters and not combining(letter))

    def _broken(self, text: Text, width: float) -> list[str] | None:
        found = self._document.multi_cell(width, text=text.said, dry_run=True, output=MethodReturnValue.LINES)
        lines = cast("list[str]", found)
        # A word that is too wide is broken inside, and so another text follows from the lines.
        return lines if " ".join(lines).split() == text.said.split() else None
