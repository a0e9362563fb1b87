"""Migrate a database to the release's state with Alembic: one process at a time, idempotent.

A `MigrationSet` defines the migrations, so that this package knows no service. The tables' owner migrates, and finally
grants the rights of the role that runs the service.
"""

import ast
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

import shared
from shared.store import rights
from shared.store.database import dialect_of, engine_for
from shared.store.database import metadata as mechanism

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection

_SCRIPTS = Path(__file__).parent / "migrations"
#: Maximum wait of a migration for a locked table, for example during a backup (milliseconds). Other transactions queue
#: behind it, so it is shorter than any request's limit.
LOCK_MILLISECONDS = 400
#: Seconds until the next attempt, and seconds after which attempts stop.
PAUSE_SECONDS, PATIENCE_SECONDS = 2.0, 900.0
#: Indexes whose creation was interrupted, as names for use in statements.
_INVALID = "select indexrelid::regclass::text from pg_index where not indisvalid"
_NOT_AVAILABLE = "55P03"
#: The oldest release that checks which earlier releases a newer database still supports.
FIRST_SERVED = "0.2.0"
_SERVED = "casepath: served by releases from "


@dataclass(frozen=True)
class MigrationSet:
    """The migrations of one kind of database: the folders with their files, and the resulting tables."""

    name: str
    folders: tuple[Path, ...]
    #: Loaded only on demand: a migration does not need the declared tables.
    tables: Callable[[], tuple[MetaData, ...]]

    @classmethod
    def of_service(cls, name: str, folder: Path, own: Callable[[], MetaData]) -> "MigrationSet":
        """Return a service's migrations: the mechanism's first, then its own."""
        return cls(name, (_SCRIPTS / "versions", folder), lambda: (mechanism, own()))

    @property
    def metadata(self) -> tuple[MetaData, ...]:
        """The declared tables, with the service's own last."""
        return self.tables()


class Stated(TypedDict, total=False):
    """The constants in the file of a migration."""

    revision: str
    down_revision: str | None
    depends_on: str | None
    contracts: str
    replaces: str
    CONCURRENTLY: tuple[str, ...]


class DatabaseNewer(Exception):
    """The database has a migration that this release does not know: it belongs to a later release."""


class DatabaseTooOld(Exception):
    """The database is at a migration that a baseline has replaced: this release cannot migrate it."""


class TableHeld(Exception):
    """Another transaction locked a table for longer than the permitted wait; the migration was rolled back."""

    status = 503
    retryable = True


def say_nothing(_sentence: str) -> None:
    """Ignore progress messages of a migration."""


# control: H-UPGRADE-1 kept-databases
def migrate(
    migrations: MigrationSet,
    url: str,
    *,
    runner: str | None = None,
    statement_seconds: float | None = None,
    patience: float = PATIENCE_SECONDS,
    say: Callable[[str], None] = say_nothing,
) -> None:
    """Migrate a service's database to the release's state. It is idempotent and safe to run concurrently.

    `url` signs in as the owner of the tables. `runner` is the role that runs the service, which gets the rights
    declared in `shared.store.rights`; None if it is the owner itself. Everything is one transaction. If another
    transaction has locked a table, it is rolled back and repeated for up to `patience` seconds, and no other
    transaction waits in between. `statement_seconds` is the maximum duration of a statement while an older release
    runs. Raises `TableHeld`, `DatabaseNewer`, `DatabaseTooOld`.
    """
    heads = _heads(url)
    if _is_of_later_release(migrations, url, heads):
        return
    _make_indexes(migrations, url, heads)
    until = time.monotonic() + patience
    while not _migrated(migrations, url, runner, statement_seconds):
        if time.monotonic() > until:
            raise TableHeld(f"another has held a table of {migrations.name} for {patience:.0f} s")
        say(f"{migrations.name}: another has a table (a backup, as a rule); nothing was kept, it is tried again")
        time.sleep(PAUSE_SECONDS)


