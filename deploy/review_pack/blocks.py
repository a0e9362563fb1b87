"""The parts of a document that both formats draw."""

from dataclasses import dataclass
from typing import Final

from deploy.review_pack.examples import Month

CHAPTER: Final = 2
"""The level of the headings of chapters."""
Row = tuple[str, tuple[str, ...]]
"""A label, and the lines next to it."""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4. `anchor`: its name in the document. One of level 2 with an anchor begins a page."""

    level: int
    text: str
    anchor: str = ""

    @property
    def begins_page(self) -> bool:
        """Return whether it is the heading of a chapter."""
        return self.level == CHAPTER and bool(self.anchor)


@dataclass(frozen=True)
class Text:
    """A paragraph. `is_small`: ids and other details."""

    text: str
    is_small: bool = False


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Rows:
    """Labels with the lines next to them. An address among the lines is a link. `title`: what the rows are."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Grid:
    """A table with a head. `anchors`: where the first cell of each row leads; empty: nowhere."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calendars:
    """The months of an example."""

    months: tuple[Month, ...]


@dataclass(frozen=True)
class Boxes:
    """Boxes to tick, each with its words and the number of lines to write on below."""

    title: str
    boxes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Lines:
    """Labels with a line to write on."""

    labels: tuple[str, ...]


Block = Heading | Text | Items | Rows | Grid | Calendars | Boxes | Lines
