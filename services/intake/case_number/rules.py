"""How a case's short number is made, checked and written. Pure, but for the chance that is handed in.

The symbols are a prime number of digits and letters of which no two look alike. Each weighs by its place, so that the
check symbol finds every one symbol that was heard wrongly, and every two that changed places.
"""

from collections.abc import Callable
from typing import Final

from services.intake.case.rules import TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused

#: What is found is what the caller may read; of other numbers nothing is told.
ACCESS: Final[Access] = {"case_number.look_up": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.ANY)}

#: Without 0, 1, 2, 5, 8 and B, I, L, O, S, U, V, Z, each of which somebody reads as another.
SYMBOLS: Final = "34679ACDEFGHJKMNPQRTWXY"
_RANDOM: Final = 7
LENGTH: Final = _RANDOM + 1
#: How it may be typed at most: with spaces and hyphens between.
LONGEST_TYPED: Final = 24
_BETWEEN: Final = " -.·"


def new_number(choose: Callable[[str], str]) -> str:
    """Return a new number; `choose` draws one of the symbols, such as `secrets.choice`."""
    drawn = "".join(choose(SYMBOLS) for _ in range(_RANDOM))
    return drawn + _check_symbol(drawn)


def _check_symbol(drawn: str) -> str:
    weighed = sum(place * SYMBOLS.index(symbol) for place, symbol in enumerate(drawn, start=2))
    return SYMBOLS[-weighed % len(SYMBOLS)]


def written(number: str) -> str:
    """Return a number in two halves, as it is said and shown."""
    return f"{number[: LENGTH // 2]}-{number[LENGTH // 2 :]}"


def heard(typed: str) -> str:
    """Return a number as it is stored, from how it was typed. Raises `FactRefused` for one that can't be right."""
    number = "".join(symbol for symbol in typed.upper() if symbol not in _BETWEEN)
    is_whole = len(number) == LENGTH and set(number) <= set(SYMBOLS)
    if not is_whole or _check_symbol(number[:-1]) != number[-1]:
        raise FactRefused(
            "number", "check_symbol", "A symbol was heard or typed wrongly: no case has such a number. Ask for it anew."
        )
    return number
