"""Outreach: sessions in counts only, and the progression of the contacts that came of them."""

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
    """Check that a contact can have come of a session; `held_on` None: no such session. Raises `FactRefused`."""
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

    A person without a detection can have a case too, since help depends on no status. Each step counted here is
    part of the one before it, so that the numbers never grow.
    """
    by_session: dict[str, list[Met]] = {}
    for contact in met:
        by_session.setdefault(contact.session, []).append(contact)
    return {name: _counted(of_session) for name, of_session in by_session.items()}


def _counted(met: list[Met]) -> Progression:
    detected = [contact for contact in met if contact.detected]
    cases = [contact for contact in detected if contact.case]
    closed = [contact for contact in cases if contact.closed]
    return Progression(contacts=_people(met), detected=_people(detected), cases=_people(cases), closed=_people(closed))


def _people(met: Iterable[Met]) -> int:
    return sum(contact.alike for contact in met)
