"""Where a piece of reference data comes from, and how far it may be trusted."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Certainty = Literal["high", "medium", "low"]
CERTAINTIES: Final[tuple[Certainty, ...]] = ("high", "medium", "low")


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One dated, sourced statement. Everything in a profile or code list is one.

    `verify`: someone must look it up before relying on it; wherever a date built on it is shown, say so. Always set
    when certainty is not high. `effective_to` is the last day on which it holds. `layer` is the profile or list that
    the statement stands in (`COE` for one that `NL` inherits).
    """

    source: str
    certainty: Certainty
    verify: bool
    effective_from: date
    effective_to: date | None = None
    layer: str
    note: str = ""

    @property
    def version(self) -> str:
        """The day from which it holds, in ISO 8601; distinguishes the versions of one rule."""
        return self.effective_from.isoformat()

    def in_force(self, on: date) -> bool:
        """Whether it holds on that day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
