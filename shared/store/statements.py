"""Statements that save processor time or round trips to the database.

- `WrittenOnce`: a long statement that is often executed is compiled once. SQLAlchemy finds a compiled statement again
  by all of its parts, and binds each constant at each execution. For a long statement this takes longer than the round
  trip. Here the constants are part of the text, and only the named parameters are bound.
- `FirstStatement`: the first statement of a request also reads what the transaction needs (`ALONG`).
- `insert_rows` and `rows_into`: several rows in one INSERT, in the order in which they come. The first is for a few new
  rows. The second is for any number of rows, and can have an `ON CONFLICT` clause. SQLAlchemy compiles
  `insert(...).values([...])` again for each execution, so `tests/architecture/test_statements.py` refuses it.
- `together`: the rows that are inserted in a block are sent in one statement.
"""

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    BindParameter,
    ClauseElement,
    CursorResult,
    Row,
    Select,
    SQLColumnExpression,
    Table,
    Text,
    bindparam,
    column,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse
from sqlalchemy.types import UserDefinedType

from shared.store.context import ContextKey

_CONSTANTS_IN_TEXT: Final = {"literal_binds": True}


class _Placeholder(UserDefinedType[str]):
    """A type whose values are written into the SQL unchanged: the driver's placeholder of a parameter."""

    cache_ok = True

    def literal_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002 - the signature is the library's
        return str


class WrittenOnce:
    """A statement that is compiled at its first execution.

    Parameters go to the driver unchanged, and rows come as the driver reads them. Do not use it for values
    that the type of their column would convert; a JSON document is passed as text.
    """

    def __init__(self, statement: ClauseElement) -> None:
        """Store the statement; each execution gives a value for every parameter that has none."""
        self._statement = statement
        self._text: str | None = None

    def execute(self, session: Session, parameters: Mapping[str, object]) -> CursorResult[*tuple[Any, ...]]:
        """Flush the session, execute the statement and return its rows."""
        return send(session, self._text or self._write(session.get_bind().dialect), parameters)

    def _write(self, dialect: Dialect) -> str:
        def replace(element: ExternallyTraversible, **_options: object) -> BindParameter[str] | None:
            if not (isinstance(element, BindParameter) and element.required):
                return None
            text = f"%({element.key})s::{element.type.compile(dialect)}"
            return BindParameter(None, text, type_=_Placeholder())

        statement = cast("ClauseElement", replacement_traverse(self._statement, {}, replace))
        self._text = str(statement.compile(dialect=dialect, compile_kwargs=_CONSTANTS_IN_TEXT))
        return self._text


def send(session: Session, text: str, parameters: Mapping[str, object]) -> CursorResult[*tuple[Any, ...]]:
    """Flush the session, and execute a text with the driver's placeholders in its transaction."""
    session.flush()
    return session.connection().exec_driver_sql(text, dict(parameters))


@dataclass(frozen=True, eq=False)
class Along:
    """An instant that a statement reads next to its own columns, and the function that receives it.

    There are few of them, each made once.
    """

    asked: Select[tuple[datetime | None]]
    take: Callable[[Session, datetime | None], object]


#: The instant that the first suitable statement of a transaction also reads.
ALONG: Final[ContextKey[Along]] = ContextKey("along")


class FirstStatement:
    """A statement that returns one row, at the start of a request."""

    def __init__(self, statement: Select[*tuple[object, ...]]) -> None:
        """Store the statement; each execution gives a value for every parameter that has none."""
        self._statement = statement
        self._alone = WrittenOnce(statement)
        self._beside: dict[Along, WrittenOnce] = {}

    def one(self, session: Session, asked: Mapping[str, object]) -> Row[Any]:
        """Return the row for these parameters. Before that, pass on the instant in `ALONG`, if any."""
        along = ALONG.find(session)
        if along is None:
            return self._alone.execute(session, asked).one()
        if along not in self._beside:
            value = along.asked.scalar_subquery().label("along")
            self._beside[along] = WrittenOnce(self._statement.add_columns(value))
        row = self._beside[along].execute(session, asked).one()
        along.take(session, row.along)
        return row


