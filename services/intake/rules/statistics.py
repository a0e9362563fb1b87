"""What may be shown of counts to those who make statistics: no number so small that it points at somebody.

A small number is hidden, and whatever would give it away by subtraction: the people lost from one step to the next are
a number too, and a single hidden number of a column follows from the column's total. What several rows together give
away against a shown row and the total, or the same question asked again later, is not looked for.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import astuple, fields
from typing import Final, TypeVar

from services.intake.rules.outreach import Progression

SMALLEST: Final = 11
#: The steps of a progression, in order.
STEPS: Final = tuple(each.name for each in fields(Progression))

Row = tuple[int | None, ...]
_Key = TypeVar("_Key", bound=Hashable)


def shown(progression: Progression) -> dict[str, int | None]:
    """Show a progression whole, step by step."""
    return dict(zip(STEPS, astuple(progression), strict=True))


def published(
    parts: Mapping[_Key, Progression], whole: Mapping[str, int | None]
) -> Mapping[_Key, Mapping[str, int | None]]:
    """Give what may be shown of the parts of a whole that is shown as `whole`; None stands for what is hidden.

    A step that is hidden in the whole is hidden in every part: the parts together would give it away.
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
    """Give what may be shown of a progression that is part of nothing larger."""
    return dict(zip(STEPS, _apart(astuple(progression)), strict=True))


def _apart(row: Sequence[int]) -> Row:
    """Hide what is small, and what would tell of a small number lost since the last step that is shown."""
    kept: list[int | None] = []
    last: int | None = None
    for value in row:
        big = value >= SMALLEST and (last is None or last - value >= SMALLEST)
        kept.append(value if big else None)
        last = value if big else last
    return tuple(kept)


def _hide_what_gives_away(rows: Mapping[_Key, list[int | None]], true: Mapping[_Key, int], place: int) -> None:
    """Hide more of a column whose total is shown, the smallest first, until what is hidden is no single small group."""
    hidden = [key for key, row in rows.items() if row[place] is None]
    open_ = sorted((key for key in rows if key not in hidden), key=lambda key: true[key])
    while hidden and (len(hidden) == 1 or sum(true[key] for key in hidden) < SMALLEST) and open_:
        smallest = open_.pop(0)
        rows[smallest][place] = None
        hidden.append(smallest)
