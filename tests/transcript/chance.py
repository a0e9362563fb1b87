"""Random choices derived from names: the same seed, history and place give the same number on every machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A random generator with a name; each number depends on the name and on how many were drawn before."""

    def __init__(self, *name: object) -> None:
        """Store the name."""
        self._name = "/".join(map(str, name))
        self._drawn = 0

    def below(self, name: object) -> "Chance":
        """Return another generator, which is independent of the numbers drawn here."""
        return Chance(self._name, name)

    def number(self, end: int) -> int:
        """Draw a number from 0 up to, but not including, `end`."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._name}#{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % end

    def odds(self, times: int, of: int) -> bool:
        """Return True with a probability of `times` in `of`."""
        return self.number(of) < times

    def pick(self, *choices: T) -> T:
        """Draw one of these."""
        return choices[self.number(len(choices))]

    def some(self, choices: Sequence[T], most: int, least: int = 1) -> list[T]:
        """Draw some of these without repetition, in order."""
        left, count = list(range(len(choices))), least + self.number(most - least + 1)
        drawn = sorted(left.pop(self.number(len(left))) for _ in range(min(count, len(left))))
        return [choices[place] for place in drawn]
