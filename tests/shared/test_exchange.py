"""The exchange on a real broker and real databases: a source, its relay, and a follower, in threads of this process."""

import threading
from typing import Any
from uuid import UUID, uuid4

import amqp
import kombu.connection
import pytest
from sqlalchemy import select

from shared.events.contract import Read, Reads
from shared.events.envelope import Announcement
from shared.exchange import cursor, eventlog, holds
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import Page
from shared.exchange.follower import Follower, Following, Projection
from shared.exchange.follower.apply import Application
from tests.kit.databases import as_owner
from tests.kit.exchange import INTAKE, LEGAL, Happened, World
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import verifier
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration


def test_without_faults_all_arrives_once_in_order_and_the_feed_is_not_needed(world: World) -> None:
    subjects = [uuid4() for _ in range(10)]
    with world.following() as (follower, _), world.relaying():
        healed: list[str] = []
        follower.catch_up = healed.append  # type: ignore[method-assign]  # what must not be used
        tellers = [
            threading.Thread(target=lambda mine=subject: [world.tell(mine, n, n + 1) for n in range(0, 40, 2)])
            for subject in subjects
        ]
        for each in tellers:
            each.start()
        for each in tellers:
            each.join()
        wait_until(lambda: world.count() == 400, "400 events are applied")
    assert world.applied() == {subject: list(range(40)) for subject in subjects}
    assert healed == []


@pytest.mark.promise("REL-7")
def test_each_event_is_answered_once_with_its_cause(world: World) -> None:
    subject = uuid4()
    with world.following(), world.relaying():
        world.tell(subject, 1, 2)
        wait_until(lambda: world.count() == 2, "both are applied")
    with world.source.transaction() as session:
        causes = [each.id for each in eventlog.read(session, "intake", after=0, limit=9)]
    with world.target.transaction() as session:
        rows = session.execute(select(eventlog.event_log.c.cause).order_by(eventlog.event_log.c.serial)).scalars()
        assert list(rows) == causes


@pytest.mark.parametrize("count", [1, 2, 8, 9, 30])
def test_events_that_are_recorded_together_keep_their_order(world: World, count: int) -> None:
    world.tell(uuid4(), *range(count))
    with world.source.transaction() as session:
        rows = session.execute(select(eventlog.event_log.c.data).order_by(eventlog.event_log.c.serial)).scalars()
        assert [row["number"] for row in rows] == list(range(count))


@pytest.mark.promise("REL-2")
def test_positions_have_no_gap_whoever_numbers_and_however_slow_a_transaction_is(world: World) -> None:
    slow_began, slow_may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with world.source.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, uuid4(), [Announcement("thing.happened", {"number": 0})])
            slow_began.set()
            slow_may_end.wait(10)

    stop = threading.Event()

    def number() -> None:
        while not stop.is_set():
            with world.source.transaction() as session:
                eventlog.number(session)

    threads = [threading.Thread(target=each) for each in (slow, number, number)]
    for each in threads:
        each.start()
    slow_began.wait(10)
    for n in range(60):
        world.tell(uuid4(), n)
    slow_may_end.set()
    threads[0].join()
    stop.set()
    for each in threads[1:]:
        each.join()
    with world.source.transaction() as session:
        head = eventlog.number(session)
    with world.source.transaction() as session:
        positions = [each.position for each in eventlog.read(session, "intake", after=0, limit=200)]
    assert positions == list(range(1, 62))
    assert head == 61


@pytest.mark.promise("REL-1")
def test_what_was_rolled_back_is_never_told(world: World) -> None:
    subject = uuid4()
    with world.following(), world.relaying():
        with pytest.raises(ZeroDivisionError):
            _tell_and_fail(world, subject)
        world.tell(subject, 2)
        wait_until(lambda: world.count() == 1, "the committed one is applied")
    assert world.applied() == {subject: [2]}


@pytest.mark.promise("REL-4")
def test_what_the_queue_lost_comes_by_the_feed(world: World) -> None:
    before, lost = uuid4(), uuid4()
    with world.following(), world.relaying():
        world.tell(before, 1)
        wait_until(lambda: world.count() == 1, "the first is applied")
    with world.relaying():
        world.tell(lost, 1, 2, 3)
        wait_until(lambda: _published(world) == 4, "all are published")
    with kombu.connection.Connection(world.uri) as connection:
        connection.channel().queue_purge("legal.inbox")
    with world.following() as (_, feed), world.relaying():
        wait_until(lambda: world.count() == 4, "the lost tail is found")
        assert feed.asked > 0
    assert world.applied() == {before: [1], lost: [1, 2, 3]}


def test_a_bad_event_holds_its_own_subject_only_and_is_drained_in_order(world: World) -> None:
    bad, good = uuid4(), uuid4()
    world.poison = {2}
    with world.following(), world.relaying():
        world.tell(bad, 1, 2, 3)
        world.tell(good, 1, 3, 5)
        wait_until(lambda: world.applied().get(good) == [1, 3, 5], "the other subject flows")
        wait_until(lambda: bool(_held(world)), "the bad one is held")
        world.tell(bad, 4)
        world.tell(good, 7)
        wait_until(lambda: world.applied()[good] == [1, 3, 5, 7], "it flows still")
        assert world.applied()[bad] == [1]
        world.poison = set()
        wait_until(lambda: world.applied()[bad] == [1, 2, 3, 4], "the drain applies what waited")
        wait_until(lambda: not _held(world), "and lets the subject flow again")
        world.tell(bad, 5)
        wait_until(lambda: world.applied()[bad] == [1, 2, 3, 4, 5], "as it does")


