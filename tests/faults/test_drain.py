"""A drain and live batches of the same subject run in two replicas: each event is applied once, in order."""

import threading
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.events.contract import Read, Reads
from shared.exchange import cursor, eventlog
from shared.exchange.feed import FeedAway, Page
from shared.exchange.follower import Following, drain
from shared.exchange.follower.apply import Application
from shared.exchange.follower.drain import Drain
from tests.faults.thread_world import note
from tests.kit.exchange import LEGAL, Happened, World
from tests.kit.logfeed import LogFeed
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration]

ROUNDS = 3
#: The event of a drain at whose application the follower must stop.
STOP_AT = 5


def wait_no_longer(world: World) -> None:
    """Advance time until the next retry of a hold."""
    with world.target.transaction() as session:
        session.execute(text("update follow_holds set next_try_at = now() where next_try_at is not null"))


def held(world: World) -> bool:
    with world.target.transaction() as session:
        return session.execute(text("select 1 from follow_holds")).first() is not None


def attempts(world: World) -> int:
    with world.target.transaction() as session:
        return int(session.execute(text("select attempts from follow_holds")).scalar_one())


def stands_at(world: World) -> int:
    with world.target.transaction() as session:
        return cursor.read_state(session, "intake").position


@pytest.mark.promise("REL-8")
def test_a_drain_beside_live_batches_of_the_same_subject_keeps_its_order(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    subject, told = uuid4(), 0

    def tell(events: int) -> None:
        nonlocal told
        for _ in range(events // 2):
            world.tell(subject, told + 1, told + 2)
            told += 2

    with world.following(), world.following(), world.relaying():
        for _ in range(ROUNDS):
            world.poison = {told + 10}
            tell(60)
            wait_until(lambda: held(world), "the subject is held", 60)
            world.poison = set()
            writer = threading.Thread(target=tell, args=(100,))
            writer.start()
            wait_no_longer(world)
            writer.join()
            wait_until(lambda: not held(world), "the drain has caught up with the live events", 60)
        wait_until(lambda: world.count() == told, "all are applied", 60)
    note(world, record_property, faults=ROUNDS)


@pytest.mark.promise("REL-10")
def test_a_source_that_is_away_uses_up_no_try_of_what_is_held(
    world: World, record_property: Callable[[str, object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = uuid4()
    world.poison = {1}
    asked = 0
    reach = LogFeed.fetch

    def fetch(self: LogFeed, source: str, **which: Any) -> Page:
        nonlocal asked
        if which.get("subject") is not None:
            asked += 1
            raise FeedAway("away")
        return reach(self, source, **which)

    monkeypatch.setattr(LogFeed, "fetch", fetch)
    with world.following(), world.relaying():
        world.tell(subject, 1, 2)
        wait_until(lambda: held(world), "the subject is held")
        world.poison = set()
        wait_until(lambda: asked >= 2, "its events were asked for and can't be had")
        wait_until(lambda: attempts(world) == 1, "which counts as no try")
        monkeypatch.setattr(LogFeed, "fetch", reach)
        wait_until(lambda: world.count() == 2, "the source is back, and its events are applied")
    note(world, record_property, faults=1)


def test_a_stop_does_not_wait_for_a_long_drain(
    world: World, record_property: Callable[[str, object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, in_hand, stopped, project = uuid4(), threading.Event(), threading.Event(), world.project

    def applied_before_the_stop(session: Any, events: Sequence[Any]) -> None:
        project(session, events)
        if any(each.data["number"] == STOP_AT for each in events):
            in_hand.set()
            assert stopped.wait(PATIENCE)

    world.project = applied_before_the_stop  # type: ignore[method-assign]
    monkeypatch.setattr(drain, "TURN_SECONDS", 60.0)
    world.poison = {1}
    with world.relaying():
        with world.following() as (follower, _):
            world.tell(subject, *range(1, 201))
            wait_until(lambda: stands_at(world) == 200, "200 events of one subject wait")
            world.poison = set()
            wait_no_longer(world)
            assert in_hand.wait(PATIENCE), "the drain has begun"
            follower.stop()
            stopped.set()
        assert world.count() == STOP_AT, "the event in hand was finished, and no other begun"
        monkeypatch.setattr(drain, "TURN_SECONDS", 2.0)
        with world.following():
            wait_until(lambda: world.count() == 200, "what was left is drained after the next start", 60)
    note(world, record_property, faults=1)


def test_a_log_that_ends_before_our_cursor_keeps_a_drain_for_its_turn_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain, "TURN_SECONDS", 0.2)
    hold_beyond_the_log(world, subjects=5).run_due()
    with world.target.transaction() as session:
        asked = list(session.scalars(text("select attempts from follow_holds order by attempts")))
    assert asked == [1, 1, 1, 1, 2], "one has used the turn up, and the others are left for the next"


def test_who_is_to_stop_begins_no_drain(world: World) -> None:
    hold_beyond_the_log(world, subjects=5, stopping=True).run_due()
    with world.target.transaction() as session:
        assert session.scalar(text("select max(attempts) from follow_holds")) == 1


def hold_beyond_the_log(world: World, *, subjects: int, stopping: bool = False) -> Drain:
    """Hold subjects at positions that the source's log lost in a restore that the follower has not noticed."""
    plan = Following("legal", LEGAL, Reads(Read("intake.thing.happened", Happened)))
    with world.source.transaction() as session:
        epoch = eventlog.epochs(session)[-1].epoch
    with world.target.transaction() as session:
        cursor.lock(session, "intake")
        cursor.move(session, "intake", 9, epoch)
        session.execute(
            text(
                "insert into follow_holds (source, subject, position, name, version, attempts, reason, next_try_at)"
                " select 'intake', gen_random_uuid(), 7, 'thing.happened', 1, 1, 'LookupError', now()"
                " from generate_series(1, :subjects)"
            ),
            {"subjects": subjects},
        )
    return Drain(world.target, Application(world.target, plan), LogFeed(world.source), lambda: stopping)
