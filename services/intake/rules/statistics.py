"""Disclosure control of published counts: no number is so small that it could identify somebody.

A small number is suppressed, and so is any number that would reveal it by subtraction: the drop from one step to the
next is a number too, and a single suppressed number of a column follows from the column's total. Differencing several
rows against a shown row and the total, or repeated queries over time, are not protected against.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import astuple, fields
from typing import Final, TypeVar

from services.intake.rules.outreach import Progression

SMALLEST: Final = 11
#: The steps of a progression, in order.
STEPS: Final = tuple(field.name for field in fields(Progression))

Row = tuple[int | None, ...]
_Key = TypeVar("_Key", bound=Hashable)


def shown(progression: Progression) -> dict[str, int | None]:
    """Return a progression unsuppressed, by step."""
    return dict(zip(STEPS, astuple(progression), strict=True))


def published(
    parts: Mapping[_Key, Progression], whole: Mapping[str, int | None]
) -> Mapping[_Key, Mapping[str, int | None]]:
    """Return the parts of a whole that is published as `whole`, by step; None stands for a suppressed number.

    A step that is suppressed in the whole is suppressed in every part: the sum of the parts would reveal it.
    """
    rows: dict[_Key, list[int | None]] = {key: list(_apart(astuple(part))) for key, part in parts.items()}
    for place, step in enumerate(STEPS):
        if whole[step] is None:
            for row in rows.values():
                row[place] = None
        else:
            _hide_what_gives_away(rows, {key: astuple(part)[place] for key, part in parts.items()}, place)
    return {key: dict(zip(STEPS, row, strict=True)) for key, row in rows.items()}


def published_whole(progression: Progression) -> Mapping[str, int | None]:
    """Return a progression that is part of nothing larger, by step; None stands for a suppressed number."""
    return dict(zip(STEPS, _apart(astuple(progression)), strict=True))


def _apart(row: Sequence[int]) -> Row:
    """Suppress small numbers, and those that would reveal a small drop since the last step that is shown."""
    visible: list[int | None] = []
    last: int | None = None
    for value in row:
        big = value >= SMALLEST and (last is None or last - value >= SMALLEST)
        visible.append(value if big else None)
        last = value if big else last
    return tuple(visible)


def _hide_what_gives_away(rows: Mapping[_Key, list[int | None]], true: Mapping[_Key, int], place: int) -> None:
    """Suppress more of a column whose total is shown, smallest first, until no single small group is left to derive."""
    hidden = [key for key, row in rows.items() if row[place] is None]
    open_ = sorted((key for key in rows if key not in hidden), key=lambda key: true[key])
    while hidden and (len(hidden) == 1 or sum(true[key] for key in hidden) < SMALLEST) and open_:
        smallest = open_.pop(0)
        rows[smallest][place] = None
        hidden.append(smallest)
