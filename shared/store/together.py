"""Whether there is anything to do, which loops ask of one database again and again: asked together, in one trip.

The answer is nearly always no, and to bring it takes far longer than to find it. Whoever asks waits for what any of the
questions waits for, such as a table that a migration holds: an answer may decide how soon a thing is done, never what.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

#: An answer serves whoever asks within so many seconds, unless this process commits anything meanwhile.
SHARED_SECONDS: Final = 0.45


class AskedTogether:
    """The questions of one process, and what was answered last."""

    def __init__(self, ask: Callable[[str], Mapping[str, object]]) -> None:
        """Store what returns the one row that answers a statement."""
        self._ask = ask
        self._names: dict[str, str] = {}
        self._answers: Mapping[str, object] = {}
        self._answered_at = 0.0
        self._commits = 0

    def add(self, rows: str) -> Callable[[], bool]:
        """Return what answers whether a select of ours, without parameters, finds any row."""
        name = self._names.setdefault(rows, f"any_{len(self._names)}")
        return partial(self._is_any, name)

    def forget(self) -> None:
        """Answer nothing any more that may have changed: this process has committed something."""
        self._commits += 1
        self._answers = {}

    def _is_any(self, name: str) -> bool:
        if name not in self._answers or time.monotonic() - self._answered_at > SHARED_SECONDS:
            return bool(self._asked()[name])
        return bool(self._answers[name])

    def _asked(self) -> Mapping[str, object]:
        commits, began = self._commits, time.monotonic()
        answers = self._ask("select " + ", ".join(f"exists ({rows}) as {name}" for rows, name in self._names.items()))
        if commits == self._commits:  # else it may have been read before what was committed meanwhile
            self._answers, self._answered_at = answers, began
        return answers
