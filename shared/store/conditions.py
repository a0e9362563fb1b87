"""Conditions as the planner has to read them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, bindparam


def is_one_of(column: SQLColumnExpression[Any], codes: Iterable[str]) -> ColumnElement[bool]:
    """Write the condition that a column has one of some codes, with the codes in the statement's own words.

    A partial index serves what is known to lie in it before any parameter is: a prepared statement is planned once.
    """
    return column.in_(bindparam(None, sorted(codes), expanding=True, literal_execute=True))
