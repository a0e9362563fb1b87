"""Statements whose text is written once: for those that are long, and asked often.

What SQLAlchemy does for each execution grows with the statement, though of a statement that is made once nothing ever
changes: it is found again by all its parts, and each of its constants is bound anew. Here constants stand in the text,
and what is bound is what is asked for.
"""

from collections.abc import Mapping

from sqlalchemy import BindParameter, ClauseElement
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from shared.store import direct


class _ConstantsInText(PGCompiler_psycopg):
    """Writes every parameter that has a value into the text, and leaves those that have none."""

    def visit_bindparam(self, bindparam: BindParameter[object], *where: object, **options: object) -> str:
        constant = {"literal_binds": not bindparam.required}
        written: str = super().visit_bindparam(bindparam, *where, **{**options, **constant})  # type: ignore[no-untyped-call]  # the library's own gap
        return written


class WrittenOnce:
    """A statement that is written at its first execution, and sent as it is from then on.

    What it is asked with goes to the driver as it is, and its rows come as the driver reads them: it is not for values
    that their column's type would have changed. A document is handed over as text.
    """

    def __init__(self, statement: ClauseElement) -> None:
        """Store the statement; a parameter of it without a value is named at each execution."""
        self._statement = statement
        self._text: str | None = None

    def execute(self, session: Session, asked: Mapping[str, object]) -> direct.Rows:
        """Return the rows for what is asked, after what the session has yet to store."""
        return direct.send(session, self._text or self._write(session.get_bind().dialect), asked)

    def _write(self, dialect: Dialect) -> str:
        self._text = _ConstantsInText(dialect, self._statement).string
        return self._text
