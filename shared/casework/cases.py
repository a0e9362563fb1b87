"""A service's cases, as its actions use them: locked for a change, read with what belongs to them, erased."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Session

from shared.access import agency_grounds
from shared.access.permissions import existing
from shared.access.subjects import Subjects, was_raised
from shared.casework.dates import today
from shared.casework.records import FollowedCase
from shared.privacy import erasure

Row = TypeVar("Row", bound=DeclarativeBase)


@dataclass(frozen=True)
class CaseRecords(Subjects):
    """A service's copy of the cases: `record` is its `FollowedCase`, `members` its `FollowedMember`."""

    def begin_change(self, session: Session, case: UUID, now: datetime) -> tuple[FollowedCase, date]:
        """Lock a case and raise its version; return it and today's date where it is. Raises `NotFound`."""
        locked_case: FollowedCase = existing(session.get(self.record, case, with_for_update=True))
        locked_case.version += 1
        was_raised(session, case, locked_case.version)
        return locked_case, today(now, locked_case.jurisdiction)

    def read(self, session: Session, case: UUID) -> Any:
        """Return a case's row. Raises `NotFound`."""
        return existing(session.get(self.record, case, populate_existing=True))

    def granted(self, session: Session, case: UUID, agency: UUID, now: datetime) -> frozenset[str]:
        """Return the data categories that an agency may have of a case's person now. Raises `NotFound`."""
        where = self.read(session, case).jurisdiction
        return agency_grounds.granted(session, case, agency, today(now, where))

    def erase(self, session: Session, case: UUID, *, keeps: Collection[str] = ()) -> None:
        """Delete all that the service's own tables hold of a case, but for the tables named in `keeps`."""
        erasure.delete_own(session, self.record.metadata.sorted_tables, case, keeps=keeps)


def find(session: Session, kind: type[Row], case: UUID, row_id: UUID) -> Row | None:
    """Return one of a case's rows by its id; None if the case has no such row."""
    columns = kind.__table__.c
    return session.scalars(select(kind).where(columns.id == row_id, columns.case_id == case)).one_or_none()


def one(session: Session, kind: type[Row], case: UUID, row_id: UUID) -> Row:
    """Return one of a case's rows by its id. Raises `NotFound`."""
    return existing(find(session, kind, case, row_id))
