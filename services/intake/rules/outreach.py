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


def traced(held_on: date | None, opened_on: date) -> None:
    """Check that a contact can have come of a session: None if there is no such session. Raises `FactRefused`."""
    if held_on is None:
        raise FactRefused("outreach_session", "session_is_recorded", "There is no such session. Record it first.")
    if opened_on < held_on:
        raise FactRefused(
            "opened_on", "contact_after_its_session", "A contact can't have opened before the session that it came of."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A contact that a session led to, and what has become of it; `alike` counts those of whom the same is true."""

    session: str
    detected: bool = False
    case: bool = False
    closed: bool = False
    alike: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    """How many got how far: each number is part of the one before it."""

    contacts: int = 0
    detected: int = 0
    cases: int = 0
    closed: int = 0

    def __add__(self, other: "Progression") -> "Progression":
        """Count the people of both."""
        return Progression(
            contacts=self.contacts + other.contacts,
            detected=self.detected + other.detected,
            cases=self.cases + other.cases,
            closed=self.closed + other.closed,
        )


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
    closed = [each for each in cases if each.closed]
    return Progression(contacts=_people(met), detected=_people(detected), cases=_people(cases), closed=_people(closed))


def _people(met: Iterable[Met]) -> int:
    return sum(each.alike for each in met)
