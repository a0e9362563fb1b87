"""Backups of a database: a copy that later replaces the database."""

from contextlib import closing
from urllib.parse import urlsplit
from uuid import uuid4

from psycopg import sql

from deploy.cli import servers
from shared.exchange import eventlog
from shared.store.database import Database
from tests.kit import databases

_ENDED = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"


def backup_of(postgres: servers.PostgresServer, database: Database, url: str) -> str:
    """Copy a database in its current state; return the name of the copy."""
    copy = f"copy{uuid4().hex[:8]}"
    _copy(postgres, database, url, url.rpartition("/")[2], copy)
    return copy


def put_back(postgres: servers.PostgresServer, database: Database, url: str, copy: str) -> None:
    """Replace a database with a copy, as a restore does, and begin an epoch like a starting process."""
    name = url.rpartition("/")[2]
    with closing(postgres._connect()) as connection:
        connection.execute(_ENDED, [name])
        connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))
    _copy(postgres, database, url, copy, name)
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)


def _copy(postgres: servers.PostgresServer, database: Database, url: str, source: str, to: str) -> None:
    database.engine.dispose()
    runner, owner = urlsplit(url).username or "", urlsplit(databases.owner_url(url)).username or ""
    command = sql.SQL("create database {} owner {} template {} strategy file_copy")
    granted = sql.SQL("grant connect on database {} to {}")
    with closing(postgres._connect()) as connection:
        connection.execute(_ENDED, [source])
        connection.execute(command.format(*map(sql.Identifier, (to, owner, source))))
        connection.execute(granted.format(*map(sql.Identifier, (to, runner))))
