"""One way to count a period, and whether it ends on a birthday."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from shared.reference import ClockKind, Counted
from shared.reference.periods import Due


@dataclass(frozen=True, slots=True)
class Way:
    """A way to count a period; `birthday`: it ends on this birthday of the person."""

    counted: Counted
    birthday: int | None = None

    @property
    def due(self) -> Due | None:
        """Return when the period is over by it; None: by it there is no date."""
        return self.counted.due

    def due_at(self, due: Due) -> "Way":
        """Return it with another end; that is no birthday any more."""
        return self if due == self.due else Way(replace(self.counted, due=due))


def in_order(kind: ClockKind, ways: Iterable[Way]) -> tuple[Way, ...]:
    """Return the ways without those that come to the same, the one that is safe for the person first.

    Of a minimum that is the latest, of others the earliest; those without a date stand last.
    """
    distinct: dict[datetime | None, Way] = {}
    for way in ways:
        distinct.setdefault(way.due.ends_at if way.due else None, way)
    dated = [way for way in distinct.values() if way.due is not None]
    dated.sort(key=_ends_at, reverse=kind == "minimum")
    return (*dated, *(way for way in distinct.values() if way.due is None))


_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def _ends_at(way: Way) -> datetime:
    return way.due.ends_at if way.due is not None else _NEVER
