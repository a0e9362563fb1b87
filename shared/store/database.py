"""One service's own PostgreSQL database, and the one place where anything is committed.

`PSYCOPG_WAIT_FUNC` must be set before psycopg is first imported (`shared.runtime.host` does so for a service): its C
wait function would stop every green thread of the process for as long as one query runs
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

#: How many events a transaction has recorded so far; whoever brings them on is woken after the commit.
RECORDED: ContextKey[int] = ContextKey("count of recorded events")

#: What has to be done once the work of a transaction is done, before it is committed.
BEFORE_COMMIT: ContextKey[list[Callable[[Session], None]]] = ContextKey("before the commit")

#: Whether each statement of the session stands alone, so that no lock outlasts it.
EACH_ALONE: ContextKey[bool] = ContextKey("each alone")

#: A row of a table, or of some of its columns; each column is an attribute.
TableRow = Row[*tuple[object, ...]]
#: A row's columns by their names.
NamedRow = Mapping[Any, Any]

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


#: A frozen request must not hold a case: the server ends what takes longer (milliseconds).
LIMITS = {
    "statement_timeout": 15_000,
    "lock_timeout": 5_000,
    "idle_in_transaction_session_timeout": 20_000,
}

#: What the server does not do for our statements. They are short, and asked over and over in many sessions: to compile
#: them made journeys slower, and each session that has compiled one keeps some 30 MB until it ends. With parallel
#: workers the planner reads whole tables where an index would do, in three processes at once.
WITHOUT = {"jit": "off", "max_parallel_workers_per_gather": "0"}

#: So many characters the longest statements of ours may have; there are few of them.
LONGEST_STATEMENT = 131_072
#: A connection that was used so short a time ago is taken to live still (seconds).
REST_SECONDS = 1.0

#: Lost connections, deadlocks, lock time-outs, a server that has become a replica or lacks disk, memory or connections
#: say nothing about the work itself: it is simply done again.
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
#: What is said of the server's means and of the system below it: no fault of the work either, though the next try may
#: meet it again (a broken block). A follower counts those that are not passing; a request is told to come again.
_SERVERS_OWN = ("53", "57P", "58")
DISK_FULL = "53100"
_LOCK_NOT_AVAILABLE = "55P03"
#: Another transaction held what this one needed, and waited for what this one held.
_LOST = ("40001", "40P01")
#: For so long after a refusal for want of room a service says that it lacks it, unless an event is stored (seconds).
FULL_SECONDS = 15.0


def engine_for(url: str, *, pool_size: int = 16) -> Engine:
    """Make the engine of one service; connections are checked when taken after a rest, and limited by the server."""
    _keep_translations_of_long_statements()
    options = " ".join(f"-c {name}={value}" for name, value in {**LIMITS, **WITHOUT}.items())
    engine = create_engine(
        dialect_of(address_now(url)),
        json_deserializer=orjson.loads,  # a whole case comes as one document
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
    """Open a connection with the login that the address's file names now."""

    def connect(url: str) -> DBAPIConnection:
        login = make_url(url)
        return dialect.connect(*positional, **{**named, "user": login.username, "password": login.password})

    return connecting(address, connect, is_refusal=is_login_refused)


