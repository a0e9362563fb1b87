"""Subjects with encrypted data in a service's own tables: if one of their keys is missing, it is lost.

Every bytes column is encrypted unless it is marked with `NOT_SEALED`. The key belongs to the row's subject: a case, an
agency or a member of staff.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, MetaData, Table, exists, or_, select
from sqlalchemy.orm import Session

from shared.store.database import Database

#: Columns that name the subject of a row's key, in order of precedence.
SUBJECT_COLUMNS = ("case_id", "agency", "member")
#: The `info` of a bytes column without encrypted data.
NOT_SEALED = {"sealed": False}
#: Arguments of a table whose own ids are the subjects of the keys.
SEALED_FOR_ID = {"info": {"subject": "id"}}
#: Number of subjects to check at a time.
PAGE = 5_000


class SealedRows:
    """The encrypted columns of one service's own tables."""

    def __init__(self, metadata: MetaData) -> None:
        """Find the columns. Values in a table without a subject column use the key of another table's row."""
        self._sealed = [
            (subject, any_sealed)
            for table in metadata.sorted_tables
            if (subject := _subject_of(table)) is not None and (any_sealed := _any_sealed(table)) is not None
        ]

    @property
    def tables(self) -> frozenset[str]:
        """The names of the checked tables."""
        return frozenset(subject.table.name for subject, _any_sealed in self._sealed)

    def has(self, session: Session, subject: UUID) -> bool:
        """Return whether this subject has encrypted data."""
        return any(
            session.scalar(select(exists().where(column == subject, any_sealed))) for column, any_sealed in self._sealed
        )

    def pages(self, database: Database) -> Iterator[set[UUID]]:
        """Yield the subjects with encrypted data in pages; a subject in several tables is repeated."""
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
    """Return the encrypted columns of a table."""
    return [
        column for column in table.columns if isinstance(column.type, LargeBinary) and column.info.get("sealed", True)
    ]


def _subject_of(table: Table) -> ColumnElement[UUID] | None:
    names = (str(table.info.get("subject", "")), *SUBJECT_COLUMNS)
    return next((table.columns[name] for name in names if name in table.columns), None)


def _any_sealed(table: Table) -> ColumnElement[bool] | None:
    columns = sealed_columns(table)
    return or_(*(column.is_not(None) for column in columns)) if columns else None
