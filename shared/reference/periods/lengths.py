"""Lengths of periods, as laws and ISO 8601 write them."""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from shared.reference.periods.errors import ImpossiblePeriod

Unit = Literal["WD", "D", "M", "Y", "H"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)

LONGEST: Final[dict[Unit, int]] = {"WD": 2_000, "D": 36_500, "M": 1_200, "Y": 100, "H": 8_760}
"""No law counts further; a longer period is a slip of the pen, and would make counting slow."""

_LENGTH = re.compile(r"(?P<working>[0-9]{1,5})WD|P(?P<days>[0-9]{1,5})(?P<unit>[DMY])|PT(?P<hours>[0-9]{1,5})H")


@dataclass(frozen=True, slots=True)
class Length:
    """How long a period is: an amount of working days (WD), days (D), months (M), years (Y) or hours (H)."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ImpossiblePeriod(f"The unit of the period is not known. Use one of these: {', '.join(UNITS)}.")
        if not 1 <= self.amount <= LONGEST[self.unit]:
            raise ImpossiblePeriod(
                f"The length of the period is not valid. In {self.unit}, use 1 to {LONGEST[self.unit]}."
            )

    @classmethod
    def parse(cls, text: str) -> "Length":
        """Read `5WD`, `P30D`, `P3M`, `P2Y` or `PT72H` (ISO 8601, extended by WD)."""
        match = _LENGTH.fullmatch(text)
        if match is None:
            raise ImpossiblePeriod(
                "The length of the period can't be read. Write it like 5WD, P30D, P3M, P2Y or PT72H."
            )
        if match["working"]:
            return cls(int(match["working"]), "WD")
        if match["hours"]:
            return cls(int(match["hours"]), "H")
        unit: Unit = "D" if match["unit"] == "D" else "M" if match["unit"] == "M" else "Y"
        return cls(int(match["days"]), unit)

    @property
    def words(self) -> str:
        """Return the length in words: `5 working days`, `1 month`."""
        name = {"WD": "working day", "D": "day", "M": "month", "Y": "year", "H": "hour"}[self.unit]
        return f"{self.amount} {name}{'' if self.amount == 1 else 's'}"

    def __str__(self) -> str:
        match self.unit:
            case "WD":
                return f"{self.amount}WD"
            case "H":
                return f"PT{self.amount}H"
            case _:
                return f"P{self.amount}{self.unit}"
