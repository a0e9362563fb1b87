"""Instruments as read from their files: their questions, their scoring, and which parts can be shown.

A score describes how a person answered on a day. It is not a diagnosis, and decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from shared.reference.instruments.grammar import Pattern
from shared.reference.leaf import Leaf

NO_DIAGNOSIS: Final = "How somebody answered on a day, for them and who works with them. It is no diagnosis."
Better = Literal["low", "high"]
BETTER: Final[tuple[Better, ...]] = get_args(Better)
Method = Literal["sum", "mean"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)
Decimals = Literal["kept", "dropped"]
DECIMALS: Final[tuple[Decimals, ...]] = get_args(Decimals)
#: Whether the text of the questions is in the repository, is added by an installation, or is never allowed.
Wording = Literal["shipped", "pack", "never"]
WORDINGS: Final[tuple[Wording, ...]] = get_args(Wording)
#: The licences under which a text can be in the repository: open to everyone, for any use.
MAY_SHIP: Final = frozenset(("public-domain", "no-permission-required", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"))
#: Any language without its own entry.
ANY_LANGUAGE: Final = "*"


@dataclass(frozen=True, kw_only=True)
class Licence:
    """The terms of an instrument's owners. `notice` is shown wherever the instrument is used."""

    id: str
    wording: Wording
    notice: str


@dataclass(frozen=True, kw_only=True)
class RiskItem:
    """An item with answers that require staff to ask for help immediately."""

    item: int
    least: int
    urgency: str


@dataclass(frozen=True, kw_only=True)
class Total:
    """How answers form one total: the items, sum or mean, the factor, and which end is better."""

    method: Method
    times: int
    better: Better
    items: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Missing:
    """How many answers can be missing, each then replaced by the mean of the others; those in `never` can't.

    If the authors' rule has not been read, no answer can be missing.
    """

    most: int
    never: frozenset[int]
    decimals: Decimals

    @classmethod
    def none(cls) -> "Missing":
        """Return the rule that no answer can be missing."""
        return cls(most=0, never=frozenset(), decimals="kept")


@dataclass(frozen=True, kw_only=True)
class Change:
    """The difference from which a change is more than chance, its source, and the group for which it was found."""

    code: str
    reliable: int
    cite: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """The text of an instrument in a language: its question, its items, and the answers, lowest value first."""

    language: str
    question: str
    items: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Instrument(Leaf):
    """One version of a questionnaire. A version is never edited; a new one follows it.

    `about` is the time that its questions are about. `scale`: the values of each item; `tested`: the languages in
    which it was validated. `changes`: the first applies if the installation chose no other.
    """

    code: str
    number: str
    name: str
    about: str
    ages: tuple[int, int]
    licence: Licence
    scale: Mapping[int, tuple[int, ...]]
    is_reversed: frozenset[int]
    risks: tuple[RiskItem, ...]
    total: Total | None
    missing: Missing
    bands: tuple[tuple[int, str], ...]
    cutoffs: Mapping[str, int]
    changes: Mapping[str, Change]
    patterns: tuple[Pattern, ...]
    tested: frozenset[str]
    url: str
    texts: Mapping[str, Text]

    @property
    def key(self) -> tuple[str, str]:
        """Return its code and version."""
        return self.code, self.number

    @property
    def lowest(self) -> int:
        """Return the lowest possible total; 0 for one without a total."""
        return self._whole([min(self.scale[item]) for item in self._summed])

    @property
    def highest(self) -> int:
        """Return the highest possible total; 0 for one without a total."""
        return self._whole([max(self.scale[item]) for item in self._summed])

    @property
    def _summed(self) -> tuple[int, ...]:
        return self.total.items if self.total is not None else ()

    def _whole(self, values: list[int]) -> int:
        if self.total is None:
            return 0
        count = len(values) if self.total.method == "mean" else 1
        return sum(values) * self.total.times // count
