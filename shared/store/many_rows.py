"""Several rows in one INSERT, in the order in which they come.

`insert_rows` is for a few new rows. `rows_into` is for any number of rows, and can have an `ON CONFLICT` clause.
SQLAlchemy compiles `insert(...).values([...])` again for each execution, so `tests/architecture/test_statements.py`
refuses it.
"""

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, SQLColumnExpression, Table, Text, bindparam, cast, column, func, inspect, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session

from shared.store.context import ContextKey
from shared.store.written_once import send

_GATHERED: ContextKey[list[tuple[Table, Sequence[Mapping[str, object]]]]] = ContextKey("gathered rows")
#: So many rows go into a table in one statement; more are sent one for each.
AT_ONCE: Final = 8


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Have all rows that are inserted meanwhile go in with one statement, at the end: nothing in the block reads them.

    There are few of them, and none of the tables has a key to a row of another of them.
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
    """Insert rows that all have the same columns, after what the session has yet to store; for none, do nothing."""
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
    typed = (column(name, types[name].type) for name in columns)
    # With the types in the text: `jsonb_populate_recordset` would name the table, of which a rebuild has two.
    recordset = func.jsonb_to_recordset(cast(document, JSONB(none_as_null=True))).table_valued(*typed)
    stored = recordset.render_derived(with_types=True)
    return insert(kind).from_select(
        [*columns, *computed], select(*(stored.c[name] for name in columns), *computed.values())
    )


def _as_text(value: object) -> str:
    """Return a value as PostgreSQL reads it from a text. Raises `TypeError` for a type that JSON does not carry."""
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


def _sent(value: object, is_document: bool) -> object:  # noqa: FBT001 - by position, since it is done for each value
    return json.dumps(value) if is_document else value


@functools.cache
def _insertion(dialect: Dialect, table: Table, columns: tuple[str, ...], count: int, prefix: str = "") -> str:
    """Return the statement for so many rows; of names of our own alone: what is stored comes by the parameters."""
    types = {name: table.c[name].type.compile(dialect) for name in columns}
    rows = [", ".join(f"%({_nth(prefix + name, n)})s::{types[name]}" for name in columns) for n in range(count)]
    names = ", ".join(dialect.identifier_preparer.quote(name) for name in columns)
    return " ".join([f"insert into {table.name} ({names}) values", ", ".join(f"({row})" for row in rows)])


def _nth(name: str, number: int) -> str:
    return f"{name}_{number}"
