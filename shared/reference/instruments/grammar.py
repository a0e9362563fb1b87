"""The grammar of the rules by which answers fit a pattern: small and closed, never code.

    any(1,2)>=2          one of these items was answered with 2 or more
    count(8-14>=2)>=2    two of them were
    sum(1-14)>=12        their sum is 12 or more

A pattern is fulfilled if all of its terms are (`all`), or one of them (`any`), unless another pattern is (`unless`). A
missing answer is not *no*: if it could decide, the result is unknown.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

#: Scored answers by item, with reversed items inverted.
Answers = Mapping[int, int]
Kind = Literal["any", "count", "sum"]
_KINDS: Final[Mapping[str, Kind]] = {"any": "any", "count": "count", "sum": "sum"}
_TERM: Final = re.compile(r"(any|count|sum)\(([\d,-]+)(?:>=(\d+))?\)>=(\d+)")
_RANGE: Final = re.compile(r"(\d+)(?:-(\d+))?")


class NoTerm(ValueError):
    """A text that is not a term of the grammar."""


@dataclass(frozen=True)
class Term:
    """One condition on some items; `from_value` is the least value of an item that is counted."""

    kind: Kind
    items: tuple[int, ...]
    from_value: int
    least: int

    def holds(self, answers: Answers, scale: Mapping[int, Sequence[int]]) -> bool | None:
        """Return whether the condition is fulfilled; None if it depends on a missing answer."""
        lowest, highest = self._bounds(answers, scale)
        if lowest >= self.least:
            return True
        return None if highest >= self.least else False

    def _bounds(self, answers: Answers, scale: Mapping[int, Sequence[int]]) -> tuple[int, int]:
        """Return the least and the greatest value that it can have with any missing answers."""
        if self.kind == "sum":
            gaps = [scale[item] for item in self.items if item not in answers]
            sure = sum(answers[item] for item in self.items if item in answers)
            return sure + sum(map(min, gaps)), sure + sum(map(max, gaps))
        counted = sum(answers[item] >= self.from_value for item in self.items if item in answers)
        return counted, counted + sum(item not in answers for item in self.items)


@dataclass(frozen=True)
class Pattern:
    """A pattern of answers: a code of the list `measure_pattern`, and its conditions."""

    code: str
    terms: tuple[Term, ...]
    is_every: bool = True
    unless: str | None = None

    @property
    def items(self) -> frozenset[int]:
        """Return the items that it uses."""
        return frozenset(item for term in self.terms for item in term.items)


def read_term(text: str) -> Term:
    """Read a term. Raises `NoTerm`."""
    parsed = _TERM.fullmatch(text.replace(" ", ""))
    if parsed is None:
        raise NoTerm(text)
    kind, items, from_value, least = parsed.groups()
    if (kind == "count") != (from_value is not None):
        raise NoTerm(text)
    if kind == "any":
        return Term("any", read_items(items), int(least), 1)
    return Term(_KINDS[kind], read_items(items), int(from_value or 0), int(least))


def read_items(text: str) -> tuple[int, ...]:
    """Read items such as `1,3,8-14`. Raises `NoTerm`."""
    items: list[int] = []
    for part in text.split(","):
        parsed = _RANGE.fullmatch(part)
        if parsed is None:
            raise NoTerm(text)
        first = int(parsed[1])
        items.extend(range(first, int(parsed[2] or first) + 1))
    if not items or len(set(items)) != len(items):
        raise NoTerm(text)
    return tuple(items)


def fits(patterns: Sequence[Pattern], answers: Answers, scale: Mapping[int, Sequence[int]]) -> dict[str, bool | None]:
    """Return for each pattern whether the answers fit it; None: unknown.

    A pattern with `unless` comes after the other one.
    """
    fitting: dict[str, bool | None] = {}
    for pattern in sorted(patterns, key=lambda pattern: pattern.unless is not None):
        of_terms = [term.holds(answers, scale) for term in pattern.terms]
        holds = _all(of_terms) if pattern.is_every else _any(of_terms)
        if pattern.unless is not None:
            other = fitting[pattern.unless]
            holds = _all([holds, None if other is None else not other])
        fitting[pattern.code] = holds
    return {pattern.code: fitting[pattern.code] for pattern in patterns}


def _all(values: Sequence[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _any(values: Sequence[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False
