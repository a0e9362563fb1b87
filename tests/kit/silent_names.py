"""A resolver that does not answer for some names until a test lets it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class SilentNames:
    """Resolves names that begin with `silent` after `answers` is set, and all others immediately."""

    addresses: Sequence[str] = ("93.184.215.14",)
    answers: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    answered: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        """Answer as a resolver does."""
        with self._counting:
            self.asked += 1
        if host.startswith("silent"):
            self.answers.wait(60)
        with self._counting:
            self.answered += 1
        return self.addresses
