"""The steps of a history: requests, searches for ids, and moves of the clock, written down before it is played.

A script never depends on a response. Its labels name ids, and a label without an id is sent as an id that names no
record. A change of behaviour therefore changes responses, and never the next requests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from tests.transcript.chance import Chance

#: The label of the history's case.
CASE: Final = "$case#0"


@dataclass(frozen=True)
class On:
    """A date this number of days after the request, exact to the day, the month or the year, or unknown."""

    days: int
    form: str = "day"

    def written(self, now: datetime) -> str:
        """Return the date as it is sent."""
        then = now + timedelta(days=self.days)
        if self.form == "instant":
            return then.replace(microsecond=0).isoformat().replace("+00:00", "Z")
        ends = {"day": 10, "month": 7, "year": 4}
        return then.date().isoformat()[: ends[self.form]] if self.form in ends else "unknown"


@dataclass(frozen=True)
class Ask:
    """A request; `keep` is the label of the id in its response, `seen` the address whose ETag it sends."""

    who: str
    service: str
    method: str
    path: str
    body: Any = None
    keep: str | None = None
    seen: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Find:
    """A search for the id of a record that the services made: the first in a list that matches `where`."""

    who: str
    service: str
    path: str
    within: str
    keep: str
    where: Mapping[str, Any] = field(default_factory=dict)
    name: str = "id"


@dataclass(frozen=True)
class Move:
    """An advance of the clock."""

    days: int = 0
    hours: int = 0


Step: TypeAlias = Ask | Find | Move


class Thread:
    """The steps of one matter within a history, in order; the steps of other matters come in between."""

    def __init__(self, chance: Chance, number: int, law: str) -> None:
        """Store the random generator for the steps, the number, which makes its labels unique, and the law."""
        self.chance = chance
        self.law = law
        self.steps: list[Step] = []
        self._number = number
        self._labels: dict[str, int] = {}

    def label(self, kind: str) -> str:
        """Return a label that no other step of the history has."""
        self._labels[kind] = self._labels.get(kind, 0) + 1
        return f"{kind}#{self._number}.{self._labels[kind]}"

    def post(self, who: str, service: str, path: str, body: Any = None, keep: str | None = None) -> str:
        """Add a request that creates a record; return how later steps name its id."""
        label = self.label(keep) if keep else None
        self.steps.append(Ask(who, service, "POST", _whole(path), body, label))
        return f"${label}"

    def change(
        self, who: str, service: str, path: str, body: Any = None, *, how: str = "POST", seen: str = "", keep: str = ""
    ) -> str:
        """Add a request that changes the current version of a resource, by default the case."""
        label = self.label(keep) if keep else None
        self.steps.append(Ask(who, service, how, _whole(path), body, label, seen=_whole(seen)))
        return f"${label}"

    def get(self, who: str, service: str, path: str = "", **query: str) -> None:
        """Add a reading request."""
        self.steps.append(Ask(who, service, "GET", _whole(path), query=query))

    def find(
        self, who: str, service: str, path: str, within: str, keep: str, *, name: str = "id", where: Any = None
    ) -> str:
        """Add a search for an id; return how later steps name it."""
        label = self.label(keep)
        self.steps.append(Find(who, service, _whole(path), within, label, where or {}, name))
        return f"${label}"

    def move(self, days: int = 0, hours: int = 0) -> None:
        """Add an advance of the clock."""
        self.steps.append(Move(days, hours))

    def day(self, first: int, last: int) -> On:
        """Draw a day in a range."""
        return On(first + self.chance.number(last - first + 1))

    def vague(self, first: int, last: int) -> On:
        """Draw a day in a range. It can be exact only to the month or the year, or unknown."""
        form = self.chance.pick("day", "day", "day", "instant", "month", "month", "year", "unknown")
        return replace(self.day(first, last), form=form)

    def vague_day(self, first: int, last: int) -> On:
        """Draw such a day for a field that takes no instant."""
        drawn = self.vague(first, last)
        return replace(drawn, form="day") if drawn.form == "instant" else drawn


def _whole(path: str) -> str:
    return path if path.startswith("/") else f"/v1/cases/{CASE}/{path}".rstrip("/")


def interleaved(threads: Sequence[Thread], chance: Chance) -> list[Step]:
    """Return the steps of all threads in one order; the steps of each thread stay in order."""
    left = [list(thread.steps) for thread in threads]
    steps: list[Step] = []
    while waiting := [each for each in left if each]:
        steps.append(chance.pick(*waiting).pop(0))
    return steps


def dated(steps: Iterable[Step], begins: datetime) -> Iterable[tuple[datetime, Step]]:
    """Yield the steps with their instants; days are written as they are sent at that time."""
    now = begins
    for step in steps:
        if isinstance(step, Move):
            now += timedelta(days=step.days, hours=step.hours)
            yield now, step
        elif isinstance(step, Ask):
            query = {name: written(value, now) for name, value in step.query.items()}
            yield now, replace(step, body=written(step.body, now), query=query)
        else:
            yield now, step


def written(value: Any, now: datetime) -> Any:
    """Return a body with its days as text."""
    if isinstance(value, On):
        return value.written(now)
    if isinstance(value, Mapping):
        return {name: written(each, now) for name, each in value.items()}
    return [written(each, now) for each in value] if isinstance(value, (list, tuple)) else value
