"""A follower that cannot get a lock holds only the subject, and counts no attempt; deadlocks hold nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.events.contract import Received
from shared.exchange import follower, holds
from shared.store import database as stores
from tests.faults.thread_world import note
from tests.kit.exchange import World
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration]
#: How often this process may give way in place of the follower, on a machine that is stalled meanwhile.
TRIES = 20


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit the wait for a lock to a moment, and retry soon."""
    monkeypatch.setitem(stores.LIMITS, "lock_timeout", 200)
    monkeypatch.setattr(follower, "RETRY_SECONDS", 0.05)


@contextmanager
def counted(world: World) -> Iterator[list[int]]:
    """Count how often the follower has started to apply an event."""
    begun, project = [0], world.project

    def counting(session: Any, events: Sequence[Any]) -> None:
        begun[0] += 1
        project(session, events)

    world.project = counting  # type: ignore[method-assign]
    yield begun


def is_alive(session: Session) -> bool:
    """Send a statement: the server ends a session that is idle in a transaction for too long."""
    return bool(session.scalar(text("select true")))


def standing(world: World) -> tuple[int, int]:
    """Return the number of held subjects, and of counted attempts."""
    with world.target.transaction() as session:
        held = session.execute(text("select count(*) from follow_holds")).scalar_one()
        tries = session.execute(text("select coalesce(max(attempt_count), 0) from follow_cursors")).scalar_one()
    return int(held), int(tries)


def test_a_lock_that_is_kept_for_long_uses_up_no_try(
    short_limits: None, world: World, record_property: Callable[[str, object], None]
) -> None:
    subject = uuid4()
    with counted(world) as begun, world.following(), world.relaying():
        with world.target.transaction() as session:
            session.execute(text("lock table applied in exclusive mode"))
            world.tell(subject, 1, 2, 3)
            wait_until(lambda: is_alive(session) and begun[0] > 2 * holds.BEGUN_AT_MOST, "it tries again and again")
        wait_until(lambda: world.applied() == {subject: [1, 2, 3]}, "the lock is free, and all are applied")
        wait_until(lambda: standing(world)[0] == 0, "nothing is held any more")
        assert standing(world)[1] <= 1
    note(world, record_property, faults=begun[0])


@pytest.mark.promise("REL-10")
@pytest.mark.hazard("H-AGENCY-1", control="lock-timeout-holds-the-subject")
def test_a_lock_time_out_holds_its_subject_and_its_source_goes_on(
    short_limits: None, world: World, record_property: Callable[[str, object], None]
) -> None:
    locked, others = uuid4(), [uuid4() for _ in range(3)]
    lock, project = text("select pg_advisory_xact_lock(77)"), world.project

    def locking(session: Session, events: Sequence[Received]) -> None:
        if any(event.subject == locked for event in events):
            session.execute(lock)
        project(session, events)

    world.project = locking  # type: ignore[method-assign]
    with world.following(), world.relaying():
        with world.target.transaction() as session:
            session.execute(lock)
            world.tell(locked, 1, 2)
            for other in others:
                world.tell(other, 1, 2)
            expected = {other: [1, 2] for other in others}
            wait_until(lambda: is_alive(session) and world.applied() == expected, "all others are applied")
            assert standing(world)[0] == 1
        wait_until(lambda: world.applied().get(locked) == [1, 2], "the lock is free, and it follows in its order")
        wait_until(lambda: standing(world)[0] == 0, "nothing is held any more")
    note(world, record_property, faults=1)


@pytest.mark.promise("REL-10")
def test_the_victim_of_a_deadlock_tries_again_and_loses_nothing(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    subject = uuid4()
    with counted(world) as begun, world.following(), world.relaying():
        world.tell(subject, 1)
        wait_until(lambda: world.count() == 1, "it follows")
        told = [1]
        for _ in range(TRIES):
            if gives_way(world, subject, told):
                break
            wait_until(lambda: world.applied() == {subject: told}, "it has tried again")
        else:
            pytest.fail("the follower never gave way")
        wait_until(lambda: world.applied() == {subject: told}, "it has tried again")
    assert begun[0] > 2
    assert standing(world)[0] == 0
    note(world, record_property, faults=1)


def gives_way(world: World, subject: UUID, told: list[int]) -> bool:
    """Cause a deadlock with a follower, and return whether the follower gave way.

    The session that has waited longest checks for a deadlock first, and gives way. If this process is stalled for a
    second before it waits, the follower has already checked, and this process gives way.
    """
    try:
        with world.target.transaction() as session:
            session.execute(text("lock table applied in exclusive mode"))
            more = [told[-1] + 1, told[-1] + 2]
            world.tell(subject, *more)
            told += more
            wait_until(lambda: waits(world), "the follower has the cursor and waits for the table")
            session.execute(text("select 1 from follow_cursors where source = 'intake' for update"))
    except OperationalError as error:
        if not isinstance(error.orig, DeadlockDetected):
            raise
        return False
    return True


def waits(world: World) -> bool:
    query = text("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
    with world.target.transaction() as session:
        return session.execute(query).first() is not None
