"""A whole case, read in one SELECT: its row, and those of each of its parts.

The statement is built once, from the tables alone: a column that is added to a table is read by itself, and so is
there for a reply that declares it.
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

#: A row as JSON has it, or read.
_Row: TypeAlias = dict[str, Any]
#: The case that is read, for the conditions of its parts.
CASE: Final = bindparam("case", type_=Uuid)
#: What is read beside the parts: by how much each was changed, for the reply's ETags.
_VERSIONS: Final = "part_versions"
#: Read beside the parts too: the merges of the case, by which its reader may see something of another one.
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
    """Return the part of all rows of a kind that bear the case's id, oldest first: ids begin with the time."""
    return by_case(kind.__table__)


def by_case(table: FromClause) -> Part:
    """Return the part of all rows of a table that bear the case's id."""
    return Part(table, table.c.case_id == CASE, tuple(table.primary_key))


#: What every service has of a case beside its own tables.
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
        # One list of all rows, and not one for each part: most parts of most cases are empty.
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
    """How the rows of a part are read: columns that JSON has as text, and those by which they are ordered."""

    readers: Sequence[tuple[str, Callable[[str], object]]]
    order: Sequence[str]

    @classmethod
    def of(cls, part: Part) -> "_Form":
        """Return that of a part. Raises `TypeError`."""
        names = tuple(str(column.key) for column in part.order)
        return cls(_readers_of(part.table), tuple(name for name in names if name != "case_id"))

    def bring(self, rows: list[_Row]) -> None:
        """Read the values of rows, and bring them in order; what has no value comes last."""
        for row in rows:
            for column, read in self.readers:
                text = row[column]
                if text is not None:
                    row[column] = read(text)
        if len(rows) > 1:
            rows.sort(key=lambda row: [(row[name] is None, row[name]) for name in self.order])


def _columns_of(table: FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of a part: the case's id stands with the case."""
    return [column for column in table.c if column.name != "case_id"]


def _rows_of(name: str, part: Part) -> Select[*tuple[object, ...]]:
    rows = select(*_columns_of(part.table)).where(part.condition).subquery()
    return select(literal(name).label("part"), func.row_to_json(rows.table_valued()).label("row"))


def _uuid_of(text: str) -> UUID:
    # As the class reads it, without its looking for the other forms in which an id can be written.
    return UUID(int=int(text.replace("-", ""), 16))


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))


#: How a column is read that JSON has as text.
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
