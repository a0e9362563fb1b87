"""Brings a database to the release's state: migrations by Alembic, one at a time, safe to run again.

Which migrations a database has is handed in as a `MigrationSet`, so that this wing knows no service. Its owner
migrates, and grants anew in the end what the role that runs the service may do.
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
#: For so long a migration waits for a table that another has, as a backup that is being taken does (milliseconds). All
#: who then want that table wait behind it, so it is short: less than any request is given.
LOCK_MILLISECONDS = 400
#: How long until it tries again, and for how long it does so (seconds).
PAUSE_SECONDS, PATIENCE_SECONDS = 2.0, 900.0
#: Indexes that were not made to their end, as they are named in a statement.
_INVALID = "select indexrelid::regclass::text from pg_index where not indisvalid"
_NOT_AVAILABLE = "55P03"
#: The oldest release that knows to look which releases a database of a later one still serves.
FIRST_SERVED = "0.2.0"
_SERVED = "casepath: served by releases from "


@dataclass(frozen=True)
class MigrationSet:
    """The migrations of one kind of database, in the folders that hold them, and the tables that they come to."""

    name: str
    folders: tuple[Path, ...]
    #: Loaded when they are asked for alone: to migrate, nobody needs the tables as they are declared.
    tables: Callable[[], tuple[MetaData, ...]]

    @classmethod
    def of_service(cls, name: str, folder: Path, own: Callable[[], MetaData]) -> "MigrationSet":
        """Return a service's: the mechanism's first, then its own."""
        return cls(name, (_SCRIPTS / "versions", folder), lambda: (mechanism, own()))

    @property
    def metadata(self) -> tuple[MetaData, ...]:
        """The tables as they are declared, the service's own last."""
        return self.tables()


class Stated(TypedDict, total=False):
    """What the file of a migration says of itself."""

    revision: str
    down_revision: str | None
    depends_on: str | None
    contracts: str
    replaces: str
    CONCURRENTLY: tuple[str, ...]


class DatabaseNewer(Exception):
    """The database holds a migration that this release does not know: it belongs to a later one."""

    status = 500
    retryable = False


class DatabaseTooOld(Exception):
    """The database is at a migration that a baseline has replaced: this release cannot migrate it."""

    status = 500
    retryable = False


class TableHeld(Exception):
    """Another had a table for longer than a migration was to wait; nothing of the migration was kept."""

    status = 503
    retryable = True


def say_nothing(_sentence: str) -> None:
    """Do nothing: nobody wants to hear what a migration waits for."""


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
    """Bring a service's database to the release's state; safe to run again and by several at once.

    `url` signs in as the owner of the tables, and `runner` is the role as which the service runs: it is granted what
    `shared.store.rights` declares. Without one, or where it is the owner itself, both are one. All of it is one
    transaction, which gives up when another has a table that it needs, and is begun anew for so long as `patience`
    (seconds): nobody waits behind it meanwhile. `statement_seconds` is the longest that a statement may take while an
    older release serves. Raises `TableHeld`, `DatabaseNewer`, `DatabaseTooOld`.
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
    """Make what migrations want made `CONCURRENTLY`, each outside any transaction, so that nobody waits for it.

    What was broken off leaves an index that counts for nothing, and is made anew. A database with nothing in it gets
    the index with its table.
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
                with suppress(ProgrammingError):  # of a table that comes with a migration of the same time
                    connection.execute(text(statement))
    finally:
        engine.dispose()


def _migrated(migrations: MigrationSet, url: str, runner: str | None, statement_seconds: float | None) -> bool:
    """Migrate; return False where a table was held, and nothing of it was kept."""
    from alembic import command  # here, and in `_config`: a running service never migrates, and need not carry it

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
    """Return what a role was granted on each table of a database; see `rights.listed`."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return rights.listed(connection, role)
    finally:
        engine.dispose()


def pending_migrations(migrations: MigrationSet, url: str) -> list[str]:
    """Return the migrations that a service's database still lacks, in order; empty when it is up to date.

    None is, where the database is of a later release that this one may still serve beside. Raises `DatabaseNewer` and
    `DatabaseTooOld`. Read without Alembic, since every start of a service asks.
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
    """Return the migrations that come after those noted in a database, or beside them, in order."""
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
    """Return whether a database is of a later release, and still serves this one.

    Raises `DatabaseNewer` if it does not serve this release, and `DatabaseTooOld` if it is older than the baseline.
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
    """Return the oldest release that still runs on the tables that these migrations come to.

    A migration takes away what older releases need only with the word from which release on nothing needs it:
    `contracts = "0.3.0"`.
    """
    words = _constants(migrations).values()
    return max((word["contracts"] for word in words if "contracts" in word), key=_order, default=FIRST_SERVED)


def _order(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", release)[:3])


def _noted(url: str) -> str | None:
    """Return from which release on a database serves, as the release that migrated it has noted."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            note = connection.scalar(text("select obj_description(to_regclass('alembic_version'), 'pg_class')"))
    finally:
        engine.dispose()
    return note.removeprefix(_SERVED) if isinstance(note, str) and note.startswith(_SERVED) else None


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
    return {
        revision: [before for before in (words["down_revision"], words.get("depends_on")) if before is not None]
        for revision, words in _constants(migrations).items()
    }


def _constants(migrations: MigrationSet) -> Mapping[str, Stated]:
    """Read what the files of migrations say of themselves, by each one's name; nothing of them is run."""
    files = [path for folder in migrations.folders for path in sorted(folder.glob("*_[0-9]*.py"))]
    return {words["revision"]: words for words in map(_stated, files)}


@cache
def _stated(path: Path) -> Stated:
    """Read once what the file of a migration says of itself: each start asks several times."""
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
