"""Which conflicts between remedies bite in a case: shown with their source before anything is claimed. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from services.legal.cases.case.rules import READERS, Access
from shared.casework.refusals import NotArrivedYet
from shared.reference import Profile, RemedyConflict, profile

ACCESS: Final[Access] = {"remedy.read": READERS}


@dataclass(frozen=True)
class Shown:
    """A conflict as seen from one remedy, and whether the other one is pursued in this case."""

    conflict: RemedyConflict
    other: str
    bites: bool


def law_of(jurisdiction: str | None) -> Profile:
    """Return the profile of a case. Raises `NotArrivedYet`."""
    if jurisdiction is None:
        raise NotArrivedYet(
            "jurisdiction_known", "The opening of this case has not arrived from intake yet. Try again in a moment."
        )
    return profile(jurisdiction)


def conflicts_of(law: Profile, remedy: str, pursued: Collection[str]) -> Iterator[Shown]:
    """Return the conflicts of a remedy with others, seen from either side, those that bite among them."""
    for conflict in law.remedy_conflicts:
        if remedy in (conflict.first, conflict.second):
            other = conflict.second if remedy == conflict.first else conflict.first
            yield Shown(conflict, other, bites=other in pursued)
