"""Counts what went wrong in a history, by a model of what was told; looks at any moment, not only at the end.

`lost`: a gap in a log; an event that the cursor has passed, and that no hold stands before, without its effect or its
answer. `duplicated`: an effect or an answer twice. `ghosts`: of an event that no log has, or in a log though it was
rolled back. `disorder`: about one subject in another order than it was told, or applied while held. `undone`: an older
grant applied after a newer withdrawal of the same fact.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from uuid import UUID

from tests.faults.generated.telling import Kind, Told

Fact = tuple[str, UUID, str]


@dataclass
class History:
    """Everything that was told and committed, and all that came of it, each in its order."""

    told: dict[UUID, Told] = field(default_factory=dict)
    logs: dict[str, list[tuple[int, UUID]]] = field(default_factory=dict)
    effects: list[UUID] = field(default_factory=list)
    answers: list[tuple[UUID, str]] = field(default_factory=list)
    #: Where the follower stands in each log, and at which position each held subject waits.
    stands: dict[str, int] = field(default_factory=dict)
    held: dict[tuple[str, UUID], int] = field(default_factory=dict)
    #: What operators left out, by source and position.
    skipped: set[tuple[str, int]] = field(default_factory=set)
    #: The newest versions that any replica reads.
    versions: int = 1


@dataclass(frozen=True)
class Counts:
    """What must be nought."""

    lost: int = 0
    duplicated: int = 0
    ghosts: int = 0
    disorder: int = 0
    undone: int = 0

    def __bool__(self) -> bool:
        """Anything wrong?"""
        return any(astuple(self))


def examine(history: History, *, settled: bool) -> Counts:
    """Count; once all has settled, whatever is not applied is lost, wherever cursor and holds stand."""
    return _Examination(history, settled=settled).counts()


class _Examination:
    def __init__(self, history: History, *, settled: bool) -> None:
        self.history = history
        self.settled = settled
        self.places = {event: position for log in history.logs.values() for position, event in log}
        self.applied = set(history.effects)
        self.answered = Counter(history.answers)
        self.withdrawn: dict[Fact, int] = defaultdict(int)
        for each in self._known(history.effects):
            if each.kind.restricts:
                self.withdrawn[_fact(each)] = max(self.withdrawn[_fact(each)], self.places[each.id])

    def counts(self) -> Counts:
        return Counts(self._lost(), self._duplicated(), self._ghosts(), self._disorder(), self._undone())

    def _known(self, events: Iterable[UUID]) -> Iterable[Told]:
        return (self.history.told[each] for each in events if each in self.places and each in self.history.told)

    def _bound(self, told: Told) -> float:
        """Below which position all of a subject must have been applied, and from which on nothing may."""
        if self.settled:
            return math.inf
        passed = self.history.stands.get(told.source, 0) + 1
        return min(passed, self.history.held.get((told.source, told.subject), passed))

    def _lost(self) -> int:
        gaps = sum(
            1
            for log in self.history.logs.values()
            for place, (position, _) in enumerate(log, start=1)
            if position != place
        )
        unlogged = sum(1 for each in self.history.told if each not in self.places) if self.settled else 0
        return gaps + unlogged + sum(self._missing(each) for each in self._known(self.places))

    def _missing(self, told: Told) -> bool:
        place = self.places[told.id]
        if not told.kind.is_read or place >= self._bound(told) or (told.source, place) in self.history.skipped:
            return False
        overruled = told.kind.is_about_a_fact and self.withdrawn[_fact(told)] > place
        if told.id not in self.applied and not overruled:
            return True
        if told.kind is Kind.GRANTED and told.id not in self.applied:
            return False
        wanted = {"first"} if told.kind.is_about_a_fact else {"first", "second"}
        return any(not self.answered[told.id, reaction] for reaction in wanted)

    def _duplicated(self) -> int:
        once = Counter(each.id for each in self._known(self.history.effects) if not each.kind.restricts)
        logged = Counter(event for log in self.history.logs.values() for _, event in log)
        return sum(count - 1 for counted in (once, logged, self.answered) for count in counted.values())

    def _ghosts(self) -> int:
        rolled_back = sum(1 for each in self.places if each not in self.history.told)
        causes = {cause for cause, _ in self.history.answers}
        return rolled_back + sum(1 for each in self.applied | causes if each not in self.places)

    def _disorder(self) -> int:
        found = _falls(self.places, self._known(self.history.told))
        ordinary: dict[tuple[str, UUID], int] = defaultdict(int)
        for each in self._known(self.history.effects):
            place, key = self.places[each.id], (each.source, each.subject)
            # A restriction may come ahead of its turn, and again, but never after what followed it.
            found += place < ordinary[key]
            if not each.kind.restricts:
                found += place >= self._bound(each)
                ordinary[key] = max(ordinary[key], place)
        causes = self._known(cause for cause, _ in self.history.answers)
        return found + _falls(self.places, causes)

    def _undone(self) -> int:
        found = 0
        highest: dict[Fact, int] = defaultdict(int)
        for each in self._known(self.history.effects):
            place, fact = self.places[each.id], _fact(each)
            if each.kind.restricts:
                highest[fact] = max(highest[fact], place)
            elif each.kind is Kind.GRANTED:
                found += place < highest[fact]
        return found


def _fact(told: Told) -> Fact:
    return told.source, told.subject, told.fact


def _falls(places: dict[UUID, int], events: Iterable[Told]) -> int:
    """Count how often, within a subject, a place lies before the one that came just before it."""
    last: dict[tuple[str, UUID], int] = defaultdict(int)
    found = 0
    for each in events:
        key, place = (each.source, each.subject), places[each.id]
        found += place < last[key]
        last[key] = place
    return found


def granted(history: History) -> set[Fact]:
    """Say which facts hold in the end, from the logs alone (and what operators left out)."""
    found: set[Fact] = set()
    for source, log in history.logs.items():
        for position, event in log:
            told = history.told[event]
            if (source, position) in history.skipped and event not in history.effects:
                continue
            if told.kind is Kind.GRANTED:
                found.add(_fact(told))
            elif told.kind.restricts:
                found.discard(_fact(told))
    return found
