from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.deadlines import timers
from shared.deadlines.time_source import TimeSource
from shared.deadlines.timers import Timer, Timers
from shared.events.contract import Emits
from shared.store.database import Database
from tests.kit.loops import fire_together

pytestmark = pytest.mark.integration
BEGIN = datetime(2030, 1, 1, tzinfo=UTC)


class Fired:
    """A handler that records the timers in order, and fails for given names."""

    def __init__(self) -> None:
        self.seen: list[tuple[UUID, str]] = []
        self.fails: set[str] = set()

    def __call__(self, _session: Session, timer: Timer, _now: datetime) -> None:
        if timer.name in self.fails:
            raise LookupError
        self.seen.append((timer.owner, timer.name))


def set_clock(database: Database, to: datetime) -> None:
    with database.transaction() as session:
        TimeSource(movable=True).move(session, to)


def schedule(database: Database, *days: int) -> UUID:
    owner = uuid4()
    with database.transaction() as session:
        for each in days:
            timers.schedule(session, owner, f"day@{each}", BEGIN + timedelta(days=each))
    return owner


def make(database: Database, act: Fired) -> Timers:
    return Timers(database, TimeSource(movable=True), Emits("intake"), {"day": act})


@settings(max_examples=15)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=12, unique=True))
def test_a_clock_jump_fires_all_passed_timers_in_the_order_of_their_due_times(
    database: Database, days: list[int]
) -> None:
    set_clock(database, BEGIN)
    act = Fired()
    owner = schedule(database, *days)
    set_clock(database, BEGIN + timedelta(days=30))
    make(database, act).fire_due()
    assert act.seen == [(owner, f"day@{each}") for each in sorted(days) if each <= 30]
    with database.transaction() as session:
        timers.cancel(session, owner)


@pytest.mark.parametrize("moved_by", [-60, 60])
def test_in_production_timers_fire_by_real_time_and_a_moved_clock_changes_nothing(
    database: Database, moved_by: int
) -> None:
    act, owner = Fired(), uuid4()
    with database.transaction() as session:
        for name, days in {"day@past": -1, "day@ahead": 30}.items():
            timers.schedule(session, owner, name, datetime.now(UTC) + timedelta(days=days))
    set_clock(database, datetime.now(UTC) + timedelta(days=moved_by))
    assert Timers(database, TimeSource(movable=False), Emits("intake"), {"day": act}).fire_due() == 1
    assert act.seen == [(owner, "day@past")]


def test_a_stop_does_not_wait_for_all_that_is_due(database: Database) -> None:
    set_clock(database, BEGIN)
    schedule(database, 1, 2, 3)
    set_clock(database, BEGIN + timedelta(days=40))
    fired: list[str] = []

    def act(_session: Session, timer: Timer, _now: datetime) -> None:
        fired.append(timer.name)
        replica.stop()

    replica = Timers(database, TimeSource(movable=True), Emits("intake"), {"day": act})
    replica.run()
    assert fired == ["day@1"]


def test_many_replicas_fire_each_timer_once(database: Database) -> None:
    act = Fired()
    schedule(database, *range(1, 31))
    set_clock(database, BEGIN + timedelta(days=40))
    fire_together(make(database, act) for _ in range(4))
    assert [name for _, name in act.seen] == [f"day@{each}" for each in range(1, 31)]


def test_a_timer_whose_work_fails_rests_and_the_others_fire(database: Database) -> None:
    act = Fired()
    act.fails = {"day@1"}
    owner = schedule(database, 1, 2)
    set_clock(database, BEGIN + timedelta(days=3))
    runner = make(database, act)
    runner.fire_due()
    assert act.seen == [(owner, "day@2")]
    act.fails = set()
    with database.transaction() as session:
        session.execute(text("update timers set failed_at = failed_at - interval '1 hour'"))
    runner.fire_due()
    assert act.seen == [(owner, "day@2"), (owner, "day@1")]


def test_a_timer_without_a_handler_is_kept_and_the_others_fire(database: Database) -> None:
    act = Fired()
    owner = uuid4()
    with database.transaction() as session:
        timers.schedule(session, owner, "gone@1", BEGIN + timedelta(days=1))
        timers.schedule(session, owner, "day@2", BEGIN + timedelta(days=2))
    set_clock(database, BEGIN + timedelta(days=3))
    runner = make(database, act)
    runner.fire_due()
    assert act.seen == [(owner, "day@2")]
    with database.transaction() as session:
        assert session.execute(text("select name, failed_at is not null from timers")).all() == [("gone@1", True)]


def test_a_cancelled_timer_does_not_fire(database: Database) -> None:
    act = Fired()
    owner = schedule(database, 1)
    with database.transaction() as session:
        timers.cancel(session, owner)
    set_clock(database, BEGIN + timedelta(days=3))
    make(database, act).fire_due()
    assert act.seen == []


def test_a_timer_that_no_handler_is_for_rests_and_the_others_fire(database: Database) -> None:
    act = Fired()
    unknown = uuid4()
    with database.transaction() as session:
        timers.schedule(session, unknown, "unknown@1", BEGIN)
    owner = schedule(database, 1)
    set_clock(database, BEGIN + timedelta(days=3))
    make(database, act).fire_due()
    assert act.seen == [(owner, "day@1")]
    with database.transaction() as session:
        assert session.scalars(text("select owner from timers where failed_at is not null")).all() == [unknown]
