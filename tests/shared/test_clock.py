import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access import revocations
from shared.access.tokens import STAFF, Principal
from shared.deadlines.time_source import TimeFixed, TimeSource
from shared.store.database import Database
from tests.kit.statements import statements

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


def asked_along(session: Session, clock: TimeSource) -> datetime:
    """Read the clock as a request does: in one statement with the check of the token."""
    with statements() as sent:
        revocations.check(session, Principal(str(uuid4()), frozenset(), STAFF))
        asked = clock.now(session)
    assert len(sent) == 1
    return asked


def asked_alone(session: Session, clock: TimeSource) -> datetime:
    return clock.now(session)


Ask = Callable[[Session, TimeSource], datetime]


def test_a_request_that_only_reads_asks_for_it_along(database: Database) -> None:
    clock = TimeSource(movable=True)
    with database.reading(*clock.asked_along(each_alone=True)) as session:
        assert abs(asked_along(session, clock) - datetime.now(UTC)) < timedelta(minutes=1)
    with database.transaction() as session:
        clock.move(session, THEN)
    with database.reading(*clock.asked_along(each_alone=True)) as session:
        assert asked_along(session, clock) == THEN


@pytest.mark.parametrize("ask", [asked_alone, asked_along])
def test_a_move_waits_for_what_was_decided_under_the_old_time(database: Database, ask: Ask) -> None:
    clock, moved = TimeSource(movable=True), threading.Event()

    def move() -> None:
        with database.transaction() as session:
            clock.move(session, THEN)
        moved.set()

    with database.transaction() as session:
        clock.move(session, None)  # create the row that is locked below
    with database.transaction(*clock.asked_along(each_alone=False)) as session:
        old = ask(session, clock)
        mover = threading.Thread(target=move)
        mover.start()
        waiting = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%clock%'")
        while not session.execute(waiting).scalar_one():
            session.execute(text("select pg_stat_clear_snapshot()"))
        assert not moved.is_set()
        assert clock.now(session) == old
    mover.join(10)
    assert moved.is_set()
