"""Which subjects have something sealed in a service's own tables: a key that is not there for one of those is lost.

What is sealed is what a column of bytes holds, unless the column says otherwise (`NOT_SEALED`). The key is that of the
row's subject: a case, an agency or a member of staff.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, MetaData, Table, exists, or_, select
from sqlalchemy.orm import Session

from shared.store.database import Database

#: The columns by which a row names whose key it is sealed with, in the order in which they count.
SUBJECT_COLUMNS = ("case_id", "agency", "member")
#: What a column of bytes has as its `info` that holds nothing sealed.
NOT_SEALED = {"sealed": False}
#: The arguments of a table whose rows are themselves what the key is of.
SEALED_FOR_ID = {"info": {"subject": "id"}}
#: Subjects that are looked at together.
PAGE = 5_000


class SealedRows:
    """The sealed columns of one service's own tables."""

    def __init__(self, metadata: MetaData) -> None:
        """Find the columns. A table that names no subject has what is sealed with the key of another table's row."""
        self._sealed = [
            (subject, any_sealed)
            for table in metadata.sorted_tables
            if (subject := _subject_of(table)) is not None and (any_sealed := _any_sealed(table)) is not None
        ]

    @property
    def tables(self) -> frozenset[str]:
        """The names of the tables that are looked at."""
        return frozenset(subject.table.name for subject, _any_sealed in self._sealed)

    def has(self, session: Session, subject: UUID) -> bool:
        """Return whether something of this subject is sealed."""
        return any(
            session.scalar(select(exists().where(column == subject, any_sealed))) for column, any_sealed in self._sealed
        )

    def pages(self, database: Database) -> Iterator[set[UUID]]:
        """Yield every subject of which something is sealed, some at a time; one of several tables comes more often."""
        for column, any_sealed in self._sealed:
            query = select(column).where(any_sealed).distinct().order_by(column).limit(PAGE)
            last: UUID | None = None
            while True:
                with database.transaction() as session:
                    page = list(session.scalars(query if last is None else query.where(column > last)))
                if not page:
                    break
                yield set(page)
                last = page[-1]


def sealed_columns(table: Table) -> list[ColumnElement[bytes]]:
    """Return the columns of a table that hold what is sealed."""
    return [
        column for column in table.columns if isinstance(column.type, LargeBinary) and column.info.get("sealed", True)
    ]


def _subject_of(table: Table) -> ColumnElement[UUID] | None:
    names = (str(table.info.get("subject", "")), *SUBJECT_COLUMNS)
    return next((table.columns[name] for name in names if name in table.columns), None)


def _any_sealed(table: Table) -> ColumnElement[bool] | None:
    columns = sealed_columns(table)
    return or_(*(column.is_not(None) for column in columns)) if columns else None
