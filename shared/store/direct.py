"""A text of ours, sent by the driver itself in a session's transaction: for what somebody waits for.

For each execution SQLAlchemy builds a context, and a description of the result's columns, that a text which is written
once has no use for: that took as long as the trip to the server. What fails is what it raises, and its events are told.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from psycopg import Cursor
from psycopg.rows import namedtuple_row, tuple_row
from sqlalchemy.engine import Connection
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

from shared.store.context import ContextKey

#: A row as the driver reads it.
Line: TypeAlias = tuple[Any, ...]
#: Such a row whose columns are attributes, or one column of it.
Named: TypeAlias = Any
_ONE: Final = 1
#: On which a session's transaction runs: it has one until it ends, and looks for it each time.
_CONNECTION: Final[ContextKey[Connection]] = ContextKey("connection")


class Rows:
    """The rows that a text came to, as the driver reads them."""

    def __init__(self, cursor: Cursor[Line]) -> None:
        """Store the driver's cursor."""
        self._cursor = cursor

    def all(self) -> list[Line]:
        """Return all of them."""
        return self._cursor.fetchall()

    def first(self) -> Line | None:
        """Return the first; None if there is none."""
        return self._cursor.fetchone()

    def one(self) -> Named:
        """Return the only one, whose columns are attributes. Raises `NoResultFound`, `MultipleResultsFound`."""
        self._cursor.row_factory = namedtuple_row
        return self._only()

    def mapping_one(self) -> dict[str, Named]:
        """Return the only one, whose columns are found by name. Raises `NoResultFound`, `MultipleResultsFound`."""
        names = [column.name for column in self._cursor.description or ()]
        return dict(zip(names, self._only(), strict=True))

    def scalar_one(self) -> Named:
        """Return the first column of the only one. Raises `NoResultFound`, `MultipleResultsFound`."""
        self._cursor.row_factory = tuple_row
        return self._only()[0]

    def _only(self) -> Line:
        rows = self._cursor.fetchall()
        if len(rows) == _ONE:
            return rows[0]
        raise MultipleResultsFound if rows else NoResultFound


def send(session: Session, text: str, asked: Mapping[str, object]) -> Rows:
    """Return the rows for what is asked, after what the session has yet to store."""
    session.flush()
    connection = _CONNECTION.find(session)
    if connection is None or connection.closed:
        connection = session.connection()
        _CONNECTION.put(session, connection)
    return send_on(connection, text, asked)


def send_on(connection: Connection, text: str, asked: Mapping[str, object] | None) -> Rows:
    """Return the rows for what is asked on a connection, within what is begun on it. Raises what the library does."""
    cursor = cast("Cursor[Line]", connection.connection.cursor())
    try:
        for tell in connection.dispatch.before_cursor_execute:
            tell(connection, cursor, text, asked, None, False)
        cursor.execute(text, asked)
    except BaseException as error:  # noqa: BLE001 - the library raises what it makes of it, whatever it is
        connection._handle_dbapi_exception(error, text, None, None, None)  # noqa: SLF001 - what was sent fails as all does
    return Rows(cursor)
