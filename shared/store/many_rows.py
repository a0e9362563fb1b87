"""Several rows in one INSERT, in the order in which they come.

As text that is written once for so many rows: SQLAlchemy compiles an insert of several rows anew each time.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import JSON, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

#: So many rows go into a table in one statement; more are sent one for each.
AT_ONCE: Final = 8


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that all have the same columns, after what the session has yet to store; for none, do nothing."""
    if not rows:
        return
    session.flush()
    connection = session.connection()
    columns = tuple(rows[0])
    several = [rows] if len(rows) <= AT_ONCE else [[row] for row in rows]
    statement = _insertion(connection.dialect, table, columns, len(several[0]))
    documents = _documents(table, columns)
    sent = [
        {_nth(name, n): _sent(row[name], name in documents) for n, row in enumerate(part) for name in columns}
        for part in several
    ]
    connection.exec_driver_sql(statement, sent)


@functools.cache
def _documents(table: Table, columns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for name in columns if isinstance(table.c[name].type, JSON))


def _sent(value: object, is_document: bool) -> object:  # noqa: FBT001 - by position, since it is done for each value
    return json.dumps(value) if is_document else value


@functools.cache
def _insertion(dialect: Dialect, table: Table, columns: tuple[str, ...], count: int) -> str:
    """Return the statement for so many rows; of names of our own alone: what is stored comes by the parameters."""
    types = {name: table.c[name].type.compile(dialect) for name in columns}
    rows = [", ".join(f"%({_nth(name, n)})s::{types[name]}" for name in columns) for n in range(count)]
    names = ", ".join(dialect.identifier_preparer.quote(name) for name in columns)
    return " ".join([f"insert into {table.name} ({names}) values", ", ".join(f"({row})" for row in rows)])


def _nth(name: str, number: int) -> str:
    return f"{name}_{number}"
