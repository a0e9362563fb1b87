"""A stop in the middle of a batch that is applied event by event: it ends soon, and the rest follows later."""

from collections.abc import Callable, Sequence
from queue import Queue
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.thread_world import note
from tests.kit.exchange import World
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration]

EVENTS, STOP_AT = 150, 5


def test_a_stop_does_not_wait_for_a_batch_that_is_applied_one_by_one(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    project = world.project
    stops: Queue[Callable[[], None]] = Queue()

    def stopping(session: Any, events: Sequence[Any]) -> None:
        project(session, events)
        if any(each.data["number"] == STOP_AT for each in events):
            stops.get(timeout=PATIENCE)()

    # Published before the follower starts, so that it applies these events one by one.
    world.tell(uuid4(), *range(1, EVENTS + 1))
    with world.relaying():
        world.project = stopping  # type: ignore[method-assign]
        with world.following() as (follower, _):
            stops.put(follower.stop)
            wait_until(lambda: not follower.connected, "it has stopped")
        assert world.count() == STOP_AT, "the event in hand was finished, and no other begun"
        world.project = project  # type: ignore[method-assign]
        with world.following():
            wait_until(lambda: world.count() == EVENTS, "the rest is applied after the next start", 60)
    note(world, record_property, faults=1)
