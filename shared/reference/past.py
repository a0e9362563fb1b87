"""Whether a period is over: by every way to count it, or only by one of several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shared.reference.clock_rules import ClockKind
from shared.reference.periods import Due, local_date
from shared.reference.readings import Counted

_SAID: Final[dict[ClockKind, str]] = {
    "minimum": "Reached",
    "maximum": "Over",
    "target": "Passed",
    "limitation": "Passed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A period that is over, since its last day `on`; `surely`: by every way to count it, and not only by one.

    `first`: its last day by the way that ends first. `until`: the last day by another way, by which it still runs.
    """

    kind: ClockKind
    first: date
    on: date
    days_ago: int
    surely: bool
    until: date | None

    @property
    def says(self) -> str:
        """Return a sentence that states it."""
        word = _SAID[self.kind]
        if self.surely and self.first != self.on:
            return f"{word} on {self.first} at the earliest and {self.on} at the latest, {_ago(self.days_ago)}."
        over = f"{word} on {self.on}, {_ago(self.days_ago)}"
        if self.surely:
            return f"{over}."
        if self.until is None:
            return f"{over} by one way to count it; by another there is no date yet."
        return f"{over} by one way to count it; by another it runs until {self.until}."

    def as_data(self) -> dict[str, object]:
        """Return it as JSON data."""
        return {
            "first": self.first.isoformat(),
            "on": self.on.isoformat(),
            "days_ago": self.days_ago,
            "surely": self.surely,
            "until": None if self.until is None else self.until.isoformat(),
            "says": self.says,
        }


def past_of(kind: ClockKind, ways: Sequence[Counted], now: datetime, timezone: str) -> Past | None:
    """Return since when a period is over; None if it runs by every way, or has no date.

    A minimum is over only by all of them: its protection continues until then.
    """
    dated = [way.due for way in ways if way.due is not None]
    over = [due for due in dated if due.ends_at <= now]
    surely = len(over) == len(ways)
    if not over or (kind == "minimum" and not surely):
        return None
    on = _last(over) if kind == "minimum" or surely else _first(over)
    runs = [due for due in dated if due.ends_at > now]
    return Past(
        kind=kind,
        first=_first(over),
        on=on,
        days_ago=(local_date(now, timezone) - on).days,
        surely=surely,
        until=_last(runs) if runs else None,
    )


def _first(dues: Iterable[Due]) -> date:
    return min(due.due_on for due in dues)


def _last(dues: Iterable[Due]) -> date:
    return max(due.due_on for due in dues)


def _ago(days: int) -> str:
    return {0: "today", 1: "1 day ago"}.get(days, f"{days} days ago")
