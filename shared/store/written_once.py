"""Statements that SQLAlchemy compiles once, for those that are long and often executed.

SQLAlchemy finds a compiled statement again by all of its parts, and binds each constant at each execution. For a long
statement this takes longer than the trip to the server. Here the constants are part of the text, and only the named
parameters are bound.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from sqlalchemy import BindParameter, ClauseElement, CursorResult
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse
from sqlalchemy.types import UserDefinedType

_CONSTANTS_IN_TEXT: Final = {"literal_binds": True}


class _Placeholder(UserDefinedType[str]):
    """A type whose values are written into the text as they are: the driver's placeholder of a parameter."""

    cache_ok = True

    def literal_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002 - the signature is the library's
        return str


class WrittenOnce:
    """A statement that is compiled at its first execution.

    Parameters go to the driver unchanged, and rows come as the driver reads them. So a statement is not for values
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