def _note_rest(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _check_after_rest(
    dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Ask a connection that has rested whether it lives; one used a moment ago need not cost a round trip."""
    if time.monotonic() - record.info.get("rests_since", math.inf) < REST_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def dialect_of(url: str) -> str:
    """Return a PostgreSQL URL in the form that SQLAlchemy takes for psycopg."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


class Database:
    """The database of one service: transactions, each committed here and nowhere else."""

    def __init__(self, engine: Engine, address: str | None = None) -> None:
        """Store the engine, on which transactions run, and the address that it was made for, where its file counts."""
        self.engine = engine
        self._address = address
        self._each_alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._after_commit: list[Callable[[], None]] = []
        #: What every transaction of the process may need, such as the domain's time source.
        self._provided: dict[ContextKey[Any], Any] = {}
        self._full_at = -math.inf
        self._together = AskedTogether(self.ask)

    @property
    def url(self) -> str:
        """The address that it was opened with, with the password, as psycopg takes it."""
        return self._address or self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def provide(self, key: ContextKey[Held], held: Held) -> None:
        """Carry something in every transaction from now on, such as the domain's time source."""
        self._provided[key] = held

    def provided(self, key: ContextKey[Held]) -> Held:
        """Return what every transaction carries under a key."""
        held: Held = self._provided[key]
        return held

    def after_recording(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit that recorded an event."""
        self._after_commit.append(wake)

    @contextmanager
    def transaction(self, *carried: Carried) -> Iterator[Session]:
        """Return a session whose work is committed at the end as a whole, or not at all.

        `carried` is what the work may need to know of its cause; whoever needs it asks by its key.
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
        """Return a session whose statements each stand alone: for what reads, and in the end notes that it did.

        Each sees what was committed before it began, as in `transaction`; to begin and to commit takes no trip to the
        server.
        """
        with (
            self._noting_lack_of_room(),
            self._session(self._each_alone, (*carried, EACH_ALONE.holding(True))) as session,
        ):
            yield session

    def ask(self, question: str, named: Mapping[str, object] | None = None) -> NamedRow:
        """Return the one row that answers a statement of ours: for a look that mostly finds nothing to do.

        It stands alone. Nothing is begun, translated or committed, so it takes one trip to the server instead of three.
        """
        with self._noting_lack_of_room(), self._each_alone.connect() as connection:
            # Without parameters, the driver takes the text as it is, also a "%".
            options = {"no_parameters": named is None}
            parameters = None if named is None else dict(named)
            return connection.exec_driver_sql(question, parameters, execution_options=options).mappings().one()

    def whether_any(self, rows: str) -> Callable[[], bool]:
        """Return what answers whether a select of ours finds any row, for a loop that mostly finds nothing to do.

        It is asked along with those of the other loops: the answer may be as old as `SHARED_SECONDS`, but never older
        than what this process has committed.
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
        """Return whether the server refused a write for want of room a moment ago."""
        return time.monotonic() - self._full_at < FULL_SECONDS

    def answers(self) -> bool:
        """Return whether the database takes a query now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
        except DBAPIError:
            return False
        return True


def _conclude(session: Session) -> None:
    """Do what the work of a transaction left for its end; that may leave more."""
    session.flush()
    while waiting := BEFORE_COMMIT.find(session):
        BEFORE_COMMIT.drop(session)
        for act in waiting:
            act(session)
        session.flush()


def is_passing(error: BaseException) -> bool:
    """Return whether an error lies in the connection or the moment, and not in the work that met it."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (TimeoutError, PoolTimeout))
    if error.connection_invalidated:
        return True
    state = _state(error)
    return state in _PASSING or (state is None and type(error).__name__ in ("OperationalError", "InterfaceError"))


def has_lost(error: DBAPIError) -> bool:
    """Return whether the server ended a transaction so that another could go on, as in a deadlock."""
    return _state(error) in _LOST


def is_lock_timeout(error: BaseException) -> bool:
    """Return whether a transaction ended because it waited too long for a lock."""
    return isinstance(error, DBAPIError) and _state(error) == _LOCK_NOT_AVAILABLE


def is_full(error: BaseException) -> bool:
    """Return whether the server had no room to store something."""
    return isinstance(error, DBAPIError) and _state(error) == DISK_FULL


def is_of_server(error: BaseException) -> bool:
    """Return whether an error is the moment's or the database server's, so that whoever asked may ask again."""
    state = _state(error) if isinstance(error, DBAPIError) else None
    return is_passing(error) or (state is not None and state.startswith(_SERVERS_OWN))


def _state(error: DBAPIError) -> str | None:
    """Return the SQLSTATE that the server named."""
    return getattr(error.orig, "sqlstate", None)


def _keep_translations_of_long_statements() -> None:
    """Have psycopg keep how a text of ours is written for the server, however long it is.

    It finds the parameters of one of more than 4,096 characters anew each time, since others send long texts once.
    """
    from psycopg import _queries

    _queries.MAX_CACHED_STATEMENT_LENGTH = LONGEST_STATEMENT


def _refuse_blocking_wait(dbapi_connection: DBAPIConnection, _record: object) -> None:
    """Refuse to run where psycopg would block every green thread: better no start than a service that freezes."""
    from psycopg import waiting

    if getattr(waiting.wait, "__name__", "") == "wait_c":
        dbapi_connection.close()
        raise RuntimeError("psycopg waits in C: set PSYCOPG_WAIT_FUNC=wait_selector before it is imported.")


event.listen(Engine, "connect", _refuse_blocking_wait)
