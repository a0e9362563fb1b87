"""Chance that comes from names: the same seed, history and place always give the same number, on every machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A source of numbers below a name; each number depends on the name and on how many were drawn before it."""

    def __init__(self, *name: object) -> None:
        """Store the name."""
        self._name = "/".join(map(str, name))
        self._drawn = 0

    def below(self, name: object) -> "Chance":
        """Return another source, which does not depend on what was drawn here."""
        return Chance(self._name, name)

    def number(self, end: int) -> int:
        """Draw a number from 0 up to `end`, which is not among them."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._name}#{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % end

    def odds(self, times: int, of: int) -> bool:
        """Return whether something happens that happens so many times of so many."""
        return self.number(of) < times

    def pick(self, *choices: T) -> T:
        """Draw one of these."""
        return choices[self.number(len(choices))]

    def some(self, choices: Sequence[T], most: int, least: int = 1) -> list[T]:
        """Draw some of these without repetition, in their order."""
        left, count = list(range(len(choices))), least + self.number(most - least + 1)
        drawn = sorted(left.pop(self.number(len(left))) for _ in range(min(count, len(left))))
        return [choices[place] for place in drawn]
