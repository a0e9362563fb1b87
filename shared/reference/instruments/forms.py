"""Instruments as they are read from their files: what they ask for, how that is scored, and what may be shown of them.

A score says how somebody answered on a day. It is no diagnosis, and decides nothing.
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
#: Whether the text of the questions is in the repository, is added by an installation, or may not be here at all.
Wording = Literal["shipped", "pack", "never"]
WORDINGS: Final[tuple[Wording, ...]] = get_args(Wording)
#: The licences under which a text may be in the repository: to anybody, for anything.
MAY_SHIP: Final = frozenset(("public-domain", "no-permission-required", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"))
#: In any language that no other entry names.
ANY_LANGUAGE: Final = "*"


@dataclass(frozen=True, kw_only=True)
class Licence:
    """What the owners of an instrument allow. `notice` is shown with it wherever it is used."""

    id: str
    wording: Wording
    notice: str


@dataclass(frozen=True, kw_only=True)
class RiskItem:
    """An item after which somebody asks for help at once, if it is answered so."""

    item: int
    least: int
    urgency: str


@dataclass(frozen=True, kw_only=True)
class Total:
    """How answers come to one figure: of which items, by sum or mean, times what, and which end is the better one."""

    method: Method
    times: int
    better: Better
    items: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Missing:
    """How many answers may lack, each then standing at the mean of the others; of `never` none may.

    Where nobody has read what the authors say of it, none may lack at all.
    """

    most: int
    never: frozenset[int]
    decimals: Decimals

    @classmethod
    def none(cls) -> "Missing":
        """Return that no answer may lack."""
        return cls(most=0, never=frozenset(), decimals="kept")


@dataclass(frozen=True, kw_only=True)
class Change:
    """From which difference on a change is more than chance, by whom, and of what people that was found."""

    code: str
    reliable: int
    cite: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """The words of an instrument in a language: what it asks, and what can be answered, lowest value first."""

    language: str
    question: str
    items: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Instrument(Leaf):
    """One version of a questionnaire. It is never edited, only followed by a new one.

    `about` is the time that its questions are about. `scale`: the values of each item; `tested`: the languages in which
    it was tried out. `changes`: the first is the one that counts where the installation chose no other.
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
        """Its code and version."""
        return self.code, self.number

    @property
    def lowest(self) -> int:
        """The lowest total that there is; 0 for one without a total."""
        return self._whole([min(self.scale[item]) for item in self._summed])

    @property
    def highest(self) -> int:
        """The highest total that there is; 0 for one without a total."""
        return self._whole([max(self.scale[item]) for item in self._summed])

    @property
    def _summed(self) -> tuple[int, ...]:
        return self.total.items if self.total is not None else ()

    def _whole(self, values: list[int]) -> int:
        if self.total is None:
            return 0
        count = len(values) if self.total.method == "mean" else 1
        return sum(values) * self.total.times // count
