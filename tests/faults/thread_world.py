"""The counters of the history checker, for a source and a follower in threads of the test."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable

from sqlalchemy import select

from shared.exchange import eventlog
from tests.faults.history import Found
from tests.kit.exchange import World


def found(world: World) -> Found:
    """Compare the source's log with the follower's effects and reactions."""
    with world.source.transaction() as session:
        eventlog.number(session)
    with world.source.transaction() as session:
        log = eventlog.read(session, "intake", after=0, limit=100_000)
    with world.target.transaction() as session:
        answers = Counter(session.scalars(select(eventlog.event_log.c.cause)))
    told = defaultdict(list)
    for each in log:
        told[each.subject].append(each.data["number"])
    applied = world.applied()
    wanted = Counter((subject, number) for subject, numbers in told.items() for number in numbers)
    got = Counter((subject, number) for subject, numbers in applied.items() for number in numbers)
    known = {each.id for each in log}
    return Found(
        events=len(log),
        lost=(wanted - got).total() + sum(1 for each in log if not answers[each.id]),
        duplicated=_again(got) + _again(answers),
        ghosts=sum(1 for each in got if each not in wanted) + sum(1 for each in answers if each not in known),
        disorder=sum(1 for subject, numbers in applied.items() if not _in_order(numbers, told[subject])),
    )


def _again(counted: Counter[object]) -> int:
    return sum(count - 1 for count in counted.values())


def _in_order(numbers: list[int], told: list[int]) -> bool:
    return numbers == [each for each in told if each in set(numbers)]


def note(world: World, record_property: Callable[[str, object], None], faults: int) -> None:
    """Count the faults of the history, add them to the run's last line, and assert that there are none."""
    counted = found(world)
    record_property("history", {**dataclasses.asdict(counted), "faults": faults})
    assert (counted.lost, counted.duplicated, counted.ghosts, counted.disorder) == (0, 0, 0, 0)
