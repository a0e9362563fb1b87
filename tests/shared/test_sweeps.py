"""Followers query sources' heads at intervals: their frequency and their requests, step by step on real databases."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import select

from shared.events.contract import Read, Reads
from shared.exchange import cursor
from shared.exchange.follower import (
    QUIET_AFTER_SWEEPS,
    QUIET_SWEEP_SECONDS,
    SWEEP_SECONDS,
    Follower,
    Following,
    Projection,
)
from shared.exchange.follower.apply import Application
from tests.kit.exchange import LEGAL, Happened, World
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.private_servers import own_address
from tests.kit.sealing import verifier
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
SOURCE = "intake"


class Stepped:
    """A follower that sweeps on demand."""

    def __init__(self, world: World) -> None:
        self.world, self.is_away = world, False
        self.feed = LogFeed(world.source, lambda: self.is_away)
        project = Projection("applied", frozenset({"intake.thing.happened"}), world.project)
        plan = Following("legal", LEGAL, Reads(Read("intake.thing.happened", Happened)), (project,))
        uri = own_address(world.uri, "legal")
        self.follower = Follower(world.target, plan, Application(world.target, plan), self.feed, uri, verifier())

    def sweep(self, times: int = 1) -> float:
        """Sweep this many times; return the seconds until the next sweep."""
        for _ in range(times):
            self.follower._swept_at = -1e9
            self.follower._sweep_when_due()
        return self.follower._seconds_to_sweep()

    def quieten(self) -> None:
        """Sweep until the interval is long."""
        assert self.sweep(2 * QUIET_AFTER_SWEEPS) > SWEEP_SECONDS


@pytest.fixture
def stepped(world: World) -> Iterator[Stepped]:
    return Stepped(world)


def test_where_nothing_comes_it_is_looked_less_often(stepped: Stepped) -> None:
    assert stepped.sweep(QUIET_AFTER_SWEEPS - 1) <= SWEEP_SECONDS
    assert SWEEP_SECONDS < stepped.sweep() <= QUIET_SWEEP_SECONDS


def test_a_head_beyond_the_cursor_is_looked_at_again_as_soon_as_ever(stepped: Stepped) -> None:
    stepped.quieten()
    stepped.world.tell(uuid4(), 1)
    assert stepped.sweep() <= SWEEP_SECONDS, "the broker may have lost it"
    stepped.sweep()
    assert stepped.world.count() == 1, "the feed brought what the broker did not"


def test_a_source_that_is_away_is_asked_as_often_as_ever(stepped: Stepped) -> None:
    stepped.quieten()
    stepped.is_away = True
    assert stepped.sweep() <= SWEEP_SECONDS


def test_a_subject_that_is_held_is_tried_as_often_as_ever(stepped: Stepped) -> None:
    stepped.quieten()
    stepped.world.poison.add(1)
    stepped.world.tell(uuid4(), 1)
    stepped.follower.catch_up(SOURCE)
    assert stepped.sweep(3 * QUIET_AFTER_SWEEPS) <= SWEEP_SECONDS


def test_after_a_new_connection_it_is_looked_as_often_as_ever(stepped: Stepped) -> None:
    stepped.quieten()
    with running(stepped.follower):
        wait_until(lambda: stepped.follower.connected, "the follower listens")
        wait_until(
            lambda: stepped.follower._seconds_to_sweep() <= SWEEP_SECONDS, "the broker may have lost something", 2
        )


def test_what_is_compared_says_the_head_too(stepped: Stepped) -> None:
    stepped.quieten()
    stepped.world.tell(uuid4(), 1, 2)
    stepped.follower.catch_up(SOURCE)
    before = stepped.feed.asked
    assert stepped.sweep() <= SWEEP_SECONDS
    assert stepped.feed.asked == before
    stepped.sweep()
    assert stepped.feed.asked == before + 1, "what was compared need not be compared again"


def test_only_what_was_there_at_the_start_is_applied_with_care(stepped: Stepped) -> None:
    stepped.world.tell(uuid4(), 1, 2, 3)
    stepped.follower.catch_up(SOURCE)
    assert last_counted(stepped.world) == 3, "each may have killed the process before"
    stepped.world.tell(uuid4(), 4, 5)
    stepped.follower.catch_up(SOURCE)
    assert stepped.world.count() == 5
    assert last_counted(stepped.world) == 3, "these came later"


def last_counted(world: World) -> int:
    """Return the last position whose attempt was counted."""
    with world.target.transaction() as session:
        tried = select(cursor.cursors.c.attempt_position).where(cursor.cursors.c.source == SOURCE)
        return session.execute(tried).scalar_one()
