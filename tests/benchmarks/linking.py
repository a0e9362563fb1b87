"""How well two colluding agencies can match people in their streams using only types and delivery times.

A model, not an installation: events happen to fictitious persons in office hours, and each agency receives those that
its consent allows. The pseudonyms are unrelated; the two agencies compare the times and types of the events.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from deploy.cli.console import print_table
from tests.benchmarks.measurement import Measurement

PERSONS, SEEDS = 200, 3
#: The number of days during which both agencies have received events.
SPANS: Final = (5, 14, 28, 90)
#: Events per person in a working week, and the share that each agency receives.
A_WEEK, HEARD = 3.0, 0.6
TYPES: Final = 12
HOUR, DAY = 3600.0, 86_400.0
#: Seconds within which an immediate push reaches both agencies.
AT_ONCE: Final = 0.3
#: Person -> received events, as type and time.
Stream: TypeAlias = Mapping[int, list[tuple[int, float]]]
#: The delivery time of an event, given the time at which it happened.
Delivery: TypeAlias = Callable[[float, random.Random], float]


@dataclass(frozen=True)
class Way:
    """A method of delivery, and the tolerance with which the agencies compare two times."""

    name: str
    delivered: Delivery
    same: float


def _jittered(most: float) -> Delivery:
    return lambda at, chance: at + chance.random() * most


WAYS: Final = (
    Way("pushed at once, compared by the second", _jittered(AT_ONCE), 1.0),
    Way("the hours in the documents alone", lambda at, _: at // HOUR * HOUR, 1.0),
    Way("pushed at once, each delayed by up to an hour", _jittered(HOUR), HOUR),
    Way("each delayed by up to a day", _jittered(DAY), DAY),
    Way("all at the end of the day", lambda at, _: (at // DAY + 1) * DAY, 1.0),
    Way("all at the end of the week", lambda at, _: (at // (7 * DAY) + 1) * 7 * DAY, 1.0),
)


def linked(way: Way, *, seed: int, days: int, persons: int = PERSONS) -> float:
    """Return the share of the persons whose two pseudonyms are each other's best match."""
    chance = random.Random(seed)
    streams: tuple[dict[int, list[tuple[int, float]]], ...] = (defaultdict(list), defaultdict(list))
    for person in range(persons):
        for type_, at in _life(chance, days):
            for stream in streams:
                if chance.random() < HEARD:
                    stream[person].append((type_, way.delivered(at, chance)))
    return _rightly_linked(streams[0], streams[1], way.same, persons)


def _life(chance: random.Random, days: int) -> list[tuple[int, float]]:
    busy = [day for day in range(days) if day % 7 < 5 and chance.random() < A_WEEK / 5]
    return [(chance.randrange(TYPES), day * DAY + (8 + 10 * chance.random()) * HOUR) for day in busy]


def _rightly_linked(one: Stream, other: Stream, same: float, persons: int) -> float:
    by_type: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for person, came in other.items():
        for type_, at in came:
            by_type[type_].append((at, person))
    total = sum(map(len, by_type.values()))
    right = 0
    for person, came in one.items():
        scores: dict[int, float] = defaultdict(float)
        for type_, at in came:
            near = {named for when, named in by_type[type_] if abs(when - at) <= same}
            for named in near:
                # A coincidence of rare events is strong evidence, one of frequent events is weak.
                scores[named] += 1 / len(near)
        best = max(scores, key=lambda named: scores[named] - len(other[named]) / total, default=None)
        right += best == person
    return right / persons


def compare() -> tuple[list[Measurement], dict[str, Any]]:
    """Print and return the share of matched persons, by delivery method and length of observation."""
    figures = {
        way.name: [sum(linked(way, seed=seed, days=days) for seed in range(SEEDS)) / SEEDS for days in SPANS]
        for way in WAYS
    }
    print_table(
        ["delivered", *(f"after {days} days" for days in SPANS)],
        [[name, *(f"{part:.0%}" for part in parts)] for name, parts in figures.items()],
    )
    last = f"people that two agencies find in each other's streams after {SPANS[-1]} days"
    return (
        [Measurement(f"{last}, {name}", round(parts[-1] * 100), "%") for name, parts in figures.items()],
        {"linking": {"persons": PERSONS, "days": SPANS, "parts": figures}},
    )


if __name__ == "__main__":
    compare()
