"""The floor below which numbering no longer searches: never above a row that may still commit, and above all others."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.events.envelope import Announcement, Event
from shared.exchange import eventlog, numbering, outgoing
from shared.exchange.eventlog import ORIGIN, Origin
from shared.store.database import Database
from tests.kit import sealing
from tests.kit.databases import as_owner
from tests.kit.exchange import INTAKE
from tests.kit.sealing import SEALER
from tests.kit.statements import before_statement

pytestmark = pytest.mark.integration


@pytest.fixture
def connection(fresh_database: str) -> Iterator["psycopg.Connection"]:
    with psycopg.connect(fresh_database, autocommit=True) as found:
        yield found


def tell(session: Session) -> int:
    """Record an event; return the last serial."""
    eventlog.record(session, uuid4(), [Announcement("thing.happened", {"number": 1})])
    return int(session.execute(text("select max(serial) from event_log")).scalar_one())


def told(database: Database) -> int:
    with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
        return tell(session)


def number(database: Database) -> int:
    with database.transaction() as session:
        return eventlog.number(session)


def floor(connection: "psycopg.Connection") -> int:
    row = connection.execute("select floor from event_log_head").fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def left_open(database: Database) -> Iterator[Session]:
    """Yield a transaction that has taken a serial and stays open until the block ends."""
    with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
        tell(session)
        yield session


def test_the_floor_rises_to_the_last_serial_once_all_are_numbered(
    database: Database, connection: "psycopg.Connection"
) -> None:
    last = told(database)
    number(database)
    mark = numbering.log_mark()
    for _ in range(2):
        numbering.raise_mark(connection, mark)
    assert floor(connection) == last


def test_it_waits_for_a_writer_that_took_a_lower_serial(database: Database, connection: "psycopg.Connection") -> None:
    mark = numbering.log_mark()
    with left_open(database):
        last = told(database)
        number(database)
        for _ in range(4):
            numbering.raise_mark(connection, mark)
        assert floor(connection) == 0
    # The writer has committed: its row is below the last serial and not numbered yet.
    for _ in range(4):
        numbering.raise_mark(connection, mark)
    assert floor(connection) == 0
    assert number(database) == 2
    for _ in range(4):
        numbering.raise_mark(connection, mark)
    assert floor(connection) == last


def test_a_steady_stream_of_writers_does_not_keep_it_down(database: Database, connection: "psycopg.Connection") -> None:
    mark = numbering.log_mark()
    seen = []
    for _ in range(6):
        with left_open(database):
            numbering.raise_mark(connection, mark)
        number(database)
        seen.append(floor(connection))
    assert seen == sorted(seen)
    assert seen[-1] > 0


def test_what_was_rolled_back_does_not_keep_it_down(database: Database, connection: "psycopg.Connection") -> None:
    with pytest.raises(ZeroDivisionError), left_open(database):
        raise ZeroDivisionError
    last = told(database)
    number(database)
    mark = numbering.log_mark()
    for _ in range(2):
        numbering.raise_mark(connection, mark)
    assert floor(connection) == last


def test_what_comes_above_the_floor_is_numbered_and_read(database: Database, connection: "psycopg.Connection") -> None:
    told(database)
    number(database)
    mark = numbering.log_mark()
    for _ in range(2):
        numbering.raise_mark(connection, mark)
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    told(database)
    assert outgoing.is_waiting(connection)
    batch = outgoing.take(connection, "intake", confirmed=1, most=10, seal=SEALER.sealing(), prove=SEALER.prove)
    assert batch.last == 2
    assert len(batch.messages) == 1
    outgoing.take(connection, "intake", confirmed=2, most=10, seal=SEALER.sealing(), prove=SEALER.prove)
    assert not outgoing.is_waiting(connection)


def test_what_is_numbered_after_a_fail_over_is_of_a_new_epoch(database: Database) -> None:
    with database.transaction() as session:
        first = eventlog.begin_epoch_if_restored(session)
    told(database)
    number(database)
    with as_owner(database) as owner:
        owner.execute("update event_log_epochs set identity = 'the one before the fail-over'")
    told(database)
    number(database)
    with database.transaction() as session:
        lives = eventlog.epochs(session)
        found = eventlog.read(session, "intake", after=0, limit=10)
    assert [each.after for each in lives] == [0, 1]
    assert [each.epoch for each in found] == [first.epoch, lives[1].epoch]


def test_an_event_read_while_an_epoch_begins_is_of_the_one_that_it_was_numbered_in(database: Database) -> None:
    def go_on_in_a_new_epoch() -> None:
        with database.transaction() as session:
            eventlog.begin_epoch(session)
        told(database)
        number(database)

    def read() -> list[Event]:
        with database.transaction() as session:
            return eventlog.read(session, "intake", after=0, limit=200)

    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    told(database)
    number(database)
    for statement in count():
        with before_statement(statement, go_on_in_a_new_epoch) as sent:
            meanwhile = read()
        if sent[0] <= statement:
            break
        assert meanwhile
        assert meanwhile == read()[: len(meanwhile)], f"it began before statement {statement}"
    assert statement > 1, "it began before and between what is read"


def test_an_epoch_is_begun_by_hand_within_the_present_one_only(database: Database) -> None:
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    told(database)
    number(database)
    with database.transaction() as session:
        begun = eventlog.begin_epoch(session, 1)
        with pytest.raises(ValueError, match="0"):
            eventlog.begin_epoch(session, 0)
        with pytest.raises(ValueError, match="99"):
            eventlog.begin_epoch(session, 99)
    with database.transaction() as session:
        assert eventlog.begin_epoch_if_restored(session) == begun, "the next start stays in it"


def test_what_is_sent_is_what_a_feed_gives(database: Database, connection: "psycopg.Connection") -> None:
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    origin = Origin(INTAKE, cause=uuid4(), traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    with database.transaction(ORIGIN.holding(origin)) as session:
        eventlog.record(session, uuid4(), [Announcement("thing.happened", {"number": 7})])
    told(database)
    [first, second] = outgoing.take(
        connection, "intake", confirmed=None, most=10, seal=SEALER.sealing(), prove=SEALER.prove
    ).messages
    with database.transaction() as session:
        feed = eventlog.read(session, "intake", after=0, limit=10)
    assert [json.loads(sealing.document(each.body)) for each in (first, second)] == [each.document() for each in feed]
    assert [each.routing_key for each in (first, second)] == [each.routing_key for each in feed]
