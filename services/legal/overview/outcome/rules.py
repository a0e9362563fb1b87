"""The disclosure control of outcome statistics. Pure.

A number is hidden if it could reveal something about one person: if fewer than 11 people had a step, or fewer than 11
did not. Places have no total from which a hidden number could be derived, and the results of a remedy are shown by
remedy only. Repeated queries over time are not protected against, as in intake's outreach statistics.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from services.legal.cases.case.rules import Access
from shared.access.permissions import Need

#: Neither role gains access to a case by this.
ACCESS: Final[Access] = {"outcome.read": {"supervisor": Need.ANY, "statistician": Need.ANY}}
SMALLEST: Final = 11
#: The steps counted for a place, and those for a remedy.
OF_PLACE: Final = ("advice", "decision")
OF_REMEDY: Final = ("award", "money")


@dataclass(frozen=True)
class Reached:
    """The days of one person: of the first contact, and of the first time of each step. None: unknown, or never."""

    contact_on: date | None
    steps: tuple[date | None, ...]


@dataclass(frozen=True)
class StepReached:
    """The number of people with a step, their share in percent, and the median days. None: hidden."""

    step: str
    cases: int | None
    share: int | None
    median_days: int | None


def published(people: Sequence[Reached], names: Sequence[str]) -> tuple[int | None, list[StepReached]]:
    """Return the number of people, and the numbers of each step. Small numbers are hidden."""
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
    """Return the median number of days until the step; a step before the recorded contact counts as 0 days."""
    days = [
        max(0, (on - person.contact_on).days)
        for person in had
        if (on := person.steps[place]) is not None and person.contact_on is not None
    ]
    return round(median(days)) if len(days) >= SMALLEST else None
