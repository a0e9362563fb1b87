"""Processes freeze, lose their connections, or are replaced one after the other, with two replicas of a service."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from deploy.cli.installation import SERVICES
from services.intake.service import EMITS
from shared.exchange import cursor, eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from tests.faults.casework import at_replica, record_case
from tests.faults.field import Field
from tests.faults.proxy import Proxy
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
#: Time for a silent leader, its successor's check, and a slow machine (seconds).
TAKE_OVER = 25
#: Time until an idle session in a transaction is ended and the other replica follows (seconds).
FOLLOW_ON = 40
RESTARTS = int(os.environ.get("CASEPATH_ROLLING_RESTARTS", "12"))


def head(field: Field, service: str = "intake") -> int:
    with field.database(service).transaction() as session:
        return int(session.execute(select(eventlog.log_head.c.position)).scalar_one())


def mark(field: Field, service: str = "intake") -> int:
    with field.database(service).transaction() as session:
        return int(session.execute(select(eventlog.log_published.c.position)).scalar_one())


def leads(field: Field, replica: int, service: str = "intake") -> bool:
    return field.health(service, replica)["relay"] == "leads"


def leader(field: Field, service: str = "intake") -> int:
    """Return which of two replicas leads, as soon as one does."""
    wait_until(lambda: leads(field, 0, service) or leads(field, 1, service), "one leads", TAKE_OVER)
    return 0 if leads(field, 0, service) else 1


@contextmanager
def watched(look: Callable[[], int]) -> Iterator[list[int]]:
    """Sample a number repeatedly until the block ends; yields all samples."""
    stop, seen = threading.Event(), [look()]

    def watch() -> None:
        while not stop.wait(0.02):
            seen.append(look())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


@pytest.mark.promise("REL-2")
def test_two_replicas_number_beside_a_long_transaction(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    field.start("intake", 1)
    numberers = [at_replica(field, "intake", replica, "operator") for replica in (0, 1)]

    def ask_both() -> int:
        return max(len(each.get("intake", "/v1/events", after=before + 99, limit=1).json()) for each in numberers)

    def are_published(session: Session) -> bool:
        # A statement for each check: the server ends a session that is idle in a transaction for too long.
        session.execute(text("select 1"))
        return ask_both() > 0 and mark(field) >= before + 100

    with field.database("intake").transaction(ORIGIN.holding(Origin(EMITS))) as session:
        case = record_case(session, members=3)
        session.flush()
        before = head(field)
        with field.under_writes():
            wait_until(lambda: are_published(session), "others are numbered and published")
    field.settle()
    with field.database("intake").transaction() as session:
        late = [each.position for each in eventlog.read(session, "intake", after=0, limit=9, subject=case)]
    assert late == list(range(late[0], late[0] + 4))
    assert late[0] > before + 100
    field.check(record_property)


@pytest.mark.promise("REL-17")
def test_a_frozen_leader_is_replaced_and_changes_nothing_when_it_wakes_up(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    field.start("intake", 1)
    frozen = leader(field)
    other = 1 - frozen
    with watched(lambda: mark(field)) as marks:
        with field.under_writes():
            field.arm("intake:relay.before_mark freeze")
            wait_until(lambda: stands_still(field, "intake", frozen), "it freezes between publishing and its mark")
            wait_until(lambda: leads(field, other), "the other takes over", TAKE_OVER)
            held_up = mark(field)
            wait_until(lambda: mark(field) > held_up, "and publishes")
            field.thaw("intake", frozen)
            wait_until(lambda: not leads(field, frozen), "the one that wakes up knows that it leads no longer")
            assert leads(field, other)
        field.settle()
    assert marks == sorted(marks), "the mark never went back"
    field.check(record_property)


def stands_still(field: Field, service: str, replica: int) -> bool:
    return bool(psutil.Process(field.pid(service, replica)).status() == psutil.STATUS_STOPPED)


@pytest.mark.promise("REL-17")
def test_a_frozen_follower_is_replaced_within_bounds(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    field.start("legal", 1)
    field.write(1)
    field.settle()
    field.arm("legal:follower.before_commit freeze")  # the worst moment: with the cursor locked
    field.write(1)
    wait_until(lambda: any(stands_still(field, "legal", each) for each in (0, 1)), "the active one freezes")
    frozen = next(each for each in (0, 1) if stands_still(field, "legal", each))
    other = 1 - frozen
    wait_until(lambda: stands_at(field) == head(field), "the other follows by the feed", FOLLOW_ON)

    def received() -> float:
        return field.metric("legal", "casepath_events_received_total", other, source="intake")

    before = received()
    with field.under_writes(1):
        wait_until(lambda: received() > before, "the broker gives the queue to the other", FOLLOW_ON)
        field.thaw("legal", frozen)
    field.settle()
    field.check(record_property)


def stands_at(field: Field) -> int:
    with field.database("legal").transaction() as session:
        return cursor.read_state(session, "intake").position


def test_a_leader_that_is_cut_off_from_the_database_is_replaced(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    with Proxy(field.postgres.port) as proxy:
        field.start("intake", 1, CASEPATH_INTAKE_DATABASE_URL=field.database_url("intake", proxy))
        field.stop("intake", 0)
        wait_until(lambda: leads(field, 1), "the one behind the proxy leads", TAKE_OVER)
        field.start("intake", 0)
        with watched(lambda: mark(field)) as marks:
            with field.under_writes():
                proxy.black_hole()
                wait_until(lambda: leads(field, 0), "the other takes over", TAKE_OVER)
                held_up = mark(field)
                wait_until(lambda: mark(field) > held_up, "and publishes")
                proxy.heal()
                wait_until(lambda: not leads(field, 1), "the first one knows that it leads no longer", TAKE_OVER)
            field.settle()
        assert marks == sorted(marks), "the mark never went back"
        field.stop("intake", 1)
    field.check(record_property)


@pytest.mark.promise("REL-8")
def test_replicas_restart_in_turn_under_load(field: Field, record_property: Callable[[str, object], None]) -> None:
    with ThreadPoolExecutor(len(SERVICES)) as at_once:
        for service in SERVICES:
            field.start(service, 1, wait=False)
        for service in SERVICES:
            field.wait_ready(service, 1)
        with field.under_writes() as written:
            for turn in range(RESTARTS // len(SERVICES) + 1):
                restarted = SERVICES[: min(len(SERVICES), RESTARTS - turn * len(SERVICES))]
                # Each must exit with code 0 and in time, while its other replica continues.
                list(at_once.map(lambda service, replica=turn % 2: field.stop(service, replica), restarted))
                for service in restarted:
                    field.start(service, turn % 2, wait=False)
                for service in restarted:
                    field.wait_ready(service, turn % 2)
            answered = sum(each.answered for each in written)
    assert answered > RESTARTS
    field.check(record_property, faults=RESTARTS)
