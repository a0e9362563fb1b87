"""Who explains rights, and which rights the profile has. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.legal.cases.case.rules import READERS, WORKERS, Access
from shared.casework.refusals import FactRefused, NotArrivedYet
from shared.reference import Right, profile

ACCESS: Final[Access] = {"right.explain": WORKERS, "right.read": READERS}


@dataclass(frozen=True)
class Explained:
    """One explanation of a right."""

    code: str
    explained_on: date
    language: str
    format: str
    understood: str


def rights_of(jurisdiction: str | None) -> Mapping[str, Right]:
    """Return the rights of the case's jurisdiction, by code. Raises `NotArrivedYet`."""
    if jurisdiction is None:
        raise NotArrivedYet(
            "jurisdiction_known", "The opening of this case has not arrived from intake yet. Try again in a moment."
        )
    return profile(jurisdiction).rights


def check_right(jurisdiction: str | None, code: str) -> None:
    """Raise `FactRefused` for a right that the jurisdiction does not have, and `NotArrivedYet`."""
    if code not in rights_of(jurisdiction):
        raise FactRefused("code", "right_of_the_jurisdiction", "This right is not in the profile of the case.")


def ticks(explained: Iterable[Explained]) -> Mapping[str, Explained]:
    """Return the latest explanation of each right; on the same day, the one recorded last."""
    latest: dict[str, Explained] = {}
    for tick in explained:
        before = latest.get(tick.code)
        if before is None or tick.explained_on >= before.explained_on:
            latest[tick.code] = tick
    return latest
