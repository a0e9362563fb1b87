"""The PostgreSQL database of one service. All transactions are committed here.

`PSYCOPG_WAIT_FUNC` must be set before psycopg is first imported (`shared.runtime.host` does so for a service). Its C
wait function would block every green thread of the process for as long as one query runs
(https://github.com/psycopg/psycopg/issues/688).
"""

import functools
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import MetaData, Row, create_engine, event, text
from sqlalchemy.engine import Dialect, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from shared.store.context import Carried, ContextKey, Held
from shared.store.file_address import FileAddress, address_now, connecting, is_login_refused
from shared.store.together import AskedTogether
from shared.telemetry import crash

#: The number of events that a transaction has recorded so far. If there are any, the relay is woken after the commit.
RECORDED: ContextKey[int] = ContextKey("count of recorded events")

#: Callbacks to run after the work of a transaction, before it is committed.
BEFORE_COMMIT: ContextKey[list[Callable[[Session], None]]] = ContextKey("before the commit")

#: Whether the session is in autocommit mode, so that no lock outlasts a statement.
EACH_ALONE: ContextKey[bool] = ContextKey("each alone")

#: A row of a table, or of some of its columns. Each column is an attribute.
TableRow = Row[*tuple[object, ...]]
#: The columns of a row by name.
NamedRow = Mapping[Any, Any]

_NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_index",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
#: The shared infrastructure tables. Every service's database has them alongside its own tables.
metadata = MetaData(naming_convention=_NAMES)


def own_metadata() -> MetaData:
    """Return separate metadata for one service's own tables, because two services may both have `cases`."""
    return MetaData(naming_convention=_NAMES)


#: A frozen request must not keep a case locked. The server cancels anything that takes longer (milliseconds).
LIMITS = {
    "statement_timeout": 15_000,
    "lock_timeout": 5_000,
    "idle_in_transaction_session_timeout": 20_000,
}

#: Server features that are switched off. Our statements are short and run often, in many sessions. JIT compilation made
#: user journeys slower, and each session that compiled a statement keeps about 30 MB until it ends. With parallel
#: workers, the planner scans whole tables in three processes at once where an index would be enough.
WITHOUT = {"jit": "off", "max_parallel_workers_per_gather": "0"}

#: The most characters of a statement that psycopg caches. Few statements are long.
LONGEST_STATEMENT = 131_072
#: A connection prepares a statement after this number of executions (psycopg's default: 5). The server plans it 5 more
#: times before it keeps a plan. Planning the statement of the work list takes three times as long as executing it.
PREPARED_AFTER = 1
#: A connection that was used within this time is assumed to be alive (seconds).
REST_SECONDS = 1.0

#: Transient errors: lost connections, deadlocks, lock time-outs, and a server that has become a replica or has run out
#: of disk, memory or connections. They are not caused by the work itself, so it is retried.
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
        "53000",
        "53100",
        "53200",
        "53300",
    )
)
#: SQLSTATE classes for the server's resources and the operating system. The work does not cause these errors either,
#: but a retry may fail again (a broken block). Followers count those that are not transient. HTTP clients should retry.
_SERVERS_OWN = ("53", "57P", "58")
DISK_FULL = "53100"
_LOCK_NOT_AVAILABLE = "55P03"
#: A conflict with another transaction: a serialisation failure or a deadlock.
_LOST = ("40001", "40P01")
#: How long a service reports a full disk after a failed write, unless an event is stored meanwhile (seconds).
FULL_SECONDS = 15.0


def engine_for(url: str, *, pool_size: int = 16) -> Engine:
    """Return the engine of one service. Idle connections are checked before use, and the server limits statements."""
    _keep_translations_of_long_statements()
    options = " ".join(f"-c {name}={value}" for name, value in {**LIMITS, **WITHOUT}.items())
    engine = create_engine(
        dialect_of(address_now(url)),
        json_deserializer=orjson.loads,  # a whole case is read as one document
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        # Reuse the same few connections: their prepared statements are used, and they need no liveness check.
        pool_use_lifo=True,
        connect_args={
            "options": f"{options} -c timezone=UTC",
            "prepare_threshold": PREPARED_AFTER,
            "connect_timeout": 5,
            "application_name": "casepath",
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        },
    )
    if isinstance(url, FileAddress):
        event.listen(engine, "do_connect", functools.partial(_connect_as_now, url))
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", functools.partial(_check_after_rest, engine.dialect))
    return engine


def _connect_as_now(
    address: FileAddress,
    dialect: Dialect,
    _record: ConnectionPoolEntry,
    positional: Sequence[str],
    named: dict[str, object],
) -> DBAPIConnection:
    """Open a connection with the login that the address's file contains now."""

    def connect(url: str) -> DBAPIConnection:
        login = make_url(url)
        return dialect.connect(*positional, **{**named, "user": login.username, "password": login.password})

    return connecting(address, connect, is_refusal=is_login_refused)


