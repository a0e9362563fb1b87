"""Rules of outreach: sessions in counts only, the progression of their contacts, and disclosure control.

No published number is so small that it could identify a person. Small numbers are suppressed, and so are numbers that
would reveal one by subtraction. The drop from one step to the next is such a number, and a single suppressed number in
a column follows from the column's total. There is no protection against differencing several rows against a shown row
and the total, or against repeated queries over time.

The code of a poster is random, so an address that contains it does not reveal the session, its place or its day. A
small count of scans is hidden. Counts are rounded down, so that two readings do not show that one person scanned a
poster.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Final, TypeVar

from services.intake.facts.case.rules import SMALLEST, Access
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused

ACCESS: Final[Access] = {
    "outreach.record": dict.fromkeys(("outreach_worker", "caseworker", "supervisor"), Need.ANY),
    "outreach.read": dict.fromkeys(("outreach_worker", "caseworker", "supervisor"), Need.ANY),
    # The statistician sees no number that could identify a person (`published`).
    "progression.read": {"supervisor": Need.ANY, "statistician": Need.ANY},
}

#: A subdivision of a country (ISO 3166-2), and no smaller place, so that a session does not show where people are.
REGION: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")

Row = tuple[int | None, ...]

_Key = TypeVar("_Key", bound=Hashable)

LENGTH: Final = 8

#: Without 0, O, I, L and U, which people misread or which form words.
LETTERS: Final = "123456789ABCDEFGHJKMNPQRSTVWXYZ"

#: Counts are shown in whole steps of this size.
STEP: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of a session. Each number is part of the previous one."""

    reached: int
    spoke_with: int
    contacts: int


def check_session(held_on: date, region: str, counts: Counts, today: date) -> None:
    """Check a session of outreach: its day, its region (ISO 3166-2), and its counts. Raises `FactRefused`."""
    not_in_future("held_on", held_on, today)
    if REGION.fullmatch(region) is None:
        raise FactRefused(
            "region",
            "place_is_a_region",
            "The region is not an ISO 3166-2 code. Send a code such as GB-MAN, and no smaller place.",
        )
    for field, whole in (("spoke_with", "reached"), ("contacts", "spoke_with")):
        if getattr(counts, field) > getattr(counts, whole):
            raise FactRefused(
                field,
                "part_of_the_whole",
                f"This number is larger than {whole}, but it counts some of the same people. Check both numbers.",
            )


def check_traced(held_on: date | None, opened_on: date) -> None:
    """Check that a contact can have begun at a session; `held_on` None: no such session. Raises `FactRefused`."""
    if held_on is None:
        raise FactRefused(
            "outreach_session", "session_is_recorded", "This outreach session was not found. Record the session first."
        )
    if opened_on < held_on:
        raise FactRefused(
            "opened_on",
            "contact_after_its_session",
            "The contact opened before the outreach session that it came from. Check both days.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The current state of a contact from a session; `alike` counts the contacts with the same state."""

    session: str
    detected: bool = False
    case: bool = False
    closed: bool = False
    alike: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    """How many people reached each step. Each number is part of the previous one."""

    contacts: int = 0
    detected: int = 0
    cases: int = 0
    closed: int = 0

    def __add__(self, other: "Progression") -> "Progression":
        """Return the sum of both, step by step."""
        return Progression(
            contacts=self.contacts + other.contacts,
            detected=self.detected + other.detected,
            cases=self.cases + other.cases,
            closed=self.closed + other.closed,
        )


def progression(met: Iterable[Met]) -> Mapping[str, Progression]:
    """Count, for each session, contacts, those with a detection, the cases among these, and those closed.

    A person without a detection can have a case too, because help does not depend on a status. Each step counted here
    is part of the previous one, so the numbers never grow.
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


#: The steps of a progression, in order.
STEPS: Final = tuple(field.name for field in fields(Progression))


def unsuppressed(progression: Progression) -> dict[str, int | None]:
    """Return a progression unsuppressed, by step."""
    return dict(zip(STEPS, astuple(progression), strict=True))


def published(
    parts: Mapping[_Key, Progression], whole: Mapping[str, int | None]
) -> Mapping[_Key, Mapping[str, int | None]]:
    """Return the parts of a whole that is published as `whole`, by step. None replaces a suppressed number.

    A step that is suppressed in the whole is suppressed in every part: the sum of the parts would reveal it.
    """
    rows: dict[_Key, list[int | None]] = {key: list(_suppressed_row(astuple(part))) for key, part in parts.items()}
    for place, step in enumerate(STEPS):
        if whole[step] is None:
            for row in rows.values():
                row[place] = None
        else:
            _suppress_revealing(rows, {key: astuple(part)[place] for key, part in parts.items()}, place)
    return {key: dict(zip(STEPS, row, strict=True)) for key, row in rows.items()}


def published_whole(progression: Progression) -> Mapping[str, int | None]:
    """Return a progression that is not part of a larger one, by step. None replaces a suppressed number."""
    return dict(zip(STEPS, _suppressed_row(astuple(progression)), strict=True))


def _suppressed_row(row: Sequence[int]) -> Row:
    """Suppress small numbers, and numbers that would reveal a small drop since the last shown step."""
    visible: list[int | None] = []
    last: int | None = None
    for value in row:
        big = value >= SMALLEST and (last is None or last - value >= SMALLEST)
        visible.append(value if big else None)
        last = value if big else last
    return tuple(visible)


def _suppress_revealing(rows: Mapping[_Key, list[int | None]], true: Mapping[_Key, int], place: int) -> None:
    """Suppress more of a column whose total is shown, smallest first, until no small group can be derived."""
    hidden = [key for key, row in rows.items() if row[place] is None]
    open_ = sorted((key for key in rows if key not in hidden), key=lambda key: true[key])
    while hidden and (len(hidden) == 1 or sum(true[key] for key in hidden) < SMALLEST) and open_:
        smallest = open_.pop(0)
        rows[smallest][place] = None
        hidden.append(smallest)


def new_code(choose: Callable[[Sequence[str]], str]) -> str:
    """Return a code. `choose` picks each of its letters from a sequence."""
    return "".join(choose(LETTERS) for _ in range(LENGTH))


# control: H-PUBLIC-9 small-scan-counts-hidden
def shown(scans: Mapping[str, int], languages: Sequence[str]) -> list[dict[str, str | int | None]]:
    """Return one row for each of these languages, also without scans. None replaces a small count.

    There is no total, because a hidden count could be derived from it.
    """
    return [{"language": language, "scans": _shown(scans.get(language, 0))} for language in languages]


def _shown(count: int) -> int | None:
    return None if count < SMALLEST else count - count % STEP
