"""Positions of a path's marks: one column for each day on which an event happened or a period ends. Pure.

The distance between columns does not measure time: a path can have ten steps in one week and a limitation in six
years. An inexact date is in the column of its first possible day and has a different mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.web.path.rules import LANES, Entry

#: Sizes in pixels: the names of lanes, a column, a lane, the dates at the top, and a mark.
NAMES: Final = 120
COLUMN: Final = 40
LANE: Final = 48
TOP: Final = 44
MARK: Final = 9
#: The drawing of a path with more days than this shows the last ones; the table shows all.
MOST_COLUMNS: Final = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: `shape` is `dot`, `square` (several, counted), `diamond` (ends of periods) or `bar` (inexact)."""

    x: int
    y: int
    shape: str
    count: int
    lane: str
    #: Whether a deadline of this mark is in doubt.
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A day at the top of the drawing; `is_new_year` if the year must be shown."""

    x: int
    on: date | None
    is_new_year: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing of a path; the table also has `left_out` earlier columns."""

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
        Mark(places[day], heights[lane], _shape(found), len(found), lane, any(each.other_on for each in found))
        for (lane, day), found in cells.items()
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
    if all(each.is_deadline for each in found):
        return "diamond"
    if len(found) > 1:
        return "square"
    return "dot" if found[0].precision == "day" else "bar"
