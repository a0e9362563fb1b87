"""Rules that all topics use: the readers of each class of fields, exclusions, and the number of a case. Pure.

The symbols of a number are a prime number of digits and letters of which no two look alike. The weight of a symbol
depends on its place. The check symbol therefore detects each single wrong symbol, and each pair of swapped symbols. The
caller supplies the random choice.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from shared.access.permissions import FieldClass, Need
from shared.casework.refusals import FactRefused, StepForbidden

OPEN: Final = "open"

CLOSED: Final = "closed"

#: Smaller numbers of people are not published, because they could identify a person.
SMALLEST: Final = 11

#: action -> role -> the relation needed
Access = Mapping[str, Mapping[str, Need]]

ADVISER: Final = "legal_adviser"
OFFICER: Final = "data_protection_officer"

WORKERS: Final[Mapping[str, Need]] = dict.fromkeys(("caseworker", "outreach_worker", "supervisor"), Need.TEAM)

TEAM_ROLES: Final[Mapping[str, Need]] = dict.fromkeys(
    ("caseworker", "outreach_worker", "legal_adviser", "counsellor", "support_worker"), Need.TEAM
)

_READERS: Final = (*TEAM_ROLES, "supervisor")

#: Roles that may have to find a person in an emergency. Other roles see a name only as team members.
_FINDERS: Final = ("caseworker", "outreach_worker", "supervisor")

_PATH: Final = ("caseworker", "legal_adviser", "supervisor")

#: The readers of each class of fields, in all topics: class -> role -> the relation needed.
SEEN_BY: Final[Access] = {
    # The data protection officer does not work on a case: they see what concerns rights, not the file.
    FieldClass.BASIC.value: {**dict.fromkeys(_READERS, Need.READING), OFFICER: Need.ANY},
    FieldClass.STATISTICS.value: dict.fromkeys(_READERS, Need.READING),
    # The person's own account: in an emergency only roles that lead the path see it.
    FieldClass.ACCOUNT.value: {**dict.fromkeys(_READERS, Need.TEAM), **dict.fromkeys(_PATH, Need.READING)},
    FieldClass.IDENTITY.value: {**dict.fromkeys(_READERS, Need.TEAM), **dict.fromkeys(_FINDERS, Need.READING)},
    # Only roles that go there see where the person lives or hides.
    FieldClass.LOCATION.value: {"support_worker": Need.TEAM, **dict.fromkeys(_FINDERS, Need.READING)},
    FieldClass.PRIVILEGED.value: {**dict.fromkeys(_READERS, Need.TEAM), "supervisor": Need.SUPERVISION},
    FieldClass.HEALTH.value: dict.fromkeys([role for role in _READERS if role != "legal_adviser"], Need.READING),
}

#: Each role may look up a number. Only a case that the caller may read is found.
#: Each topic has such a table for its own routes; `service.py` merges them.
ACCESS: Final[Access] = {
    "case.read": dict.fromkeys(_READERS, Need.READING),
    "case_number.look_up": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.ANY),
}

#: Without 0, 1, 2, 5, 8 and B, I, L, O, S, U, V, Z: each can be mistaken for another symbol.
SYMBOLS: Final = "34679ACDEFGHJKMNPQRTWXY"

_RANDOM: Final = 7

LENGTH: Final = _RANDOM + 1

#: The longest accepted input, with spaces and hyphens between the symbols.
LONGEST_TYPED: Final = 24

_BETWEEN: Final = " -.·"


def check_two_cases(one: UUID, other: UUID) -> None:
    """Raise `FactRefused` if both are the same case."""
    if one == other:
        raise FactRefused("case", "two_cases", "Both references name the same case. Name another case.")


def check_wanted(who: UUID, excluded: Iterable[UUID | None]) -> None:
    """Raise `StepForbidden` for a member of staff or an agency that the person excluded."""
    if who in set(excluded):
        raise StepForbidden(
            "excluded_by_the_person",
            "The person has excluded this staff member from the case. Choose another staff member, or speak with "
            "the person first.",
        )


def new_number(choose: Callable[[str], str]) -> str:
    """Return a new number; `choose` draws one of the symbols, such as `secrets.choice`."""
    drawn = "".join(choose(SYMBOLS) for _ in range(_RANDOM))
    return drawn + _check_symbol(drawn)


def _check_symbol(drawn: str) -> str:
    weighed = sum(place * SYMBOLS.index(symbol) for place, symbol in enumerate(drawn, start=2))
    return SYMBOLS[-weighed % len(SYMBOLS)]


def written(number: str) -> str:
    """Return a number as it is shown: in two halves."""
    return f"{number[: LENGTH // 2]}-{number[LENGTH // 2 :]}"


def heard(typed: str) -> str:
    """Return the stored form of a typed number. Raises `FactRefused` if its length or check symbol is wrong."""
    number = "".join(symbol for symbol in typed.upper() if symbol not in _BETWEEN)
    is_whole = len(number) == LENGTH and set(number) <= set(SYMBOLS)
    if not is_whole or _check_symbol(number[:-1]) != number[-1]:
        raise FactRefused(
            "number",
            "check_symbol",
            "The case number contains a mistake, because its check symbol does not match. Ask for the number again.",
        )
    return number
