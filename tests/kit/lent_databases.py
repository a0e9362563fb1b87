"""Databases that one test after another is lent, each as empty as a new one: to make one takes as long as many a test.

What a test leaves is rows and the stands of sequences, and these are put back as they were. A database of which more
may have changed is dropped: its owner was let in, somebody is still connected, or another was put in its place.
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

#: What was deleted stays in the files until it is cleaned up: after so many tests another one is made.
TESTS_OF_ONE = 50


@dataclass
class _Lent:
    engine: Engine
    url: str
    #: Of the server's own user: it may delete what the service may not.
    administering: "psycopg.Connection[tuple[object, ...]]"
    as_new: sql.Composed
    begun: ExitStack
    tests: int = 0

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing but rows and sequences can have changed, and nobody can change them any more."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        try:
            connected = self.administering.execute(
                "select count(*) from pg_stat_activity"
                " where datname = current_database() and backend_type = 'client backend'"
            ).fetchone()
        except psycopg.OperationalError:  # another was put in its place, as after a restore
            return False
        ours = pool.checkedin() + 1
        return pool.checkedout() == 0 and connected == (ours,) and not databases.was_let_in(self.url)


@contextmanager
def lent(postgres: PostgresServer, service: str) -> Iterator[Database]:
    """Lend a database of a service (or of `databases.KEYS`) that no other test uses meanwhile."""
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
    """Return the databases that nobody has been lent at the moment."""
    return []


def _made(postgres: PostgresServer, service: str) -> _Lent:
    begun = ExitStack()
    engine, url = begun.enter_context(databases.opened_at(postgres, service))
    name = url.rpartition("/")[2]
    administering = begun.enter_context(psycopg.connect(postgres.superuser_url(name), autocommit=True))
    # What is not lent in the end goes with the server.
    atexit.register(administering.close)
    atexit.register(engine.dispose)
    return _Lent(engine, url, administering, _as_new(administering), begun)


def _as_new(connection: "psycopg.Connection[tuple[object, ...]]") -> sql.Composed:
    """Write what makes a database that was used as it is now, when it is new."""
    tables = [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
    # As if it were replicated: the log of accesses lets nobody delete.
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