def test_a_body_that_can_not_be_read_leaves_its_hash_alone_and_the_queue_flows(world: World) -> None:
    subject = uuid4()
    with world.following(), world.relaying(), kombu.connection.Connection(world.uri) as connection:
        channel = connection.channel()
        for body in (b"no json: Jane Doe", b"{}", b"x" * 70_000):
            channel.basic_publish(amqp.Message(body), exchange="intake.events", routing_key="thing.happened.v1")
        world.tell(subject, 1)
        wait_until(lambda: world.count() == 1, "what comes behind is applied")
        wait_until(lambda: len(_quarantined(world)) == 3, "all three are noted")
    assert {row.reason for row in _quarantined(world)} == {"no_json", "no_cloudevent", "too_large"}
    assert "Jane" not in str(_quarantined(world))


def test_without_a_broker_writes_go_on_and_the_feed_brings_them(world: World) -> None:
    subject = uuid4()
    away = world.uri.replace("/t", "/nowhere")
    world.uri = away
    plan = Following(
        "legal",
        LEGAL,
        Reads(Read("intake.thing.happened", Happened)),
        (Projection("applied", frozenset({"intake.thing.happened"}), world.project),),
    )
    follower = Follower(world.target, plan, Application(world.target, plan), LogFeed(world.source), away, verifier())
    with running(follower), world.relaying():
        world.tell(subject, 1, 2, 3)
        wait_until(lambda: world.count() == 3, "the feed bridges")
    assert world.applied() == {subject: [1, 2, 3]}


@pytest.mark.promise("REL-16")
def test_catching_up_ends_although_the_source_is_never_quiet(world: World) -> None:
    class NeverQuiet(LogFeed):
        def fetch(self, *arguments: Any, **named: Any) -> Page:
            world.tell(uuid4(), 1)
            return super().fetch(*arguments, **named)

    plan = Following("legal", LEGAL, Reads(Read("intake.thing.happened", Happened)))
    follower = Follower(
        world.target, plan, Application(world.target, plan), NeverQuiet(world.source), world.uri, verifier()
    )
    thread = threading.Thread(target=follower.catch_up, args=("intake",))
    thread.start()
    thread.join(timeout=PATIENCE)
    ended = not thread.is_alive()
    follower.stop()
    thread.join()
    assert ended, "it has other sources to look after, and the broker"


def test_two_relays_publish_as_one_and_the_second_takes_over(world: World) -> None:
    subject = uuid4()
    with world.following(), world.relaying() as first:
        wait_until(lambda: first.leading, "the first leads")
        with world.relaying() as second:
            world.tell(subject, 1)
            wait_until(lambda: world.count() == 1, "it arrives")
            assert not second.leading
            first.stop()
            wait_until(lambda: second.leading, "the second takes over")
            world.tell(subject, 2)
            wait_until(lambda: world.count() == 2, "it arrives through the second")
    assert world.applied() == {subject: [1, 2]}


def test_a_restored_log_is_another_epoch_and_nothing_is_applied_over_the_break(world: World) -> None:
    subject = uuid4()
    with world.following(), world.relaying():
        world.tell(subject, 1, 2, 3)
        wait_until(lambda: world.count() == 3, "three are applied")
    with as_owner(world.source) as owner:
        owner.execute("delete from event_log where position > 1")
        owner.execute("update event_log_head set position = 1")
        owner.execute("update event_log_published set position = 1")
        owner.execute("update event_log_epochs set identity = 'an older copy'")
    with world.source.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    with world.following(), world.relaying():
        world.tell(subject, 9)
        wait_until(lambda: _diverged(world), "the follower knows that it is past the restore")
    assert world.applied() == {subject: [1, 2, 3]}


def test_a_relay_that_leads_after_a_fail_over_tells_of_a_new_epoch(world: World) -> None:
    with as_owner(world.source) as owner:
        owner.execute("update event_log_epochs set identity = 'the one before the fail-over'")
    world.tell(uuid4(), 1)
    with world.relaying():
        wait_until(lambda: _published(world) == 1, "it is published")
    with world.source.transaction() as session:
        lives = eventlog.epochs(session)
        [event] = eventlog.read(session, "intake", after=0, limit=10)
    assert len(lives) == 2
    assert event.epoch == lives[1].epoch


def test_a_feed_with_a_gap_is_not_asked_again_and_again(world: World) -> None:
    world.tell(uuid4(), *range(450))
    with world.source.transaction() as session:
        eventlog.number(session)
    with as_owner(world.source) as owner:
        owner.execute("delete from event_log where position = 2")
    feed = LogFeed(world.source)
    plan = Following("legal", LEGAL, Reads(Read("intake.thing.happened", Happened)))
    follower = Follower(world.target, plan, Application(world.target, plan), feed, world.uri, verifier())
    patience = threading.Timer(10, follower.stop)
    patience.start()
    follower.catch_up("intake")
    patience.cancel()
    assert feed.asked <= 3
    with world.target.transaction() as session:
        assert cursor.read_state(session, "intake").position == 1


def _tell_and_fail(world: World, subject: UUID) -> None:
    with world.source.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
        eventlog.record(session, subject, [Announcement("thing.happened", {"number": 1})])
        raise ZeroDivisionError


def _published(world: World) -> int:
    with world.source.transaction() as session:
        return int(session.execute(select(eventlog.log_published.c.position)).scalar_one())


def _held(world: World) -> list[Any]:
    with world.target.transaction() as session:
        return list(session.execute(select(holds.holds)))


def _quarantined(world: World) -> list[Any]:
    with world.target.transaction() as session:
        return list(session.execute(select(holds.quarantine)))


def _diverged(world: World) -> bool:
    with world.target.transaction() as session:
        return cursor.read_state(session, "intake").diverged
