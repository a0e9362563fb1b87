"""A whole case, read in one SELECT: its row, and those of each of its parts.

The statement is built once, from the table definitions. A column that is added to a table is therefore read without
further code, and available to a reply that declares it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias
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
    Select,
    String,
    Uuid,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeEngine

from shared import deadlines
from shared.access.exclusions import exclusions
from shared.access.joined_cases import joined_cases
from shared.access.permissions import NotFound
from shared.http import part_versions
from shared.store.statements import WrittenOnce

#: A row as JSON represents it, or with its values parsed.
_Row: TypeAlias = dict[str, Any]
#: The case that is read, for the conditions of its parts.
CASE: Final = bindparam("case", type_=Uuid)
#: The versions of the parts, read with them for the reply's ETags.
_VERSIONS: Final = "part_versions"
#: The merges of the case, read with the parts: they can give its reader access to data of another case.
_JOINED: Final = "joined_cases"
#: The name under which the case's own row is read.
_CASE: Final = ""


@dataclass(frozen=True)
class Part:
    """The rows of a table that belong to a case, by a condition on `CASE`, in an order."""

    table: FromClause
    condition: ColumnElement[bool]
    order: Iterable[ColumnElement[object]]


def part_of(kind: type[DeclarativeBase]) -> Part:
    """Return the part of all rows of a kind with the case's id, oldest first: ids begin with the time."""
    return by_case(kind.__table__)


def by_case(table: FromClause) -> Part:
    """Return the part of all rows of a table with the case's id."""
    return Part(table, table.c.case_id == CASE, tuple(table.primary_key))


#: The parts of a case that every service has in addition to its own tables.
EXCLUSIONS: Final = by_case(exclusions)
DEADLINES: Final = Part(deadlines.clocks, deadlines.clocks.c.subject == CASE, deadlines.LISTED)


_MERGES: Final = Part(
    joined_cases, or_(joined_cases.c.kept == CASE, joined_cases.c.alias == CASE), (joined_cases.c.merge,)
)


class WholeCase:
    """A case with its parts, by their names in what is read."""

    def __init__(self, case: type[DeclarativeBase], parts: Mapping[str, Part]) -> None:
        """Build the statement. Raises `TypeError` for a column of a type that JSON would change."""
        table = case.__table__
        read = {
            _CASE: Part(table, table.c.id == CASE, ()),
            **parts,
            _VERSIONS: by_case(part_versions.part_versions),
            _JOINED: _MERGES,
        }
        rows = union_all(*(_rows_of(name, part) for name, part in read.items())).subquery("rows")
        # One list of all rows instead of one for each part: most parts of most cases are empty.
        self._statement = WrittenOnce(select(func.json_agg(func.row_to_json(rows.table_valued()))))
        self.parts: Final = dict(parts)
        self._forms = {name: _Form.of(part) for name, part in read.items()}

    def read(self, session: Session, case: UUID) -> _Row:
        """Return the case's columns, and each part as a list of its rows by column. Raises `NotFound`."""
        whole, _is_joined = self.read_joined(session, case)
        return whole

    def read_joined(self, session: Session, case: UUID) -> tuple[_Row, bool]:
        """Return the same, and whether the case is joined with another one. Raises `NotFound`."""
        rows: dict[str, list[_Row]] = {name: [] for name in self._forms}
        for entry in self._statement.execute(session, {"case": case}).scalar_one() or ():
            rows[entry["part"]].append(entry["row"])
        if not rows[_CASE]:
            raise NotFound
        for name, of_part in rows.items():
            if of_part:
                self._forms[name].bring(of_part)
        [whole] = rows.pop(_CASE)
        part_versions.keep(session, case, whole["version"], rows.pop(_VERSIONS))
        is_joined = bool(rows.pop(_JOINED))
        return {**whole, **rows}, is_joined


@dataclass(frozen=True)
class _Form:
    """How the rows of a part are read: the columns that JSON represents as text, and the sort columns."""

    readers: Sequence[tuple[str, Callable[[str], object]]]
    order: Sequence[str]

    @classmethod
    def of(cls, part: Part) -> "_Form":
        """Return the form of a part. Raises `TypeError`."""
        names = tuple(str(column.key) for column in part.order)
        return cls(_readers_of(part.table), tuple(name for name in names if name != "case_id"))

    def bring(self, rows: list[_Row]) -> None:
        """Parse the values of the rows, and sort the rows. Rows without a value come last."""
        for row in rows:
            for column, read in self.readers:
                text = row[column]
                if text is not None:
                    row[column] = read(text)
        if len(rows) > 1:
            rows.sort(key=lambda row: [(row[name] is None, row[name]) for name in self.order])


def _columns_of(table: FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of a part. The case's id is stored with the case."""
    return [column for column in table.c if column.name != "case_id"]


def _rows_of(name: str, part: Part) -> Select[*tuple[object, ...]]:
    rows = select(*_columns_of(part.table)).where(part.condition).subquery()
    return select(literal(name).label("part"), func.row_to_json(rows.table_valued()).label("row"))


def _uuid_of(text: str) -> UUID:
    # The same result as the class, without its support for the other notations of an id.
    return UUID(int=int(text.replace("-", ""), 16))


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))


#: How a column is parsed that JSON represents as text.
_READERS: Final[Mapping[type[TypeEngine[Any]], Callable[[str], object]]] = {
    Date: date.fromisoformat,
    DateTime: datetime.fromisoformat,
    LargeBinary: _bytes_of,
    Uuid: _uuid_of,
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
