"""Databases with their tables in them: each a copy of one that was migrated once for the run."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from uuid import uuid4

from psycopg import sql

from deploy.cli.servers import PostgresServer
from services.registry import parts_of
from shared import encryption
from shared.store.database import Database, engine_for
from shared.store.migration import MigrationSet, migrate

#: In the place of a service's name: the key database that each service has of its own.
KEYS = encryption.MIGRATIONS.name


@contextmanager
def migrated(postgres: PostgresServer, service: str) -> Iterator[str]:
    """Make a database of a service (or of `KEYS`) that no other test uses, and drop it afterwards; yields its address.

    Its tables belong to the template's role, as which one signs in. What is about migrations, or about a database and
    the one role that may connect to it, uses `create_database` and `migrate`.
    """
    template = _template(postgres, service)
    name = f"{service}_{uuid4().hex[:12]}"
    # Copied file by file: written through the log, as is usual, it would take as long again.
    copy = sql.SQL("create database {} template {} owner {} strategy file_copy")
    _execute(postgres, copy.format(*map(sql.Identifier, (name, template, template))))
    try:
        yield f"{postgres.database_url(template).rpartition('/')[0]}/{name}"
    finally:
        _execute(postgres, sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def opened(postgres: PostgresServer, service: str) -> Iterator[tuple[Database, str]]:
    """Open a database of a service that no other test uses; yields it with its address."""
    with migrated(postgres, service) as url:
        database = Database(engine_for(url))
        yield database, url
        database.engine.dispose()


@cache
def _template(postgres: PostgresServer, service: str) -> str:
    """Migrate a database once for the run; nobody may be connected to what is copied."""
    name = f"template_{service}"
    postgres.create_database(name)
    migrate(_migrations_of(service), postgres.database_url(name))
    _execute(postgres, sql.SQL("alter database {} allow_connections false").format(sql.Identifier(name)))
    return name


def _migrations_of(service: str) -> MigrationSet:
    return encryption.MIGRATIONS if service == KEYS else parts_of(service)[0].migrations


def _execute(postgres: PostgresServer, statement: sql.Composed) -> None:
    with closing(postgres._connect()) as connection:
        connection.execute(statement)
