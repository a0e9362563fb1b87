"""The stores fail: a database restarts, is unreachable or silent, locks are unavailable, a request freezes."""

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES
from shared.store.database import Database
from tests.faults.casework import ADVICE, Desk, at_replica, locked_out, told_to, wait_for_a_waiter
from tests.faults.field import Field
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
#: The store's own limit on a session that is idle in a transaction, plus time for the next attempt (seconds).
IDLE_LIMIT, NEXT_TRY = 20, 15


def more_are_stored(field: Field, count: int = 5) -> None:
    """Wait until further writes are confirmed."""
    before = sum(each.answered for each in field.writes)
    wait_until(lambda: sum(each.answered for each in field.writes) >= before + count, "writes succeed", 60)


def all_run(field: Field) -> bool:
    return all(field.runs(service) for service in SERVICES)


@pytest.mark.promise("REL-18")
def test_the_database_is_killed_and_restarted_under_writes(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    with field.under_writes():
        more_are_stored(field)
        field.postgres.kill()
        field.postgres.start()
        more_are_stored(field)
        field.postgres.stop()
        field.postgres.start()
        more_are_stored(field)
    assert all_run(field)
    field.check(record_property, faults=2)


@pytest.mark.promise("REL-18")
def test_the_database_is_cut_off_and_falls_silent_under_writes(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    with field.under_writes():
        more_are_stored(field)
        field.database_proxy.cut()
        more_are_stored(field)
        field.database_proxy.refuse()
        wait_until(lambda: not field.writes[-1].answered, "a write fails")
        field.database_proxy.heal()
        more_are_stored(field)
        field.database_proxy.black_hole()
        # Longer than a relay's leader may be silent: the store ends its session, and it must campaign again.
        wait_until(lambda: not leaders(field), "the store gives the leaders up", 30)
        field.database_proxy.heal()
        more_are_stored(field)
        field.database_proxy.black_hole()
        field.database_proxy.cut()
        field.database_proxy.heal()
        more_are_stored(field)
    assert all_run(field)
    field.check(record_property, faults=4)


def leaders(field: Field) -> int:
    query = text("select count(*) from pg_stat_activity where application_name = 'casepath leader relay'")
    with field.database("intake").transaction() as session:
        return int(session.execute(query).scalar_one())


def test_a_lock_timeout_holds_the_case_at_a_consumer_and_answers_a_request_to_retry(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    desk, member = Desk(field), uuid4()
    wait_until(lambda: desk.sees("legal", UUID(desk.api.subject)), "legal has the case")
    legal = field.database("legal")
    with legal.transaction() as session:
        session.execute(text("select 1 from cases where id = :case for update"), {"case": desk.case})
        desk.add(member)
        with pytest.raises(CommandRefused) as refused:
            desk.api.post("legal", f"{desk.path}/advice", ADVICE)
        assert refused.value.status == 503, "it may be tried again"
        # In the same session: the server ends one that is idle in a transaction for too long.
        wait_until(lambda: held_in(session) == 1, "the follower gives up waiting, and holds the case alone")
    wait_until(lambda: desk.sees("legal", member), "the follower has tried again")
    desk.api.post("legal", f"{desk.path}/advice", ADVICE)
    wait_until(lambda: held(legal) == 0, "nothing is held any more")
    field.check(record_property, faults=1)


def held(database: Database) -> int:
    """Return the number of subjects that a service's followers hold."""
    with database.transaction() as session:
        return held_in(session)


def held_in(session: Session) -> int:
    return int(session.execute(text("select count(*) from follow_holds")).scalar_one())


@pytest.mark.promise("REL-17")
def test_a_frozen_request_gives_its_case_to_the_other_replica_within_the_limit(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    field.start("intake", 1)
    desk, first, second = Desk(field), uuid4(), uuid4()
    frozen = at_replica(field, "intake", 1, "caseworker", subject=desk.api.subject)
    other = at_replica(field, "intake", 0, "caseworker", subject=desk.api.subject, patience=IDLE_LIMIT + NEXT_TRY)
    refused: list[CommandRefused] = []

    def ask() -> None:
        try:
            desk.add(first, frozen)
        except CommandRefused as error:
            refused.append(error)

    intake = field.database("intake")
    with told_to(
        field.owned_database("intake"), "case_team", f"new.member = '{first}'", "perform pg_advisory_xact_lock(4711)"
    ):
        with locked_out(intake, 4711):
            asking = threading.Thread(target=ask)
            asking.start()
            wait_for_a_waiter(intake, 4711, "the request is in the middle of its transaction, and has locked the case")
            field.freeze("intake", 1)
        desk.add(second, other)
        field.thaw("intake", 1)
        asking.join()
    assert refused, "what was frozen is told that it was not stored"
    assert (desk.sees("intake", first), desk.sees("intake", second)) == (False, True)
    field.check(record_property)
