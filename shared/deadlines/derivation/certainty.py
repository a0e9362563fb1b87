"""Conditions with three values, and the earliest and the latest date of a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from shared.reference import ClockRule
from shared.reference.periods import Due


class Truth(IntEnum):
    """Whether a condition is true in every reading of the facts, in some, or in none. *And* is `min`, *or* is `max`."""

    NOT = 0
    PERHAPS = 1
    SURELY = 2


class Link(NamedTuple):
    """Whether a fact concerns a start, and the doubts (list `clock_doubt`) that leave it open."""

    truth: Truth
    doubts: frozenset[str] = frozenset()


SURE = Link(Truth.SURELY)
NO_LINK = Link(Truth.NOT)


def all_of(links: Iterable[Link]) -> Link:
    """Return the link for which all conditions must be true."""
    truth, doubts = Truth.SURELY, frozenset[str]()
    for link in links:
        if link.truth is Truth.NOT:
            return NO_LINK
        truth, doubts = min(truth, link.truth), doubts | link.doubts
    return Link(truth, doubts)


@dataclass(frozen=True, slots=True)
class Way:
    """One date of a period, by which version of its rule; `birthday`: it is this birthday of the person."""

    due: Due
    rule: ClockRule
    birthday: int | None = None

    @property
    def ends_at(self) -> datetime:
        """Return when the period is over by it."""
        return self.due.ends_at


@dataclass(frozen=True, slots=True)
class Reach:
    """The earliest and the latest date of a period over all readings of its facts.

    `first` None: the earliest is not known. `last` None: some reading has no end. `is_dated` False: a reading that has
    no date at all, because the length is not known; it keeps a period open and leaves the earliest date of the others.
    """

    first: Way | None
    last: Way | None
    is_dated: bool = True

    @property
    def is_exact(self) -> bool:
        """Return whether all readings have the same date."""
        return self.first is not None and self.last is not None and self.first.ends_at == self.last.ends_at


UNDATED = Reach(None, None, is_dated=False)


def either(reaches: Iterable[Reach]) -> Reach:
    """Return the reach of readings of which one is true."""
    together = list(reaches)
    dated = [reach for reach in together if reach.is_dated]
    if not dated:
        return UNDATED
    firsts = [reach.first for reach in dated if reach.first is not None]
    lasts = [reach.last for reach in together if reach.last is not None]
    return Reach(
        min(firsts, key=by_end) if len(firsts) == len(dated) else None,
        max(lasts, key=by_end) if len(lasts) == len(together) else None,
    )


def later_of(one: Reach, other: Reach) -> Reach:
    """Return the reach of a period that ends with the later of two."""
    firsts = [reach.first for reach in (one, other) if reach.first is not None]
    lasts = [reach.last for reach in (one, other) if reach.last is not None]
    # One known date bounds the later of both from below, even if the other is not known.
    return Reach(max(firsts, key=by_end, default=None), max(lasts, key=by_end) if len(lasts) > 1 else None)


def by_end(way: Way) -> datetime:
    """Return when the period is over by a date, to put dates in order."""
    return way.ends_at
