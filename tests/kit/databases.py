"""Databases with their tables: each is a copy of a template that is migrated once for the run.

As in an installation, one role owns and migrates a database, and another role runs the service. A test gets the runtime
role. `as_owner` is for a test's own tables, and for what the runtime role may not do.
"""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow
from sqlalchemy import text
from sqlalchemy.engine import Dialect, Engine

from deploy.cli.servers import PostgresServer
from deploy.cli.servers.roles import owner_of
from deploy.cli.stores import role_in
from services.registry import migrations_of
from shared import encryption
from shared.store import rights
from shared.store.database import Database, engine_for
from shared.store.migration import MigrationSet, migrate

#: Used in place of a service's name: the key database that each service has.
KEYS = encryption.MIGRATIONS.name
#: Logins of the owners, by those of the runtime roles.
_owners: dict[str, str] = {}
#: The databases to which the owner has connected: their tables may have changed.
_let_in: set[str] = set()


@contextmanager
def migrated(postgres: PostgresServer, service: str) -> Iterator[str]:
    """Make a database of a service (or of `KEYS`) for one test, and drop it afterwards; yields its address.

    Its tables belong to the template's owner; the address is that of the runtime role. Tests of migrations, or of a
    database and the roles that may connect to it, use `create_database` and `migrated_anew`.
    """
    template = _template(postgres, service)
    name = f"{service}_{uuid4().hex[:12]}"
    # Copied file by file: a copy through the write-ahead log, which is the default, takes twice as long.
    copy = "create database {} template {} owner {} strategy file_copy"
    _execute(postgres, copy, name, template, owner_of(template))
    for closed in ("revoke all on database {} from public", "grant connect on database {} to {}"):  # a copy lacks these
        _execute(postgres, closed, name, template)
    url = f"{postgres.database_url(template).rpartition('/')[0]}/{name}"
    try:
        yield url
    finally:
        if not _administering(postgres).closed:  # a database in use is dropped with the server
            _execute(postgres, "drop database if exists {} with (force)", name)


def copied(postgres: PostgresServer, name: str, service: str) -> None:
    """Make a database of a service (or of `KEYS`) under a name, with its tables, in place of an empty one.

    It has separate roles, like a database of `migrated_anew`, which takes a second.
    """
    _execute(postgres, "drop database if exists {} with (force)", name)
    _execute(postgres, "create database {} template {} strategy file_copy", name, _template(postgres, service))
    postgres.create_database(name)
    url = postgres.database_url(name)
    _owners[_login_in(url)] = _login_in(postgres.owner_url(name))
    grant(url)


def migrated_anew(postgres: PostgresServer, name: str, migrations: MigrationSet) -> str:
    """Create a database under a name, or use an existing one, and migrate it; returns the runtime role's address."""
    postgres.create_database(name)
    url = postgres.database_url(name)
    _owners[_login_in(url)] = _login_in(postgres.owner_url(name))
    migrate(migrations, owner_url(url), runner=name)
    return url


def owner_url(url: str) -> str:
    """Return the owner's address of a database from this module, or of its copy, given the runtime role's address."""
    _let_in.add(_name_in(url))
    return url.replace(_login_in(url), _owners[_login_in(url)])


def was_let_in(url: str) -> bool:
    """Return whether the owner, who may change the tables, has connected to the database."""
    return _name_in(url) in _let_in


def _name_in(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def _login_in(url: str) -> str:
    """Return the role and its password from an address."""
    return url.partition("//")[2].partition("@")[0]


@contextmanager
def as_owner(database: str | Database | Engine) -> Iterator["psycopg.Connection[TupleRow]"]:
    """Connect to a database as the owner of its tables, in a transaction; new tables get their rights at its end."""
    url = database if isinstance(database, str) else _url_of(database)
    with psycopg.connect(owner_url(url)) as connection:
        yield connection
    grant(url)


def waits_for_a_lock(database: Database) -> bool:
    """Return whether a session of this database waits for a lock that another transaction holds."""
    question = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    with database.transaction() as session:
        return bool(session.execute(text(question)).scalar_one())


def _url_of(database: Database | Engine) -> str:
    engine = database.engine if isinstance(database, Database) else database
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def grant(url: str) -> None:
    """Grant the runtime role its rights on tables that were created since."""
    engine = engine_for(owner_url(url), pool_size=1)
    with engine.begin() as connection:
        rights.grant(connection, role_in(url))
    engine.dispose()


@contextmanager
def opened(postgres: PostgresServer, service: str) -> Iterator[tuple[Database, str]]:
    """Open a database of a service for one test; yields it with its address."""
    with opened_at(postgres, service) as (engine, url):
        yield Database(engine), url


@contextmanager
def opened_at(postgres: PostgresServer, service: str) -> Iterator[tuple[Engine, str]]:
    """Open a database as `opened` does, but yield only an engine."""
    with migrated(postgres, service) as url:
        engine = _having_translated(postgres, engine_for(url))
        yield engine, url
        engine.dispose()


#: Each statement of the run as it is written for the server, by the dialect that compiled it.
_translations: dict[object, object] = {}


@cache
def _dialect(postgres: PostgresServer) -> Dialect:
    """Return the dialect of a server; it has already queried the server's version and similar settings."""
    engine = engine_for(postgres.superuser_url("postgres"), pool_size=1)
    engine.connect().close()
    engine.dispose()
    return engine.dialect


def _having_translated(postgres: PostgresServer, engine: Engine) -> Engine:
    """Share the statements that were compiled in this run.

    Tests send the same statements, and each engine would compile them again.
    """
    engine.dialect = _dialect(postgres)
    engine.update_execution_options(compiled_cache=_translations)
    return engine


@cache
def _template(postgres: PostgresServer, service: str) -> str:
    """Migrate a template database once for the run. A template may have no connections while it is copied."""
    name = f"template_{service}"
    migrated_anew(postgres, name, _migrations_of(service))
    _execute(postgres, "alter database {} allow_connections false", name)
    return name


def _migrations_of(service: str) -> MigrationSet:
    return encryption.MIGRATIONS if service == KEYS else migrations_of(service)


def _execute(postgres: PostgresServer, statement: LiteralString, *names: str) -> None:
    _administering(postgres).execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@cache
def _administering(postgres: PostgresServer) -> "psycopg.Connection[tuple[object, ...]]":
    """Return the connection that creates and drops all databases of a run: signing in is slow."""
    connection = postgres._connect()
    atexit.register(connection.close)
    return connection