def _note_rest(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _check_after_rest(
    dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Check that an idle connection is alive. A recently used connection is not checked, to save a round trip."""
    if time.monotonic() - record.info.get("rests_since", math.inf) < REST_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def dialect_of(url: str) -> str:
    """Return a PostgreSQL URL in the form that SQLAlchemy needs for psycopg."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


class Database:
    """The database of one service. Only this class commits transactions."""

    def __init__(self, engine: Engine, address: str | None = None) -> None:
        """Store the engine for transactions, and the address that it was made for, if that is read from a file."""
        self.engine = engine
        self._address = address
        self._each_alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._after_commit: list[Callable[[], None]] = []
        #: Values for every transaction of the process, such as the domain's time source.
        self._provided: dict[ContextKey[Any], Any] = {}
        self._full_at = -math.inf
        self._together = AskedTogether(self.ask)

    @property
    def url(self) -> str:
        """The address of the database, with the password, in psycopg's format."""
        return self._address or self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def provide(self, key: ContextKey[Held], held: Held) -> None:
        """Add a value to every transaction from now on, such as the domain's time source."""
        self._provided[key] = held

    def provided(self, key: ContextKey[Held]) -> Held:
        """Return the value that every transaction has under a key."""
        held: Held = self._provided[key]
        return held

    def after_recording(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit that recorded an event."""
        self._after_commit.append(wake)

    @contextmanager
    def transaction(self, *carried: Carried) -> Iterator[Session]:
        """Return a session whose work is committed at the end as a whole, or not at all.

        `carried`: values about the cause of the work, which the work can read by key.
        """
        with self._noting_lack_of_room(), self._session(self.engine, carried) as session:
            yield session
            _conclude(session)
            recorded = RECORDED.find(session)
            if recorded:
                crash.point("commit.before")
            session.commit()
        self._together.forget()
        if recorded:
            self._full_at = -math.inf
            crash.point("commit.after")
            for wake in self._after_commit:
                wake()

    @contextmanager
    def reading(self, *carried: Carried) -> Iterator[Session]:
        """Return a session in autocommit mode, for work that reads and finally writes its audit entry.

        Each statement sees everything that was committed before it began, as in `transaction`. Beginning and committing
        need no round trip to the server.
        """
        with (
            self._noting_lack_of_room(),
            self._session(self._each_alone, (*carried, EACH_ALONE.holding(True))) as session,
        ):
            yield session

    def ask(self, question: str, named: Mapping[str, object] | None = None) -> NamedRow:
        """Return the single result row of a fixed statement, for checks that rarely find work.

        The statement runs in autocommit mode and is not compiled by SQLAlchemy. It needs one round trip to the server
        instead of three.
        """
        with self._noting_lack_of_room(), self._each_alone.connect() as connection:
            # Without parameters, the driver sends the text unchanged, including "%".
            options = {"no_parameters": named is None}
            parameters = None if named is None else dict(named)
            return connection.exec_driver_sql(question, parameters, execution_options=options).mappings().one()

    def whether_any(self, rows: str) -> Callable[[], bool]:
        """Return a function that tells whether a fixed select finds any row, for loops that rarely find work.

        One query answers it together with the selects of the other loops. The answer may be up to `SHARED_SECONDS` old,
        but never older than this process's last commit.
        """
        return self._together.add(rows)

    @contextmanager
    def _session(self, engine: Engine, carried: Iterable[Carried]) -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session:
            session.info.update(self._provided)
            session.info.update({entry.key: entry.held for entry in carried})
            yield session

    @contextmanager
    def _noting_lack_of_room(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if _state(error) == DISK_FULL:
                self._full_at = time.monotonic()
            raise

    @property
    def lacks_room(self) -> bool:
        """Return whether the server refused a write within the last `FULL_SECONDS` because its disk is full."""
        return time.monotonic() - self._full_at < FULL_SECONDS

    def answers(self) -> bool:
        """Return whether the database answers a query now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
        except DBAPIError:
            return False
        return True


def _conclude(session: Session) -> None:
    """Flush the session and run the callbacks for the end of the transaction, which may add more callbacks."""
    session.flush()
    while waiting := BEFORE_COMMIT.find(session):
        BEFORE_COMMIT.drop(session)
        for act in waiting:
            act(session)
        session.flush()


def is_passing(error: BaseException) -> bool:
    """Return whether an error is transient: caused by the connection or a passing state, not by the work."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (TimeoutError, PoolTimeout))
    if error.connection_invalidated:
        return True
    state = _state(error)
    return state in _PASSING or (state is None and type(error).__name__ in ("OperationalError", "InterfaceError"))


def has_lost(error: DBAPIError) -> bool:
    """Return whether the server aborted a transaction so that another could continue, as in a deadlock."""
    return _state(error) in _LOST


def is_lock_timeout(error: BaseException) -> bool:
    """Return whether a transaction ended because it waited too long for a lock."""
    return isinstance(error, DBAPIError) and _state(error) == _LOCK_NOT_AVAILABLE


def is_full(error: BaseException) -> bool:
    """Return whether the server's disk was full."""
    return isinstance(error, DBAPIError) and _state(error) == DISK_FULL


def is_of_server(error: BaseException) -> bool:
    """Return whether an error is transient or the database server's own, so that the caller may retry."""
    state = _state(error) if isinstance(error, DBAPIError) else None
    return is_passing(error) or (state is not None and state.startswith(_SERVERS_OWN))


def _state(error: DBAPIError) -> str | None:
    """Return the SQLSTATE that the server reported."""
    return getattr(error.orig, "sqlstate", None)


def _keep_translations_of_long_statements() -> None:
    """Let psycopg cache the converted form of our statements, up to `LONGEST_STATEMENT` characters.

    By default it parses the parameters of a statement of more than 4,096 characters again each time.
    """
    from psycopg import _queries

    _queries.MAX_CACHED_STATEMENT_LENGTH = LONGEST_STATEMENT


def _refuse_blocking_wait(dbapi_connection: DBAPIConnection, _record: object) -> None:
    """Raise `RuntimeError` if psycopg would block every green thread: failing to start is better than freezing."""
    from psycopg import waiting

    if getattr(waiting.wait, "__name__", "") == "wait_c":
        dbapi_connection.close()
        raise RuntimeError("psycopg waits in C: set PSYCOPG_WAIT_FUNC=wait_selector before it is imported.")


event.listen(Engine, "connect", _refuse_blocking_wait)
