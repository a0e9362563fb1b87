"""The declarative base of legal's tables, its copy of cases and teams, and the barriers to matters."""

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid5

from sqlalchemy import CheckConstraint, ColumnElement, DateTime, SQLColumnExpression, Uuid, exists
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access import joined_cases
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.access.staff import Somebody
from shared.casework import danger
from shared.casework.cases import CaseRecords
from shared.casework.records import Correctable, FollowedCase, FollowedMember, OfCase, RecordCorrection
from shared.events.contract import Count, Instant, Reference
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of a table that belongs to legal."""

    metadata = own_metadata()
    type_annotation_map: ClassVar = {list[str]: ARRAY(TEXT), list[UUID]: ARRAY(Uuid), datetime: DateTime(timezone=True)}


class CorrectableRecord(Correctable):
    """A record of the case's own legal file that can be corrected."""

    revision: Mapped[int] = declared_column(
        Count(),
        FieldClass.BASIC,
        "The revision: 1 until it is corrected.",
        example=1,
        default=1,
        server_default="1",
    )
    taken_back_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When it was taken back, as recorded wrongly; null: it counts."
    )


class Case(FollowedCase, Record):
    """Legal's copy of a case."""

    __table_args__ = (CheckConstraint("status in ('open', 'closed')", name="status"),)


class TeamMember(FollowedMember, Record):
    """A member of the team of a case."""


class Correction(RecordCorrection, Record):
    """The earlier values of a record of legal that was corrected."""


class FileBarrier(OfCase, Record):
    """A staff member who has no access to a matter and never learns that it exists."""

    __tablename__ = "matter_barriers"

    file: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[UUID] = declared_column(
        Reference(), FieldClass.BASIC, "The staff member whom the barrier keeps apart.", staff=True, primary_key=True
    )
    reason: Mapped[str]
    set_by: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "Who set it.", staff=True)
    set_at: Mapped[datetime] = declared_column(Instant(), FieldClass.BASIC, "When it was set.")
    lifted_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.BASIC, "Who lifted it.", staff=True
    )
    lifted_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When it was lifted; null: it stands."
    )

    @property
    def id(self) -> UUID:
        """Return the id of the barrier for places where its matter must not be named."""
        return uuid5(self.file, f"barrier:{self.member}")


#: The reason of a barrier that closes the whole case.
OTHER_SIDE: Final = "acts_for_other_side"


def is_apart(case: SQLColumnExpression[UUID], member: Somebody) -> ColumnElement[bool]:
    """Return the condition that a staff member has a barrier to a matter of a case, or of a joined case."""
    of_person = joined_cases.of_one_person(case, FileBarrier.case_id)
    stands = (FileBarrier.member == member, FileBarrier.lifted_at.is_(None))
    return exists().where(of_person, *stands).correlate_except(FileBarrier)


# control: H-PRIVILEGE-1 barrier-closes-the-case
def acts_for_other_side(case: SQLColumnExpression[UUID], member: Somebody) -> ColumnElement[bool]:
    """Return the condition that a staff member acts for the other side of a matter of a case, or of a joined case.

    For them, no such case exists at legal.
    """
    of_person = joined_cases.of_one_person(case, FileBarrier.case_id)
    stands = (FileBarrier.member == member, FileBarrier.lifted_at.is_(None))
    barrier = (of_person, *stands, FileBarrier.reason == OTHER_SIDE)
    return exists().where(*barrier).correlate_except(FileBarrier)


danger.watch("legal", Record, danger.publish)
CASES = CaseRecords(Case, TeamMember, acts_for_other_side)
