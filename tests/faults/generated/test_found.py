"""Failures of the mechanism that random histories found, each reduced to a minimal example."""

import pytest

from tests.faults.generated.examination import Counts
from tests.faults.generated.looking import check, check_at_rest, count, settle
from tests.faults.generated.telling import SUBJECTS, Kind
from tests.faults.generated.world import Make, World

pytestmark = [pytest.mark.fault, pytest.mark.integration]

CASE, OTHER = SUBJECTS[:2]


def test_an_early_restriction_of_a_new_consumer_stays_when_it_learns_the_epochs(make: Make) -> None:
    world = make(World)
    world.tell("intake", OTHER, Kind.NOTED)
    world.tell("intake", CASE, Kind.GRANTED)
    world.publish("intake")
    world.move_log("intake")
    world.tell("intake", CASE, Kind.WITHDRAWN)
    world.publish("intake")
    world.guard_takes(0, world.broker.guard.waiting)
    world.deliver(0, world.broker.inbox.first(1))
    world.catch_up(0, "intake")
    check(world)
    settle(world)
    check_at_rest(world)


def test_a_log_that_was_moved_before_its_first_event_is_read_at_the_first_look(make: Make) -> None:
    world = make(World)
    world.move_log("intake")
    world.tell("intake", CASE, Kind.NOTED)
    world.catch_up(0, "intake")
    assert count(world) == Counts()


def test_a_look_at_the_feed_goes_on_over_the_end_of_an_epoch(make: Make) -> None:
    world = make(World)
    world.tell("intake", CASE, Kind.NOTED, Kind.NOTED)
    world.move_log("intake")
    world.tell("intake", CASE, Kind.NOTED)
    world.catch_up(0, "intake")
    assert count(world) == Counts()


def test_an_early_restriction_stays_when_its_log_moves_and_the_cursor_is_behind(
    make: Make,
) -> None:
    world = make(World)
    world.tell("intake", OTHER, Kind.NOTED, Kind.NOTED)
    world.publish("intake")
    world.deliver(0, world.broker.inbox.first(1))
    world.move_log("intake")
    world.tell("intake", CASE, Kind.GRANTED, Kind.WITHDRAWN)
    world.publish("intake")
    world.guard_takes(0, world.broker.guard.waiting)
    world.move_log("intake")
    world.catch_up(0, "intake")
    check(world)
    settle(world)
    check_at_rest(world)
