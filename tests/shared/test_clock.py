import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from shared.deadlines.time_source import TimeFixed, TimeSource
from shared.store.database import Database

pytestmark = pytest.mark.integration
THEN = datetime(2031, 5, 1, 8, 0, tzinfo=UTC)


def now(database: Database, clock: TimeSource) -> datetime:
    with database.transaction() as session:
        return clock.now(session)


def test_a_set_clock_stands_still_until_it_is_let_go(database: Database) -> None:
    clock = TimeSource(movable=True)
    with database.transaction() as session:
        clock.move(session, THEN)
    assert now(database, clock) == now(database, clock) == THEN
    with database.transaction() as session:
        clock.move(session, None)
    assert abs(now(database, clock) - datetime.now(UTC)) < timedelta(minutes=1)


def test_every_replica_has_it_when_the_move_returns(database: Database) -> None:
    replicas = [TimeSource(movable=True), TimeSource(movable=True)]
    with database.transaction() as session:
        replicas[0].move(session, THEN)
    assert [now(database, each) for each in replicas] == [THEN, THEN]


def test_production_can_not_move_time_and_ignores_what_was_moved(database: Database) -> None:
    with database.transaction() as session:
        TimeSource(movable=True).move(session, THEN)
    fixed = TimeSource(movable=False)
    assert now(database, fixed) < THEN
    with pytest.raises(TimeFixed), database.transaction() as session:
        fixed.move(session, THEN)


def test_a_move_waits_for_what_was_decided_under_the_old_time(database: Database) -> None:
    clock, moved = TimeSource(movable=True), threading.Event()

    def move() -> None:
        with database.transaction() as session:
            clock.move(session, THEN)
        moved.set()

    with database.transaction() as session:
        old = clock.now(session)
        mover = threading.Thread(target=move)
        mover.start()
        waiting = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%clock%'")
        while not session.execute(waiting).scalar_one():
            session.execute(text("select pg_stat_clear_snapshot()"))
        assert not moved.is_set()
        assert clock.now(session) == old
    mover.join(10)
    assert moved.is_set()
