"""Where each mark of a path is drawn: one column a day on which something happened or ends. Pure.

The distance between columns is not a measure of time: a path can have ten steps in a week, and a limitation in six
years. Dates without a day of their own are in the column of their first possible day, and drawn differently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.web.path.rules import LANES, Entry

#: In pixels of the drawing: the names of lanes, a column, a lane, the dates at the top, and a mark.
NAMES: Final = 120
COLUMN: Final = 40
LANE: Final = 48
TOP: Final = 44
MARK: Final = 9
#: A path with more days than this is drawn from its last ones; the table has all.
MOST_COLUMNS: Final = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: `shape` is `dot`, `square` (several, with their count), `diamond` (a period's end) or `bar` (inexact)."""

    x: int
    y: int
    shape: str
    count: int
    lane: str


@dataclass(frozen=True, slots=True)
class Column:
    """A day at the top of the drawing; `is_new_year` where the year has to be named."""

    x: int
    on: date | None
    is_new_year: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A path as it is drawn; `left_out` columns at its start are in the table only."""

    width: int
    height: int
    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    lanes: tuple[tuple[str, int], ...]
    today: int | None
    left_out: int


def drawn(entries: Sequence[Entry], today: date) -> Drawing:
    """Return the drawing of a path."""
    days = sorted({entry.on or date.min for entry in entries} | {today})
    left_out = max(0, len(days) - MOST_COLUMNS)
    places = {day: NAMES + COLUMN // 2 + COLUMN * place for place, day in enumerate(days[left_out:])}
    heights = {lane: TOP + LANE // 2 + LANE * place for place, lane in enumerate(LANES)}
    cells: dict[tuple[str, date], list[Entry]] = {}
    for entry in entries:
        day = entry.on or date.min
        if day in places:
            cells.setdefault((entry.lane, day), []).append(entry)
    marks = tuple(
        Mark(places[day], heights[lane], _shape(found), len(found), lane) for (lane, day), found in cells.items()
    )
    return Drawing(
        width=NAMES + COLUMN * len(places),
        height=TOP + LANE * len(LANES),
        columns=tuple(_columns(places)),
        marks=marks,
        lanes=tuple(heights.items()),
        today=places.get(today),
        left_out=left_out,
    )


def _columns(places: dict[date, int]) -> list[Column]:
    years = [day.year for day in places]
    return [
        Column(x, None if day == date.min else day, is_new_year=place == 0 or years[place - 1] != day.year)
        for place, (day, x) in enumerate(places.items())
    ]


def _shape(found: Sequence[Entry]) -> str:
    if len(found) > 1:
        return "square"
    if found[0].is_deadline:
        return "diamond"
    return "dot" if found[0].precision == "day" else "bar"
