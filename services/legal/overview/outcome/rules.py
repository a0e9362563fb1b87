"""What is published of how far people came, and after how long. Pure.

No number is shown that is so small, or so near to all, that it could say something of one person: fewer than 11 that
had a step, or that had not. Places have no total that a hidden number could be taken from, and what a remedy came to is
shown by remedy alone. Repeated queries over time are not protected against, as in intake's counts of outreach.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from services.legal.cases.case.rules import Access
from shared.access.permissions import Need

#: Neither role sees a case by it.
ACCESS: Final[Access] = {"outcome.read": {"supervisor": Need.ANY, "statistician": Need.ANY}}
SMALLEST: Final = 11
#: What a place is asked of, and what a remedy is.
OF_PLACE: Final = ("advice", "decision")
OF_REMEDY: Final = ("award", "money")


@dataclass(frozen=True)
class Reached:
    """One person's days: of the first contact, and of the first time of each step; None: not known, or never."""

    contact_on: date | None
    steps: tuple[date | None, ...]


@dataclass(frozen=True)
class StepReached:
    """How many had a step, of all whom it could be asked of in percent, and after how many days; None: not shown."""

    step: str
    cases: int | None
    share: int | None
    median_days: int | None


def published(people: Sequence[Reached], names: Sequence[str]) -> tuple[int | None, list[StepReached]]:
    """Return how many they are, and of each step how many had it, each number as far as it is shown."""
    whole = len(people)
    if whole < SMALLEST:
        return None, [StepReached(name, None, None, None) for name in names]
    return whole, [_step(name, people, place) for place, name in enumerate(names)]


def _step(name: str, people: Sequence[Reached], place: int) -> StepReached:
    had = [person for person in people if person.steps[place] is not None]
    if len(had) < SMALLEST or len(people) - len(had) < SMALLEST:
        return StepReached(name, None, None, None)
    return StepReached(name, len(had), round(100 * len(had) / len(people)), _median_days(had, place))


def _median_days(had: Iterable[Reached], place: int) -> int | None:
    """Return after how many days half of them had it; a step before the contact was recorded counts as 0 days."""
    days = [
        max(0, (on - person.contact_on).days)
        for person in had
        if (on := person.steps[place]) is not None and person.contact_on is not None
    ]
    return round(median(days)) if len(days) >= SMALLEST else None
