"""Combine the polling queries of all loops, which check for work in the same database, into one round trip.

The answer is nearly always no, and the round trip takes far longer than the query. If one query waits, for example for
a table that a migration has locked, all callers wait. An answer may therefore decide only when to work, never on which
data.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

#: How long an answer is reused, unless this process commits anything meanwhile (seconds).
SHARED_SECONDS: Final = 0.45


class AskedTogether:
    """The polling queries of one process, and their latest answers."""

    def __init__(self, ask: Callable[[str], Mapping[str, object]]) -> None:
        """Store the function that returns the single result row of a statement."""
        self._ask = ask
        self._names: dict[str, str] = {}
        self._answers: Mapping[str, object] = {}
        self._answered_at = 0.0
        self._commits = 0

    def add(self, rows: str) -> Callable[[], bool]:
        """Return a function that tells whether a fixed select without parameters finds any row."""
        name = self._names.setdefault(rows, f"any_{len(self._names)}")
        return partial(self._is_any, name)

    def forget(self) -> None:
        """Discard the cached answers, because this process has committed something that may change them."""
        self._commits += 1
        self._answers = {}

    def _is_any(self, name: str) -> bool:
        if name not in self._answers or time.monotonic() - self._answered_at > SHARED_SECONDS:
            return bool(self._asked()[name])
        return bool(self._answers[name])

    def _asked(self) -> Mapping[str, object]:
        commits, began = self._commits, time.monotonic()
        answers = self._ask("select " + ", ".join(f"exists ({rows}) as {name}" for rows, name in self._names.items()))
        if commits == self._commits:  # else the answers may be older than a commit made meanwhile
            self._answers, self._answered_at = answers, began
        return answers
