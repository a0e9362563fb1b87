"""A store that is slow for longer than the broker waits for a heartbeat: the connection stays open."""

from collections.abc import Callable, Sequence
from threading import Event
from typing import Any
from uuid import uuid4

import pytest

from shared.exchange import broker, follower
from tests.faults.thread_world import note
from tests.kit.exchange import World
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration]

#: The heartbeat is checked once a second (`Link.beat`), so that a heartbeat of one second can be missed without a
#: fault. The batch takes twelve seconds: longer than the two or three intervals after which the broker gives up.
HEARTBEAT, EVENTS, SECONDS_EACH = 3, 60, 0.2


@pytest.fixture
def short_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker.limits, "HEARTBEAT_SECONDS", HEARTBEAT)


def test_a_long_batch_does_not_cost_the_line_to_the_broker(
    short_heartbeat: None,
    world: World,
    record_property: Callable[[str, object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project, slow, lines = world.project, Event(), list[broker.Inbox]()

    def connect(*where: Any) -> broker.Inbox:
        lines.append(broker.Inbox(*where))
        return lines[-1]

    def slowly(session: Any, events: Sequence[Any]) -> None:
        slow.wait(SECONDS_EACH)
        project(session, events)

    world.project = slowly  # type: ignore[method-assign]
    monkeypatch.setattr(follower, "Inbox", connect)
    with world.following(), world.relaying():
        world.tell(uuid4(), *range(EVENTS))
        wait_until(lambda: world.count() == EVENTS, "all are applied, one by one", 90)
    assert len(lines) == 1
    note(world, record_property, faults=1)
