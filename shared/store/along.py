"""What the statement that begins a request asks along, so that it takes no trip of its own to the server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

from shared.store.context import ContextKey
from shared.store.written_once import WrittenOnce


@dataclass(frozen=True, eq=False)
class Along:
    """An instant to read beside a statement's own columns, and what takes it. There are few, each made once."""

    asked: Select[tuple[datetime | None]]
    take: Callable[[Session, datetime | None], object]


#: What is asked along in a transaction, by the first of its statements that can.
ALONG: Final[ContextKey[Along]] = ContextKey("along")


class FirstStatement:
    """A statement of one row that begins a request."""

    def __init__(self, statement: Select[*tuple[object, ...]]) -> None:
        """Store the statement; a parameter of it without a value is named at each execution."""
        self._statement = statement
        self._alone = WrittenOnce(statement)
        self._beside: dict[Along, WrittenOnce] = {}

    def one(self, session: Session, asked: Mapping[str, object]) -> Row[Any]:
        """Return the row for what is asked, after what is asked along was taken."""
        along = ALONG.find(session)
        if along is None:
            return self._alone.execute(session, asked).one()
        if along not in self._beside:
            value = along.asked.scalar_subquery().label("along")
            self._beside[along] = WrittenOnce(self._statement.add_columns(value))
        row = self._beside[along].execute(session, asked).one()
        along.take(session, row.along)
        return row
