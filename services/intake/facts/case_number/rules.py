"""Generate, check and format the short number of a case. Pure: the caller supplies the random choice.

The symbols are a prime number of digits and letters of which no two look alike. The weight of a symbol depends on its
place. So the check symbol detects each single wrong symbol, and each pair of swapped symbols.
"""

from collections.abc import Callable
from typing import Final

from services.intake.facts.case.rules import TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused

#: Each role may look up a number. Only a case that the caller may read is found.
ACCESS: Final[Access] = {"case_number.look_up": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.ANY)}

#: Without 0, 1, 2, 5, 8 and B, I, L, O, S, U, V, Z: each can be mistaken for another symbol.
SYMBOLS: Final = "34679ACDEFGHJKMNPQRTWXY"
_RANDOM: Final = 7
LENGTH: Final = _RANDOM + 1
#: The longest accepted input, with spaces and hyphens between the symbols.
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
    """Return a number as it is shown: in two halves."""
    return f"{number[: LENGTH // 2]}-{number[LENGTH // 2 :]}"


def heard(typed: str) -> str:
    """Return the stored form of a typed number. Raises `FactRefused` if its length or check symbol is wrong."""
    number = "".join(symbol for symbol in typed.upper() if symbol not in _BETWEEN)
    is_whole = len(number) == LENGTH and set(number) <= set(SYMBOLS)
    if not is_whole or _check_symbol(number[:-1]) != number[-1]:
        raise FactRefused(
            "number", "check_symbol", "A symbol was heard or typed wrongly: no case has such a number. Ask for it anew."
        )
    return number
