"""The document as PDF: A4, with its fonts, bookmarks and links."""

from collections.abc import Sequence
from functools import cache, singledispatchmethod
from io import BytesIO
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace
from fpdf.outline import OutlineSection

from deploy.review_pack.blocks import CHAPTER, Block, Boxes, Calendars, Grid, Heading, Items, Lines, Rows, Text
from deploy.review_pack.contents import Pack
from deploy.review_pack.examples import Day, Month

_FONT: Final = "Noto Sans"
_BOLD: Final = 700.0
_MARGIN: Final = 18
_TEXT, _SMALL, _TINY = 10.5, 8.5, 6
_HEADINGS: Final = {1: 22.0, 2: 17.0, 3: 13.0, 4: 11.0}
_INK, _TEAL, _PALE, _OFF = (17, 17, 17), (0, 87, 75), (238, 244, 244), (217, 217, 217)
_LINE: Final = 5.4
_CELL, _CELL_HEIGHT, _GAP = 8.0, 8.2, 2.5
_ROOM: Final = {2: 25.0, 3: 55.0, 4: 85.0}
_LETTERS: Final[tuple[Sequence[int], ...]] = (
    *(range(0x20, 0x530), range(0x1E00, 0x2000), range(0x2010, 0x2070), range(0x20A0, 0x20C0)),
)
#: The height of an entry in the table of contents, and how many are on a page.
_ENTRY: Final = 5.6
_ENTRIES: Final = int((297 - 2 * _MARGIN) // _ENTRY)
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def drawn(pack: Pack) -> bytes:
    """Return the file."""
    with TemporaryDirectory() as folder:
        font = Path(folder) / "letters.ttf"
        font.write_bytes(_letters())
        document = _Document(pack, font)
        try:
            for block in pack.blocks:
                document.add(block)
            return bytes(document.output())
        finally:
            for each in document.fonts.values():
                each.ttfont.close()  # type: ignore[union-attr]  # of a core font, and there is none


@cache
def _letters() -> bytes:
    """Return the font with the letters of European languages only: the whole font takes half a minute to embed."""
    options = subset.Options(layout_features=[], drop_tables=["GSUB", "GPOS", "GDEF"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[letter for letters in _LETTERS for letter in letters])
    with TTFont(fontpkg.path(_FONT)) as font:
        subsetter.subset(font)
        file = BytesIO()
        font.save(file)
    return file.getvalue()


class _Document(FPDF):
    """Draws the blocks from above to below, and begins pages."""

    def __init__(self, pack: Pack, font: Path) -> None:
        super().__init__(unit="mm", format="A4")
        self._jurisdiction = pack.jurisdiction
        named = [block for block in pack.blocks if isinstance(block, Heading) and block.anchor]
        self._pages_of_contents = ceil((2 + len(named)) / _ENTRIES)
        self._has_contents = False
        self._anchors: dict[str, int] = {}
        self.set_title(pack.title)
        self.set_lang("en")
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.add_font(_FONT, fname=font, variations={"": {"wght": 400.0}, "B": {"wght": _BOLD}})
        self.set_draw_color(118, 118, 118)
        self._write(_TEXT)
        self.add_page()

    def footer(self) -> None:
        """Write the jurisdiction and the number of the page."""
        self.set_y(-12)
        self._write(_SMALL)
        self.cell(0, 5, f"Casepath · Legal review · {self._jurisdiction} · page {self.page_no()}", align="R")

    @singledispatchmethod
    def add(self, block: Block) -> None:
        """Draw a block."""
        raise NotImplementedError(block)

    @add.register
    def _(self, block: Heading) -> None:
        if block.begins_page:
            self._begin_chapter()
        self._need(_ROOM.get(block.level, 0))
        self.ln(0 if block.begins_page else 3)
        if block.anchor and block.level >= CHAPTER:
            self.set_link(self._links(block.anchor))
            self.start_section(block.text, level=block.level - CHAPTER)
        size = _HEADINGS[3] if block.level == CHAPTER and not block.anchor else _HEADINGS[block.level]
        self._write(size, is_bold=True, color=_TEAL)
        self.multi_cell(0, size * 0.5, block.text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self._write(_TEXT)
        self.ln(1.5)

    @add.register
    def _(self, block: Text) -> None:
        self._write(_SMALL if block.is_small else _TEXT)
        self._paragraph(block.text)
        self._write(_TEXT)

    @add.register
    def _(self, block: Items) -> None:
        for number, item in enumerate(block.items, start=1):
            self._need(2 * _LINE)
            self.cell(7, _LINE, f"{number}." if block.is_numbered else "•", align="R")
            self.set_x(_MARGIN + 9)
            self.multi_cell(0, _LINE, item, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self.ln(1.5)

    @add.register
    def _(self, block: Rows) -> None:
        rows = tuple((name, "\n".join(lines)) for name, lines in block.rows)
        self._table(block.title, None, rows, (30, self.epw - 30))

    @add.register
    def _(self, block: Grid) -> None:
        links = [self._links(anchor) for anchor in block.anchors]
        columns = len(block.head)
        first = 14.0 if links else 30.0
        widths = (first, *[(self.epw - first) / (columns - 1)] * (columns - 1))
        widths = (first, 100.0, self.epw - first - 100) if links else widths
        self._table(block.title, block.head, block.rows, widths, links)

    @add.register
    def _(self, block: Calendars) -> None:
        height = max((len(month.weeks) + 2) * _CELL_HEIGHT for month in block.months)
        self._need(height)
        top = self.get_y()
        for number, month in enumerate(block.months):
            self._month(month, _MARGIN + number * (7 * _CELL + _GAP), top)
        self.set_xy(_MARGIN, top + height - _CELL_HEIGHT + 2)
        self._write(_TEXT)

    @add.register
    def _(self, block: Boxes) -> None:
        self._need(_LINE * (2 + sum(1.3 + 1.5 * lines for _, lines in block.boxes)))
        self._write(_TEXT, is_bold=True)
        self._paragraph(block.title)
        self._write(_TEXT)
        for words, lines in block.boxes:
            self.rect(_MARGIN + 1, self.get_y() + 1, 3.6, 3.6)
            self.set_x(_MARGIN + 7)
            self.cell(0, _LINE + 0.5, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            for _ in range(lines):
                self._empty_line(_MARGIN + 7)
        self.ln(1.5)

    @add.register
    def _(self, block: Lines) -> None:
        for label in block.labels:
            self._need(2 * _LINE)
            self.ln(2)
            self.cell(self.get_string_width(label) + 4, _LINE, f"{label}:")
            self.line(self.get_x() + 2, self.get_y() + _LINE, _MARGIN + self.epw, self.get_y() + _LINE)
            self.ln(_LINE + 1)
        self.ln(1)

    def _begin_chapter(self) -> None:
        if not self._has_contents:
            self._has_contents = True
            self.add_page()
            self.insert_toc_placeholder(lambda _, outline: self._contents(outline), self._pages_of_contents)
        else:
            self.add_page()

    def _contents(self, outline: list[OutlineSection]) -> None:
        """Write the table of contents: one line for each entry, so that its pages can be counted before."""
        self._write(_HEADINGS[2], is_bold=True, color=_TEAL)
        self.cell(0, 2 * _ENTRY, "Contents", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for section in outline:
            self._write(_TEXT - 1, is_bold=section.level == 0)
            left, link = 6 * section.level, self.add_link(page=section.page_number)
            self.set_x(_MARGIN + left)
            self.cell(self.epw - left - 12, _ENTRY, self._shortened(section.name, self.epw - left - 14), link=link)
            self.cell(12, _ENTRY, str(section.page_number), align="R", link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _shortened(self, text: str, width: float) -> str:
        """Return a text that fits into one line."""
        while self.get_string_width(text) > width:
            text = f"{text.rstrip('…')[:-1]}…"
        return text

    def _links(self, anchor: str) -> int:
        """Return the link to an anchor, which can still be to come."""
        if anchor not in self._anchors:
            self._anchors[anchor] = self.add_link()
        return self._anchors[anchor]

    def _write(self, size: float, *, is_bold: bool = False, color: tuple[int, int, int] = _INK) -> None:
        self.set_font(_FONT, "B" if is_bold else "", size)
        self.set_text_color(*color)

    def _paragraph(self, text: str) -> None:
        self.multi_cell(0, _LINE * self.font_size_pt / _TEXT, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self.ln(1.2)

    def _need(self, height: float) -> None:
        """Begin a page if less than this height is left."""
        if self.will_page_break(height):
            self.add_page()

    def _empty_line(self, left: float) -> None:
        self.ln(_LINE * 1.5)
        self.line(left, self.get_y(), _MARGIN + self.epw, self.get_y())

    def _table(
        self,
        title: str,
        head: tuple[str, ...] | None,
        rows: tuple[tuple[str, ...], ...],
        widths: tuple[float, ...],
        links: list[int] | None = None,
    ) -> None:
        self._need(25)
        self._write(_TEXT, is_bold=True)
        self._paragraph(title)
        self._write(_TEXT - 0.5)
        bold = FontFace(emphasis="BOLD", fill_color=_PALE)
        shown: Any = self.table(
            col_widths=widths,
            width=sum(widths),
            first_row_as_headings=head is not None,
            headings_style=bold,
            line_height=_LINE - 0.4,
            padding=0.8,
            text_align="LEFT",
            align="LEFT",
        )
        with shown as table:
            if head:
                table.row(head)
            for number, (first, *cells) in enumerate(rows):
                row = table.row()
                row.cell(first, style=bold, link=links[number] if links else None)
                for cell in cells:
                    row.cell(cell)
        self._write(_TEXT)
        self.ln(2)

    def _month(self, month: Month, left: float, top: float) -> None:
        self._write(_SMALL, is_bold=True)
        self.set_xy(left, top)
        self.cell(7 * _CELL, _CELL_HEIGHT - 3, month.title)
        self._write(_TINY)
        for column, name in enumerate(_WEEKDAYS):
            self.set_xy(left + column * _CELL, top + _CELL_HEIGHT - 3)
            self.cell(_CELL, 3, name, align="C")
        for down, week in enumerate(month.weeks):
            for column, day in enumerate(week):
                if day is not None:
                    self._day(day, left + column * _CELL, top + (down + 1) * _CELL_HEIGHT)

    def _day(self, day: Day, left: float, top: float) -> None:
        self.set_fill_color(*(_OFF if day.off else _PALE))
        self.set_line_width(0.7 if day.mark else 0.15)
        inset = 0.4 if day.mark else 0
        style = "DF" if day.off or day.within else "D"
        self.rect(left + inset, top + inset, _CELL - 2 * inset, _CELL_HEIGHT - 2 * inset, style=style)
        self.set_line_width(0.2)
        self._write(_SMALL, is_bold=bool(day.mark))
        self.set_xy(left, top + 0.8)
        self.cell(_CELL, 3.6, str(day.day.day), align="C")
        self._write(_TINY - 0.2, is_bold=bool(day.mark))
        self.set_xy(left, top + 4.4)
        self.cell(_CELL, 3, day.below, align="C")
        self.set_fill_color(255, 255, 255)