def _make_indexes(migrations: MigrationSet, url: str, heads: Sequence[str]) -> None:
    """Create the `CONCURRENTLY` indexes of migrations outside transactions, so that no other transaction waits.

    An interrupted creation leaves an invalid index, which is created again. An empty database gets the index with its
    table.
    """
    words = _constants(migrations)
    lacking = _lacking(migrations, heads) if heads else ()
    statements = [statement for name in lacking for statement in words[name].get("CONCURRENTLY", ())]
    if not statements:
        return
    engine = create_engine(dialect_of(url), pool_size=1, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for broken_off in connection.scalars(text(_INVALID)).all():
                connection.execute(text(f"drop index concurrently {broken_off}"))
            for statement in statements:
                with suppress(ProgrammingError):  # for a table that a migration of the same release creates
                    connection.execute(text(statement))
    finally:
        engine.dispose()


def _migrated(migrations: MigrationSet, url: str, runner: str | None, statement_seconds: float | None) -> bool:
    """Migrate; return False if a table was locked and everything was rolled back."""
    from alembic import command  # here, and in `_config`: a running service never migrates, so it does not load Alembic

    try:
        with _migrating(migrations, url) as (config, connection):
            connection.execute(text(f"set local lock_timeout = {LOCK_MILLISECONDS}"))
            if statement_seconds is not None:
                connection.execute(text(f"set local statement_timeout = {int(1_000 * statement_seconds)}"))
            command.upgrade(config, "heads")
            connection.execute(text(f"comment on table alembic_version is '{_SERVED}{served_from(migrations)}'"))
            if runner is not None and runner != connection.scalar(text("select current_user")):
                rights.grant(connection, runner)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _NOT_AVAILABLE:
            raise
        return False
    return True


def list_rights(url: str, role: str) -> dict[str, dict[str, object]]:
    """Return the rights of a role on each table of a database; see `rights.listed`."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return rights.listed(connection, role)
    finally:
        engine.dispose()


def pending_migrations(migrations: MigrationSet, url: str) -> list[str]:
    """Return the missing migrations of a service's database, in order; empty if it is up to date.

    The result is also empty if the database belongs to a later release that still supports this one. Raises
    `DatabaseNewer` and `DatabaseTooOld`. It does not load Alembic, because every start of a service calls it.
    """
    heads = _heads(url)
    return [] if _is_of_later_release(migrations, url, heads) else _lacking(migrations, heads)


def all_migrations(migrations: MigrationSet) -> list[str]:
    """Return every migration of a kind of database, in order."""
    return _lacking(migrations, [])


def replaced_migrations(migrations: MigrationSet) -> frozenset[str]:
    """Return the migrations that baselines have replaced."""
    return frozenset(name for words in _constants(migrations).values() for name in words.get("replaces", "").split())


def _lacking(migrations: MigrationSet, heads: Sequence[str]) -> list[str]:
    """Return the migrations that a database lacks after those recorded in it, in order."""
    before = _predecessors(migrations)
    applied: set[str] = set()
    following = list(heads)
    while following:
        step = following.pop()
        if step not in applied:
            applied.add(step)
            following += before[step]
    return [migration for migration in before if migration not in applied]


def _is_of_later_release(migrations: MigrationSet, url: str, heads: Sequence[str]) -> bool:
    """Return whether a database belongs to a later release that still supports this one.

    Raises `DatabaseNewer` if it does not support this release, and `DatabaseTooOld` if it is older than the baseline.
    """
    unknown = sorted(set(heads) - _predecessors(migrations).keys())
    if not unknown:
        return False
    if replaced_migrations(migrations) & set(unknown):
        raise DatabaseTooOld(
            f"The database of {migrations.name} is at {', '.join(unknown)}, which is older than {FIRST_SERVED}. "
            f"Upgrade the installation to {FIRST_SERVED} first, then to this release."
        )
    oldest = _noted(url)
    if oldest is not None and _order(oldest) <= _order(shared.__version__):
        return True
    later = f", and serves releases from {oldest} alone" if oldest else ""
    raise DatabaseNewer(
        f"The database of {migrations.name} holds {', '.join(unknown)}, which this release does not know{later}."
    )


def served_from(migrations: MigrationSet) -> str:
    """Return the oldest release that still works with the tables after these migrations.

    A migration that removes what older releases need must state the first release that does not need it: `contracts =
    "0.3.0"`.
    """
    words = _constants(migrations).values()
    return max((word["contracts"] for word in words if "contracts" in word), key=_order, default=FIRST_SERVED)


def _order(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", release)[:3])


def _noted(url: str) -> str | None:
    """Return the oldest release that a database supports, as recorded by the release that migrated it."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            note = connection.scalar(text("select obj_description(to_regclass('alembic_version'), 'pg_class')"))
    finally:
        engine.dispose()
    return note.removeprefix(_SERVED) if isinstance(note, str) and note.startswith(_SERVED) else None


def _heads(url: str) -> list[str]:
    """Return Alembic's record in a database: the last migration of each branch, unless another one needs it."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            if connection.scalar(text("select to_regclass('alembic_version')")) is None:
                return []
            return list(connection.scalars(text("select version_num from alembic_version")))
    finally:
        engine.dispose()


def _predecessors(migrations: MigrationSet) -> dict[str, list[str]]:
    """Return the predecessors of each migration from the files: the mechanism's first, then the service's.

    Predecessors are the previous migration and the required one of the mechanism, which Alembic does not record either.
    """
    return {
        revision: [before for before in (words["down_revision"], words.get("depends_on")) if before is not None]
        for revision, words in _constants(migrations).items()
    }


def _constants(migrations: MigrationSet) -> Mapping[str, Stated]:
    """Return the constants in the files of migrations, by migration; no file is executed."""
    files = [path for folder in migrations.folders for path in sorted(folder.glob("*_[0-9]*.py"))]
    return {words["revision"]: words for words in map(_stated, files)}


@cache
def _stated(path: Path) -> Stated:
    """Return the constants in a migration's file; cached, because each start needs them several times."""
    return {  # type: ignore[return-value]  # its names are those asked for
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in Stated.__annotations__
    }


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
    return config
