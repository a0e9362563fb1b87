"""Published sets of indicators, each with its strength, and the weighing of the observed ones.

A weighing explains itself and decides nothing: it states which dimensions have enough indicators by the published
thresholds, and by which threshold. The judgement is a person's.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from shared.reference.codelists import NOT_KNOWN
from shared.reference.errors import BrokenReference, UnknownRule
from shared.reference.leaf import Leaf
from shared.reference.reading import Table, origin, read

INDICATOR_FILES: Final = Path(__file__).parent / "indicators"
JUDGEMENT: Final = "Information for a person's judgement; it decides nothing."

Strength = Literal["strong", "medium", "weak"]
STRENGTHS: Final[tuple[Strength, ...]] = get_args(Strength)
Counts = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Thresholds(Leaf):
    """How many strong, medium and weak indicators are enough for a dimension; one of the combinations is sufficient."""

    combinations: tuple[Counts, ...]


@dataclass(frozen=True, kw_only=True)
class Dimension(Leaf):
    """One aspect of a situation, and its indicators, each with its strength. A code is `dimension.indicator`."""

    code: str
    indicators: Mapping[str, Strength]


@dataclass(frozen=True, kw_only=True, eq=False)
class IndicatorSet:
    """A published set of indicators."""

    code: str
    thresholds: Thresholds
    dimensions: Mapping[str, Dimension]

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Return every sourced statement of the set."""
        return (self.thresholds, *self.dimensions.values())

    def __iter__(self) -> Iterator[str]:
        return (code for dimension in self.dimensions.values() for code in dimension.indicators)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One dimension: the observed indicators, the number of each strength, and the combination that they meet."""

    dimension: str
    seen: tuple[str, ...]
    counts: Counts
    meets: Counts | None

    @property
    def explanation(self) -> str:
        """Return the reason in a sentence."""
        counted = _counted(self.counts)
        if self.meets is None:
            return f"{counted} seen: not enough for this dimension by the published thresholds."
        return (
            f"{counted} seen: enough for this dimension, since the published thresholds ask for {_counted(self.meets)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """The weighing of the observed indicators, by dimension."""

    indicators: IndicatorSet
    dimensions: tuple[Weighed, ...]
    says: str = JUDGEMENT

    @property
    def verify(self) -> bool:
        """Return whether the strengths or thresholds themselves must be verified."""
        return any(leaf.verify for leaf in self.indicators.leaves)


def weigh(indicators: IndicatorSet, seen: Collection[str]) -> Weighing:
    """Weigh the observed indicators by the published strengths and thresholds. Silences have no weight.

    Raises UnknownRule for an indicator that the set does not have.
    """
    counted = set(seen) - set(NOT_KNOWN)
    if counted - set(indicators):
        raise UnknownRule(
            f"The set {indicators.code} has no such indicator. Choose one that ./casepath reference show lists."
        )
    return Weighing(
        indicators=indicators,
        dimensions=tuple(
            _weighed(dimension, counted, indicators.thresholds) for dimension in indicators.dimensions.values()
        ),
    )


def _weighed(dimension: Dimension, seen: set[str], thresholds: Thresholds) -> Weighed:
    recognised = tuple(code for code in dimension.indicators if code in seen)
    strengths = [dimension.indicators[code] for code in recognised]
    strong, medium, weak = (strengths.count(strength) for strength in STRENGTHS)
    counts: Counts = (strong, medium, weak)
    meets = next((combination for combination in thresholds.combinations if _enough(counts, combination)), None)
    return Weighed(dimension=dimension.code, seen=recognised, counts=counts, meets=meets)


def _enough(counts: Counts, combination: Counts) -> bool:
    return all(have >= want for have, want in zip(counts, combination, strict=True))


def _counted(counts: Counts) -> str:
    named = [f"{count} {strength}" for count, strength in zip(counts, STRENGTHS, strict=True) if count]
    return " and ".join(named) or "none"


def load_indicators(folder: Path = INDICATOR_FILES) -> Mapping[str, IndicatorSet]:
    """Read every set of a folder. Raises BrokenReference with the file and the place."""
    sets = (_indicator_set(path) for path in sorted(folder.glob("*.toml")))
    return MappingProxyType({indicator_set.code: indicator_set for indicator_set in sets})


def _indicator_set(path: Path) -> IndicatorSet:
    file = read(path)
    code = file.text("code")
    if code != path.stem:
        raise BrokenReference(file.at("code"), "must be the name of the file")
    thresholds = _thresholds(file.table("thresholds"), code)
    dimensions = file.table("dimensions")
    by_name = {name: _dimension(name, dimensions.table(name), code) for name in dimensions.names()}
    file.finish()
    if not by_name:
        raise BrokenReference(file.at("dimensions"), "must not be empty")
    return IndicatorSet(code=code, thresholds=thresholds, dimensions=MappingProxyType(by_name))


def _thresholds(table: Table, layer: str) -> Thresholds:
    thresholds = Thresholds(combinations=table.triples("combinations"), **origin(table, layer))
    table.finish()
    if not thresholds.combinations or (0, 0, 0) in thresholds.combinations:
        raise BrokenReference(table.at("combinations"), "must ask for at least one indicator")
    return thresholds


def _dimension(code: str, table: Table, layer: str) -> Dimension:
    indicators: dict[str, Strength] = {}
    for strength in STRENGTHS:
        for name in table.texts(strength, empty=True):
            if f"{code}.{name}" in indicators:
                raise BrokenReference(table.at(strength), "holds an indicator that another strength has too")
            indicators[f"{code}.{name}"] = strength
    dimension = Dimension(code=code, indicators=MappingProxyType(indicators), **origin(table, layer))
    table.finish()
    return dimension
