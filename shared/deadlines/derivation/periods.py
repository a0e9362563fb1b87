"""A period as it follows from the facts: its dates, its state and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from shared.reference import ClockKind
from shared.reference.periods import Due

RUNNING, PAUSED, UNDATED, DOUBTFUL = "running", "paused", "undated", "doubtful"
MISSED, PASSED, REACHED = "missed", "passed", "reached"
MET, ENDED, RESTING, WITHDRAWN = "met", "ended", "resting", "withdrawn"
#: The states of a period that still needs an action or an outcome.
LIVE: Final = frozenset((RUNNING, PAUSED, UNDATED, DOUBTFUL))
#: The state of a period once it is over by all readings, by its kind.
OVER: Final[Mapping[ClockKind, str]] = {
    "minimum": REACHED,
    "maximum": REACHED,
    "target": MISSED,
    "limitation": PASSED,
}

_NAMESPACE: Final = UUID("0b0e6e0c-8f0a-5a51-9a3d-6c3f5a1f7d20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A legal period of a case.

    `case`: the case of the fact that starts it. `start`: the starting fact, None if there is one period per case.
    `due` is safe for the person (for a minimum the latest reading, otherwise the earliest), `other` the one furthest
    from it; None if there is none. `in_time`: whether it was met in time: yes, no, unknown. `doubts`, `certainty`:
    codes (lists `clock_doubt`, `clock_certainty`). `ask_about`: the facts that the question to a person is about;
    empty: the case as a whole, or no question. `because`: the facts that it follows from. `birthday`: it is due on
    this birthday of the person, and `due` and `other` limit the month. `level`: how many warnings have passed,
    including the last day. `next_at`: when its state or level changes by the passage of time only; None: never.
    """

    case: UUID
    jurisdiction: str
    code: str
    start: UUID | None
    kind: ClockKind
    began: str
    began_on: date | None
    due: Due | None
    other: Due | None
    state: str
    in_time: str | None
    certainty: str
    doubts: tuple[str, ...]
    ask_about: tuple[UUID, ...]
    because: tuple[UUID, ...]
    birthday: int | None
    rule_version: str
    late_filing: bool
    paused_on: date | None
    level: int
    next_at: datetime | None

    @property
    def key(self) -> str:
        """Return the key that distinguishes it from every other period of its case."""
        return f"{self.jurisdiction}/{self.code}/{self.start or ''}"

    @property
    def id(self) -> UUID:
        """Return its id, which is the same on every replica, and after every rebuild."""
        return uuid5(_NAMESPACE, f"{self.case}/{self.key}")
