"""One service's own PostgreSQL database, and the one place where anything is committed.

`PSYCOPG_WAIT_FUNC` must be set before psycopg is first imported (`shared.host` does so for a service): its C wait
function would stop every green thread of the process for as long as one query runs
(https://github.com/psycopg/psycopg/issues/688).
"""

import ast
import functools
import importlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from shared import crash

if TYPE_CHECKING:
    from alembic.config import Config

_NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_index",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
#: The tables of the mechanism; every service's database has them beside its own.
metadata = MetaData(naming_convention=_NAMES)


def own_metadata() -> MetaData:
    """Make the metadata of one service's own tables, apart from every other's: two services may both have `cases`."""
    return MetaData(naming_convention=_NAMES)


#: In the place of a service's name: the key database (`shared.keys`) that each service has of its own.
KEYS = "keys"

#: A frozen request must not hold a case: the server ends what takes longer (milliseconds).
LIMITS = {
    "statement_timeout": 15_000,
    "lock_timeout": 5_000,
    "idle_in_transaction_session_timeout": 20_000,
}

#: A connection that was used so short a time ago is taken to live still (seconds).
REST_SECONDS = 1.0

#: Lost connections, deadlocks, lock time-outs and a server that has become a replica say nothing about the work itself:
#: it is simply done again.
_PASSING = frozenset(
    (
        "40001",
        "40P01",
        "25006",
        "55P03",
        "57P01",
        "57P02",
        "57P03",
        "57P05",
        "25P03",
        "08000",
        "08003",
        "08006",
        "08001",
        "08004",
        "53300",
    )
)


def engine_for(url: str, *, pool_size: int = 16) -> Engine:
    """Make the engine of one service; connections are checked when taken after a rest, and limited by the server."""
    options = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
    engine = create_engine(
        _dialect(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        # The same few over and over: what they have prepared is used, and they need not be asked whether they live.
        pool_use_lifo=True,
        connect_args={
            "options": f"{options} -c timezone=UTC",
            "connect_timeout": 5,
            "application_name": "casepath",
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        },
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", functools.partial(_check_after_rest, engine.dialect))
    return engine


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _check_after_rest(dialect: Any, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that has rested whether it lives; one used a moment ago need not cost a round trip."""
    if time.monotonic() - record.info.get("rests_since", math.inf) < REST_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _dialect(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


class Database:
    """The database of one service: transactions, each committed here and nowhere else."""

    def __init__(self, engine: Engine) -> None:
        """Store the engine, on which transactions run."""
        self.engine = engine
        self._after_commit: list[Callable[[], None]] = []
        #: What every transaction of the process may need, such as the domain's clock.
        self.standing: dict[str, Any] = {}

    def after_recording(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit that recorded an event."""
        self._after_commit.append(wake)

    @contextmanager
    def transaction(self, **context: Any) -> Iterator[Session]:
        """Return a session whose work is committed at the end as a whole, or not at all.

        `context` is what the work may need to know of its cause; it lies in `session.info`.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            session.info.update(self.standing | context)
            yield session
            recorded = session.info.get("recorded", 0)
            if recorded:
                crash.point("commit.before")
            session.commit()
        if recorded:
            crash.point("commit.after")
            for wake in self._after_commit:
                wake()

    def answers(self) -> bool:
        """Return whether the database takes a query now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
        except DBAPIError:
            return False
        return True


def is_passing(error: BaseException) -> bool:
    """Return whether an error lies in the connection or the moment, and not in the work that met it."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (TimeoutError, PoolTimeout))
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    return state in _PASSING or (state is None and type(error).__name__ in ("OperationalError", "InterfaceError"))


class DatabaseNewer(Exception):
    """The database holds a migration that this release does not know: it belongs to a later one."""

    status = 500
    retryable = False


def migrate(service: str, url: str) -> None:
    """Bring a service's database to the release's state; safe to run again and by several at once."""
    from alembic import command  # here, and in `_config`: a running service never migrates, and need not carry it

    with _migrating(service, url) as config:
        command.upgrade(config, "heads")


def pending_migrations(service: str, url: str) -> list[str]:
    """Return the migrations that a service's database still lacks, in order; empty when it is up to date.

    Raises `DatabaseNewer`. Read without Alembic, since every start of a service asks.
    """
    before = _predecessors(service)
    applied: set[str] = set()
    for head in _heads(url):
        step: str | None = head
        while step is not None:
            if step not in before:
                raise DatabaseNewer(f"The database of {service} holds {step}, which this release does not know.")
            applied.add(step)
            step = before[step]
    return [migration for migration in before if migration not in applied]


def _heads(url: str) -> list[str]:
    """Read what Alembic has noted in a database: the last migration of each branch."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            if connection.scalar(text("select to_regclass('alembic_version')")) is None:
                return []
            return list(connection.scalars(text("select version_num from alembic_version")))
    finally:
        engine.dispose()


def _predecessors(service: str) -> dict[str, str | None]:
    """Read which migration each one follows, from the written files, in order: the mechanism's, then the service's."""
    predecessors: dict[str, str | None] = {}
    for folder in _folders(service):
        for path in sorted(folder.glob("*.py")):
            assignments = {
                node.targets[0].id: node.value
                for node in ast.parse(path.read_text(encoding="utf-8")).body
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            }
            predecessors[ast.literal_eval(assignments["revision"])] = ast.literal_eval(assignments["down_revision"])
    return predecessors


def _folders(service: str) -> tuple[Path, ...]:
    if service == KEYS:
        return (Path(__file__).parent / "migrations" / KEYS,)
    own = Path(importlib.import_module(f"services.{service}").__path__[0]) / "migrations"
    return Path(__file__).parent / "migrations" / "versions", own


@contextmanager
def _migrating(service: str, url: str) -> "Iterator[Config]":
    engine = create_engine(_dialect(url), pool_size=1)
    config = _config(service)
    try:
        with engine.begin() as connection:
            # One at a time: a second process waits here and then finds nothing left to do.
            connection.execute(text("select pg_advisory_xact_lock(hashtextextended('casepath.migrate', 0))"))
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()


def _config(service: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    folders = "\n".join(str(folder) for folder in _folders(service))
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    config.attributes["metadata"] = _metadata(service)
    return config


def _metadata(service: str) -> list[MetaData]:
    if service == KEYS:
        return [importlib.import_module("shared.keys.store").metadata]
    return [metadata, importlib.import_module(f"services.{service}.models").Record.metadata]


@event.listens_for(Engine, "connect")
def _refuse_blocking_wait(dbapi_connection: Any, _record: Any) -> None:
    """Refuse to run where psycopg would block every green thread: better no start than a service that freezes."""
    from psycopg import waiting

    if getattr(waiting.wait, "__name__", "") == "wait_c":
        dbapi_connection.close()
        raise RuntimeError("psycopg waits in C: set PSYCOPG_WAIT_FUNC=wait_selector before it is imported.")
