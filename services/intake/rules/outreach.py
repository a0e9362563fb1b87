"""Outreach: sessions in counts only, and how far those who were met there have come since."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused

#: A subdivision of a country (ISO 3166-2), and nothing smaller: a session tells nobody where people can be found.
REGION: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


def session(held: Mapping[str, Any], today: date) -> None:
    """Check a session of outreach: `held_on`, `region`, and counts. Raises `FactRefused`."""
    not_in_future("held_on", held["held_on"], today)
    if REGION.fullmatch(held["region"]) is None:
        raise FactRefused(
            "region", "place_is_a_region", "Name the region by its ISO 3166-2 code, such as GB-MAN; no smaller place."
        )
    for field, whole in (("spoke_with", "reached"), ("contacts", "spoke_with")):
        if held[field] > held[whole]:
            raise FactRefused(
                field, "part_of_the_whole", f"This can't be more than {whole}: it counts some of the same people."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """One contact that a session led to, and what has become of it."""

    session: str
    detected: bool = False
    case: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    """How many got how far: each number is part of the one before it."""

    contacts: int
    detected: int
    cases: int
    closed: int


def progression(met: Iterable[Met]) -> Mapping[str, Progression]:
    """Count, for each session, contacts, those with a detection, the cases among these, and those closed.

    Who never was detected can have a case as well, since help hangs on no status; the path counted here is the
    progression from a session to a closed case, so that its numbers never grow.
    """
    found: dict[str, list[Met]] = {}
    for each in met:
        found.setdefault(each.session, []).append(each)
    return {name: _counted(of_session) for name, of_session in found.items()}


def _counted(met: list[Met]) -> Progression:
    detected = [each for each in met if each.detected]
    cases = [each for each in detected if each.case]
    return Progression(
        contacts=len(met), detected=len(detected), cases=len(cases), closed=sum(each.closed for each in cases)
    )
