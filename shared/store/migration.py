"""Brings a database to the release's state: migrations by Alembic, one at a time, safe to run again.

Which migrations a database has is handed in as a `MigrationSet`, so that this wing knows no service. Its owner
migrates, and grants anew in the end what the role that runs the service may do.
"""

import ast
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.exc import DBAPIError

from shared.store import rights
from shared.store.database import dialect_of, engine_for
from shared.store.database import metadata as mechanism

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection

_SCRIPTS = Path(__file__).parent / "migrations"
#: For so long a migration waits for a table that another has, as a backup that is being taken does (milliseconds). All
#: who then want that table wait behind it, so it is short: less than any request is given.
LOCK_MILLISECONDS = 400
#: How long until it tries again, and for how long it does so (seconds).
PAUSE_SECONDS, PATIENCE_SECONDS = 2.0, 900.0
_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class MigrationSet:
    """The migrations of one kind of database, in the folders that hold them, and the tables that they come to."""

    name: str
    folders: tuple[Path, ...]
    metadata: tuple[MetaData, ...]

    @classmethod
    def of_service(cls, name: str, folder: Path, own: MetaData) -> "MigrationSet":
        """Return a service's: the mechanism's first, then its own."""
        return cls(name, (_SCRIPTS / "versions", folder), (mechanism, own))


class DatabaseNewer(Exception):
    """The database holds a migration that this release does not know: it belongs to a later one."""

    status = 500
    retryable = False


class TableHeld(Exception):
    """Another had a table for longer than a migration was to wait; nothing of the migration was kept."""

    status = 503
    retryable = True


def say_nothing(_sentence: str) -> None:
    """Do nothing: nobody wants to hear what a migration waits for."""


def migrate(
    migrations: MigrationSet,
    url: str,
    *,
    runner: str | None = None,
    statement_seconds: float | None = None,
    patience: float = PATIENCE_SECONDS,
    say: Callable[[str], None] = say_nothing,
) -> None:
    """Bring a service's database to the release's state; safe to run again and by several at once.

    `url` signs in as the owner of the tables, and `runner` is the role as which the service runs: it is granted what
    `shared.store.rights` declares. Without one, or where it is the owner itself, both are one. All of it is one
    transaction, which gives up when another has a table that it needs, and is begun anew for so long as `patience`
    (seconds): nobody waits behind it meanwhile. `statement_seconds` is the longest that a statement may take while an
    older release serves. Raises `TableHeld`.
    """
    until = time.monotonic() + patience
    while not _migrated(migrations, url, runner, statement_seconds):
        if time.monotonic() > until:
            raise TableHeld(f"another has held a table of {migrations.name} for {patience:.0f} s")
        say(f"{migrations.name}: another has a table (a backup, as a rule); nothing was kept, it is tried again")
        time.sleep(PAUSE_SECONDS)


def _migrated(migrations: MigrationSet, url: str, runner: str | None, statement_seconds: float | None) -> bool:
    """Migrate; return False where a table was held, and nothing of it was kept."""
    from alembic import command  # here, and in `_config`: a running service never migrates, and need not carry it

    try:
        with _migrating(migrations, url) as (config, connection):
            connection.execute(text(f"set local lock_timeout = {LOCK_MILLISECONDS}"))
            if statement_seconds is not None:
                connection.execute(text(f"set local statement_timeout = {int(1_000 * statement_seconds)}"))
            command.upgrade(config, "heads")
            if runner is not None and runner != connection.scalar(text("select current_user")):
                rights.grant(connection, runner)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _NOT_AVAILABLE:
            raise
        return False
    return True


def list_rights(url: str, role: str) -> dict[str, dict[str, object]]:
    """Return what a role was granted on each table of a database; see `rights.listed`."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return rights.listed(connection, role)
    finally:
        engine.dispose()


def pending_migrations(migrations: MigrationSet, url: str) -> list[str]:
    """Return the migrations that a service's database still lacks, in order; empty when it is up to date.

    Raises `DatabaseNewer`. Read without Alembic, since every start of a service asks.
    """
    before = _predecessors(migrations)
    applied: set[str] = set()
    following = _heads(url)
    while following:
        step = following.pop()
        if step not in before:
            raise DatabaseNewer(f"The database of {migrations.name} holds {step}, which this release does not know.")
        if step not in applied:
            applied.add(step)
            following += before[step]
    return [migration for migration in before if migration not in applied]


def _heads(url: str) -> list[str]:
    """Read what Alembic has noted in a database: the last migration of each branch, unless another one needs it."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            if connection.scalar(text("select to_regclass('alembic_version')")) is None:
                return []
            return list(connection.scalars(text("select version_num from alembic_version")))
    finally:
        engine.dispose()


def _predecessors(migrations: MigrationSet) -> dict[str, list[str]]:
    """Read which migrations each one comes after, from the written files: the mechanism's first, then the service's.

    Those are the one that it follows, and the one of the mechanism that it needs: Alembic no longer notes that either.
    """
    predecessors: dict[str, list[str]] = {}
    for folder in migrations.folders:
        for path in sorted(folder.glob("*_[0-9]*.py")):
            said = {
                node.targets[0].id: ast.literal_eval(node.value)
                for node in ast.parse(path.read_text(encoding="utf-8")).body
                if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id in ("revision", "down_revision", "depends_on")
            }
            before = (said["down_revision"], said.get("depends_on"))
            predecessors[said["revision"]] = [migration for migration in before if migration is not None]
    return predecessors


@contextmanager
def _migrating(migrations: MigrationSet, url: str) -> "Iterator[tuple[Config, Connection]]":
    engine = create_engine(dialect_of(url), pool_size=1)
    config = _config(migrations)
    try:
        with engine.begin() as connection:
            # One at a time: a second process waits here and then finds nothing left to do.
            connection.execute(text("select pg_advisory_xact_lock(hashtextextended('casepath.migrate', 0))"))
            config.attributes["connection"] = connection
            yield config, connection
    finally:
        engine.dispose()


def _config(migrations: MigrationSet) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    folders = "\n".join(str(folder) for folder in migrations.folders)
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    config.attributes["metadata"] = list(migrations.metadata)
    return config
