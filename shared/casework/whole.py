"""A whole case, read in one SELECT: its row, and each of its parts as a list of rows.

The statement is built once, from the tables alone: a column that is added to a table is read by itself, and so is
there for a reply that declares it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    LargeBinary,
    ScalarSelect,
    SQLColumnExpression,
    String,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeEngine

from shared import deadlines
from shared.access.exclusions import exclusions
from shared.access.joined_cases import of_one_person
from shared.access.permissions import NotFound
from shared.deadlines.derivation import RESTING, WITHDRAWN
from shared.http import part_versions

#: The case that is read, for the conditions of its parts.
CASE: Final = bindparam("case", type_=Uuid)
#: What is read beside the parts: by how much each was changed, for the reply's ETags.
_VERSIONS: Final = "part_versions"


@dataclass(frozen=True)
class Part:
    """The rows of a table that belong to a case, by a condition on `CASE`, in an order."""

    table: FromClause
    condition: ColumnElement[bool]
    order: Iterable[SQLColumnExpression[Any]]


def part_of(kind: type[DeclarativeBase]) -> Part:
    """Return the part of all rows of a kind that bear the case's id, oldest first: ids begin with the time."""
    return _by_case(kind.__table__)


def _by_case(table: FromClause) -> Part:
    return Part(table, table.c.case_id == CASE, tuple(table.primary_key))


def of_person(table: FromClause, column: ColumnElement[UUID], but: ColumnElement[bool] | None = None) -> Part:
    """Return the part of all rows of a table, by its column of the case, of a case and of those merged with it.

    Whoever is entitled to one of a person's cases sees these of all of them. `but`: of the others, which are left out.
    """
    condition = of_one_person(CASE, column)
    if but is not None:
        condition = and_(condition, or_(column == CASE, not_(but)))
    return Part(table, condition, tuple(table.primary_key))


#: What every service has of a case beside its own tables.
EXCLUSIONS: Final = _by_case(exclusions)
_CLOCKS: Final = deadlines.clocks.c
#: Of another case of the person, those in whose place one of this case runs are no periods of theirs.
DEADLINES: Final = replace(
    of_person(deadlines.clocks, _CLOCKS.subject, _CLOCKS.state.in_((RESTING, WITHDRAWN))),
    order=(_CLOCKS.due_at, _CLOCKS.code),
)


class WholeCase:
    """A case with its parts, by their names in what is read."""

    def __init__(self, case: type[DeclarativeBase], parts: Mapping[str, Part]) -> None:
        """Build the statement. Raises `TypeError` for a column of a type that JSON would change."""
        table = case.__table__
        read = {**parts, _VERSIONS: _by_case(part_versions.part_versions)}
        lists = [_list_of(part).label(name) for name, part in read.items()]
        self._statement = select(*table.c, *lists).where(table.c.id == CASE)
        self.parts: Final = dict(parts)
        self._readers = {name: _readers_of(part.table) for name, part in read.items()}

    def read(self, session: Session, case: UUID) -> dict[str, Any]:
        """Return the case's columns, and each part as a list of its rows by column. Raises `NotFound`."""
        row = session.execute(self._statement, {"case": case}).mappings().one_or_none()
        if row is None:
            raise NotFound
        whole = dict(row)
        for name, readers in self._readers.items():
            for part_row in whole[name]:
                for column, read in readers:
                    text = part_row[column]
                    if text is not None:
                        part_row[column] = read(text)
        part_versions.keep(session, case, whole["version"], whole.pop(_VERSIONS))
        return whole


def _columns_of(table: FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of a part: the case's id stands with the case."""
    return [column for column in table.c if column.name != "case_id"]


def _list_of(part: Part) -> ScalarSelect[Any]:
    rows = select(*_columns_of(part.table)).where(part.condition).order_by(*part.order).subquery()
    as_json = func.json_agg(func.row_to_json(rows.table_valued()))
    return select(func.coalesce(as_json, literal_column("'[]'::json"))).select_from(rows).scalar_subquery()


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))


#: How a column is read that JSON has as text.
_READERS: Final[Mapping[type[TypeEngine[Any]], Callable[[str], object]]] = {
    Date: date.fromisoformat,
    DateTime: datetime.fromisoformat,
    LargeBinary: _bytes_of,
    Uuid: UUID,
}
_SAME_IN_JSON: Final = (Boolean, Integer, JSON, String)


def _readers_of(table: FromClause) -> list[tuple[str, Callable[[str], object]]]:
    readers: list[tuple[str, Callable[[str], object]]] = []
    for column in _columns_of(table):
        read = next((read for kind, read in _READERS.items() if isinstance(column.type, kind)), None)
        inner = column.type.item_type if isinstance(column.type, ARRAY) else column.type
        if read is not None:
            readers.append((str(column.key), read))
        elif not isinstance(inner, _SAME_IN_JSON):
            raise TypeError(f"{column} has a type that JSON would change")
    return readers
