"""The source of a reference statement, its certainty, and who should check it."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

Certainty = Literal["settled", "likely", "unclear"]
CERTAINTIES: Final[tuple[Certainty, ...]] = get_args(Certainty)

Check = Literal["nobody", "lawyer", "authority", "data_protection_officer", "publisher", "practitioner"]
CHECKS: Final[dict[Check, str]] = {
    "nobody": "nobody has to",
    "lawyer": "a lawyer who knows this law",
    "authority": "the authority",
    "data_protection_officer": "the data protection officer",
    "publisher": "whoever published it",
    "practitioner": "somebody who does this work with the people concerned",
}
"""Who should check a statement (code list `who_checks`), in words."""

OURS: Final = "Casepath"
"""Begins the source of what is our own word and no law's: it is read nowhere."""


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One dated, sourced statement. Everything in a profile or code list is one.

    `certainty`: *settled*; *likely*, it is known and should be confirmed; *unclear*, its source has not been read, or
    can be read in ways that lie far apart. `check`: who should check it. `read_on`: the day on which the source was
    read; `from_memory`: it was not read, and the statement rests on general knowledge. Every statement of law has one
    of the two. `effective_to` is the last day on which it applies. `layer` is the profile or list that contains the
    statement (`COE` for one that `NL` inherits).
    """

    source: str
    certainty: Certainty
    check: Check = "nobody"
    read_on: date | None = None
    from_memory: bool = False
    effective_from: date
    effective_to: date | None = None
    layer: str
    note: str = ""

    @property
    def verify(self) -> bool:
        """Return whether it should be checked before use. Every view of its date shows this."""
        return self.certainty != "settled"

    @property
    def checked_by(self) -> str:
        """Return who should check it, in words."""
        return CHECKS[self.check]

    @property
    def version(self) -> str:
        """Return the day from which it applies, in ISO 8601. It distinguishes the versions of one rule."""
        return self.effective_from.isoformat()

    def in_force(self, on: date) -> bool:
        """Return whether it applies on that day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
