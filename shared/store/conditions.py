"""Conditions in the form that the query planner needs."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, bindparam


def is_one_of(column: SQLColumnExpression[Any], codes: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column has one of some codes, with the codes as constants in the SQL.

    The planner uses a partial index only if the condition implies it without parameters: a prepared statement is
    planned once.
    """
    return column.in_(bindparam(None, sorted(codes), expanding=True, literal_execute=True))
