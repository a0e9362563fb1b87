"""Counts the faults of a history against a model of the published events. It works at any moment, not only at the end.

`lost`: a gap in a log; an event that the cursor has passed, not blocked by a hold, without its effect or its reaction.
`duplicated`: an effect or a reaction twice. `ghosts`: an effect of an event that is in no log, or an event in a log
although it was rolled back. `disorder`: events about one subject applied out of order, or while held. `undone`: an
older grant applied after a newer withdrawal of the same fact.
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
    """All published and committed events, and all their results, in order."""

    told: dict[UUID, Told] = field(default_factory=dict)
    logs: dict[str, list[tuple[int, UUID]]] = field(default_factory=dict)
    effects: list[UUID] = field(default_factory=list)
    answers: list[tuple[UUID, str]] = field(default_factory=list)
    #: The follower's position in each log, and the position at which each held subject waits.
    stands: dict[str, int] = field(default_factory=dict)
    held: dict[tuple[str, UUID], int] = field(default_factory=dict)
    #: The events that operators skipped, by source and position.
    skipped: set[tuple[str, int]] = field(default_factory=set)
    #: The newest versions that any replica reads.
    versions: int = 1


@dataclass(frozen=True)
class Counts:
    """The counts that must be zero."""

    lost: int = 0
    duplicated: int = 0
    ghosts: int = 0
    disorder: int = 0
    undone: int = 0

    def __bool__(self) -> bool:
        """Return whether there is any fault."""
        return any(astuple(self))


def examine(history: History, *, settled: bool) -> Counts:
    """Count the faults; after everything has settled, every unapplied event is lost, regardless of cursor and holds."""
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
        """Return the position below which all events of a subject must have been applied, and above which none may."""
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
            # A restriction may be applied before its turn, and repeatedly, but never after its successor.
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
    """Count how often, within a subject, an index is lower than the previous one."""
    last: dict[tuple[str, UUID], int] = defaultdict(int)
    found = 0
    for each in events:
        key, place = (each.source, each.subject), places[each.id]
        found += place < last[key]
        last[key] = place
    return found


def granted(history: History) -> set[Fact]:
    """Return the facts that apply in the end, from the logs only (without the events that operators skipped)."""
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
