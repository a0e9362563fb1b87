"""Each attempt to apply the next event is counted and committed before it starts."""

from uuid import uuid4

import pytest

from shared.exchange import cursor
from shared.store.database import Database

pytestmark = pytest.mark.integration


def test_a_try_is_counted_from_the_first_event_of_a_source_on(database: Database) -> None:
    tries = [cursor.count_attempt(database, "legal", 1) for _ in range(3)]
    with database.transaction() as session:
        cursor.move(session, "legal", 1, uuid4())
    assert [*tries, cursor.count_attempt(database, "legal", 2)] == [1, 2, 3, 1]


def test_what_does_not_come_next_is_not_counted(database: Database) -> None:
    with database.transaction() as session:
        cursor.lock(session, "legal")
        cursor.move(session, "legal", 4, uuid4())
    assert [cursor.count_attempt(database, "legal", position) for position in (5, 5)] == [1, 2]
    assert [cursor.count_attempt(database, "legal", position) for position in (4, 6, 6)] == [1, 1, 1]
    assert cursor.count_attempt(database, "legal", 5) == 3, "nothing else was counted between"


def test_a_try_that_says_nothing_of_the_event_is_taken_back(database: Database) -> None:
    cursor.count_attempt(database, "legal", 1)
    with database.transaction() as session:
        cursor.uncount_attempt(session, "legal", 1)
    assert cursor.count_attempt(database, "legal", 1) == 1
