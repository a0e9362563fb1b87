"""Databases that are lent to one test after another, each as empty as a new one.

Creating a database takes as long as many a test. A test changes rows and the values of sequences, and both are
restored. A database is dropped if more may have changed: its owner connected, a connection is still open, or another
database replaced it.
"""

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache

import psycopg
from psycopg import sql
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

from deploy.cli.servers import PostgresServer
from shared.store.database import Database
from tests.kit import databases

#: Deleted rows stay in the files until they are vacuumed: after this many tests a new database is created.
TESTS_OF_ONE = 50


@dataclass
class _Lent:
    engine: Engine
    url: str
    #: The connection of the server's superuser, who may delete what the service may not.
    administering: "psycopg.Connection[tuple[object, ...]]"
    as_new: sql.Composed
    begun: ExitStack
    tests: int = 0

    @property
    def is_unchanged(self) -> bool:
        """Return whether only rows and sequences can have changed, and no open connection can change them now."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        try:
            connected = self.administering.execute(
                "select count(*) from pg_stat_activity"
                " where datname = current_database() and backend_type = 'client backend'"
            ).fetchone()
        except psycopg.OperationalError:  # the database was replaced, as after a restore
            return False
        ours = pool.checkedin() + 1
        return pool.checkedout() == 0 and connected == (ours,) and not databases.was_let_in(self.url)


@contextmanager
def lent(postgres: PostgresServer, service: str) -> Iterator[Database]:
    """Lend a database of a service (or of `databases.KEYS`) to one test at a time."""
    unused = _unused(postgres, service)
    one = unused.pop() if unused else _made(postgres, service)
    try:
        yield Database(one.engine)
    finally:
        one.tests += 1
        if one.tests < TESTS_OF_ONE and one.is_unchanged:
            one.administering.execute(one.as_new)
            unused.append(one)
        else:
            one.begun.close()


@cache
def _unused(_postgres: PostgresServer, _service: str) -> list[_Lent]:
    """Return the databases that are not lent at the moment."""
    return []


def _made(postgres: PostgresServer, service: str) -> _Lent:
    begun = ExitStack()
    engine, url = begun.enter_context(databases.opened_at(postgres, service))
    name = url.rpartition("/")[2]
    administering = begun.enter_context(psycopg.connect(postgres.superuser_url(name), autocommit=True))
    # The server removes databases that are not lent at its end.
    atexit.register(administering.close)
    atexit.register(engine.dispose)
    return _Lent(engine, url, administering, _as_new(administering), begun)


def _as_new(connection: "psycopg.Connection[tuple[object, ...]]") -> sql.Composed:
    """Return the statements that restore a used database to its current, new state."""
    tables = [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
    # The replica role disables triggers: the access log rejects every deletion.
    statements: list[sql.Composable] = [sql.SQL("set local session_replication_role = 'replica'")]
    for table in (sql.Identifier(str(name)) for name in tables):
        statements.append(sql.SQL("delete from {}").format(table))
        insert = sql.SQL("insert into {0} overriding system value select * from jsonb_populate_record(null::{0}, {1})")
        rows = connection.execute(sql.SQL("select to_jsonb(a_row)::text from {} as a_row").format(table)).fetchall()
        statements += [insert.format(table, sql.Literal(row)) for (row,) in rows]
    stands = "select sequencename, coalesce(last_value, start_value), last_value is not null from pg_sequences"
    setting = sql.SQL("select setval({}::regclass, {}, {})")
    statements += [setting.format(*map(sql.Literal, stand)) for stand in connection.execute(stands)]
    return sql.SQL("; ").join([sql.SQL("begin"), *statements, sql.SQL("commit")])
