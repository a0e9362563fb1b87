"""A lent database is like a new one, after any use by the previous test."""

from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from deploy.cli.servers import PostgresServer
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from shared.store.database import Database
from tests.kit import databases
from tests.kit.backups import backup_of, put_back
from tests.kit.exchange import INTAKE
from tests.kit.lent_databases import lent

pytestmark = pytest.mark.integration
SERVICE = "support"


def everything(database: Database) -> dict[str, object]:
    """Return every row of every table, and the value of every sequence."""
    with database.transaction() as session:
        names = session.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars().all()
        rows = {name: session.execute(text(f'select * from "{name}"')).all() for name in names}  # noqa: S608 - its own names
        return {**rows, "": session.execute(text("select sequencename, last_value from pg_sequences order by 1")).all()}


def name_of(database: Database) -> str:
    return database.url.rpartition("/")[2]


def tell(database: Database) -> None:
    with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
        eventlog.record(session, uuid4(), [Announcement("thing.happened", {"number": 1})])
    assert eventlog.numbered(database) == 1


def test_the_next_one_finds_the_same_database_as_it_was_when_it_was_new(postgres: PostgresServer) -> None:
    with lent(postgres, SERVICE) as database:
        first, new = name_of(database), everything(database)
        tell(database)
        assert everything(database) != new
    with lent(postgres, SERVICE) as database:
        assert name_of(database) == first
        assert everything(database) == new
        tell(database)


def test_two_at_a_time_have_one_each(postgres: PostgresServer) -> None:
    with lent(postgres, SERVICE) as one, lent(postgres, SERVICE) as other:
        assert name_of(one) != name_of(other)


def test_one_whose_owner_was_let_in_is_lent_to_nobody_else(postgres: PostgresServer) -> None:
    with lent(postgres, SERVICE) as database:
        first = name_of(database)
        with databases.as_owner(database) as owner:
            owner.execute("create table more (id int)")
    with lent(postgres, SERVICE) as database:
        assert name_of(database) != first


def test_one_to_which_somebody_is_connected_is_lent_to_nobody_else(postgres: PostgresServer) -> None:
    with lent(postgres, SERVICE) as database:
        first = name_of(database)
        somebody = psycopg.connect(database.url)
    with somebody, lent(postgres, SERVICE) as database:
        assert name_of(database) != first


def test_one_that_was_put_back_to_an_older_state_is_lent_to_nobody_else(postgres: PostgresServer) -> None:
    with lent(postgres, SERVICE) as database:
        first = name_of(database)
        put_back(postgres, database, database.url, backup_of(postgres, database, database.url))
    with lent(postgres, SERVICE) as database:
        assert name_of(database) != first
