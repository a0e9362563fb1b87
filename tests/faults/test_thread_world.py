"""The counters for followers in threads are themselves tested: they find the faults that they must find."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from tests.faults.thread_world import found
from tests.kit.exchange import LEGAL, World

pytestmark = pytest.mark.integration


def apply(world: World, subject: UUID, *numbers: int) -> None:
    with world.target.transaction() as session:
        for number in numbers:
            row = {"subject": subject, "number": number}
            session.execute(text("insert into applied (subject, number) values (:subject, :number)"), row)


def answer(world: World, subject: UUID, *positions: int) -> None:
    with world.source.transaction() as session:
        eventlog.number(session)
    with world.source.transaction() as session:
        log = eventlog.read(session, "intake", after=0, limit=9)
    for position in positions:
        cause = log[position - 1].id if position else uuid4()
        with world.target.transaction(ORIGIN.holding(Origin(LEGAL, cause=cause))) as session:
            eventlog.record(session, subject, [Announcement("thing.answered", {"number": position})])


@pytest.mark.parametrize(
    ("applied", "answered", "counted"),
    [
        ((1, 2, 3), (1, 2, 3), (0, 0, 0, 0)),
        ((1, 3), (1, 2, 3), (1, 0, 0, 0)),
        ((1, 2, 3), (1, 3), (1, 0, 0, 0)),
        ((1, 2, 2, 3), (1, 2, 3), (0, 1, 0, 1)),
        ((1, 2, 3), (1, 2, 3, 3), (0, 1, 0, 0)),
        ((1, 2, 3, 9), (1, 2, 3), (0, 0, 1, 1)),
        ((1, 2, 3), (1, 2, 3, 0), (0, 0, 1, 0)),
        ((2, 1, 3), (1, 2, 3), (0, 0, 0, 1)),
    ],
)
def test_each_kind_of_fault_is_counted(
    world: World, applied: tuple[int, ...], answered: tuple[int, ...], counted: tuple[int, ...]
) -> None:
    subject = uuid4()
    world.tell(subject, 1, 2, 3)
    apply(world, subject, *applied)
    answer(world, subject, *answered)
    seen = found(world)
    assert (seen.lost, seen.duplicated, seen.ghosts, seen.disorder) == counted