_GATHERED: ContextKey[list[tuple[Table, Sequence[Mapping[str, object]]]]] = ContextKey("gathered rows")
#: Maximum number of rows of a table in one statement. With more rows, each has its own statement.
AT_ONCE: Final = 8


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Insert all rows of the block in one statement, at its end. Nothing in the block may read them.

    There are few rows, and no table has a foreign key to another table of the block.
    """
    gathered: list[tuple[Table, Sequence[Mapping[str, object]]]] = []
    _GATHERED.put(session, gathered)
    try:
        yield
    finally:
        _GATHERED.drop(session)
    dialect, asked, parts = session.get_bind().dialect, dict[str, object](), list[str]()
    for place, (table, rows) in enumerate(gathered):
        columns = tuple(rows[0])
        parts.append(_insertion(dialect, table, columns, len(rows), f"t{place}_"))
        asked |= _asked(table, columns, rows, f"t{place}_")
    if parts:
        *before, last = parts
        named = ", ".join(f"t{place} as ({part})" for place, part in enumerate(before))
        send(session, f"with {named} {last}" if before else last, asked)


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Flush the session, and insert rows that all have the same columns."""
    if not rows:
        return
    gathered = _GATHERED.find(session)
    if gathered is not None and len(rows) <= AT_ONCE:
        gathered.append((table, rows))
        return
    columns = tuple(rows[0])
    several = [rows] if len(rows) <= AT_ONCE else [[row] for row in rows]
    statement = _insertion(session.get_bind().dialect, table, columns, len(several[0]))
    session.flush()
    session.connection().exec_driver_sql(statement, [_asked(table, columns, part) for part in several])


# control: H-OPERATION-7 compiled-once
def rows_into(
    kind: type[DeclarativeBase] | Table, rows: Sequence[Mapping[str, object]], **computed: SQLColumnExpression[object]
) -> Insert:
    """Return an INSERT of these rows, which all have the same columns; its text is the same for any number of them.

    The rows are one parameter, a JSON document. SQLAlchemy therefore compiles the statement only once.

    Args:
        kind: The table, or its mapped class. The columns have plain types, whose values PostgreSQL reads from JSON.
        rows: At least one row.
        computed: What the database computes for each row, by column.
    """
    columns, types = tuple(rows[0]), inspect(kind).c
    document = bindparam(None, json.dumps([dict(row) for row in rows], default=_as_text), type_=Text)
    fields = (column(name, types[name].type) for name in columns)
    # With the types in the text: `jsonb_populate_recordset` would name the table, of which a rebuild has two.
    recordset = func.jsonb_to_recordset(document.cast(JSONB(none_as_null=True))).table_valued(*fields)
    stored = recordset.render_derived(with_types=True)
    return insert(kind).from_select(
        [*columns, *computed], select(*(stored.c[name] for name in columns), *computed.values())
    )


def _as_text(value: object) -> str:
    """Return a value in PostgreSQL's text form. Raises `TypeError` for a type that JSON lacks."""
    if isinstance(value, UUID | date):  # a datetime is a date
        return str(value)
    raise TypeError(type(value).__name__)


def _asked(
    table: Table, columns: tuple[str, ...], rows: Sequence[Mapping[str, object]], prefix: str = ""
) -> dict[str, object]:
    documents = _documents(table, columns)
    return {
        _nth(prefix + name, n): _sent(row[name], name in documents) for n, row in enumerate(rows) for name in columns
    }


@functools.cache
def _documents(table: Table, columns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for name in columns if isinstance(table.c[name].type, JSON))


def _sent(value: object, is_document: bool) -> object:  # noqa: FBT001 - positional, because it runs for each value
    return json.dumps(value) if is_document else value


@functools.cache
def _insertion(dialect: Dialect, table: Table, columns: tuple[str, ...], count: int, prefix: str = "") -> str:
    """Return the statement for a number of rows. Its text contains only table and column names, no values."""
    types = {name: table.c[name].type.compile(dialect) for name in columns}
    rows = [", ".join(f"%({_nth(prefix + name, n)})s::{types[name]}" for name in columns) for n in range(count)]
    names = ", ".join(dialect.identifier_preparer.quote(name) for name in columns)
    return " ".join([f"insert into {table.name} ({names}) values", ", ".join(f"({row})" for row in rows)])


def _nth(name: str, number: int) -> str:
    return f"{name}_{number}"
