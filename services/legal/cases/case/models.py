"""The declarative base of legal's tables, its copy of a case and its team, and who is kept apart from its matters."""

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
from shared.casework.records import Correctable, FollowedCase, FollowedMember, RecordCorrection
from shared.events.contract import Count, Instant, Reference
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of legal's own."""

    metadata = own_metadata()
    type_annotation_map: ClassVar = {list[str]: ARRAY(TEXT), list[UUID]: ARRAY(Uuid), datetime: DateTime(timezone=True)}


class CorrectableRecord(Correctable):
    """A record of the case's own legal file that can be corrected."""

    revision: Mapped[int] = declared_column(
        Count(),
        FieldClass.BASIC,
        "How often it has been recorded: 1 until it is put right.",
        example=1,
        default=1,
        server_default="1",
    )
    taken_back_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When it was taken back, as recorded wrongly; null: it counts."
    )


class Case(FollowedCase, Record):
    """A case as legal knows it."""

    __table_args__ = (CheckConstraint("status in ('open', 'closed')", name="status"),)


class TeamMember(FollowedMember, Record):
    """Who works on a case."""


class Correction(RecordCorrection, Record):
    """What a record of legal said before it was put right."""


class FileBarrier(Record):
    """A staff member who has no access to a matter and never learns that it exists."""

    __tablename__ = "matter_barriers"

    file: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[UUID] = declared_column(
        Reference(), FieldClass.BASIC, "Who is kept apart.", staff=True, primary_key=True
    )
    case_id: Mapped[UUID] = mapped_column(index=True)
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
        """Return the name of the barrier where its matter must not be named."""
        return uuid5(self.file, f"barrier:{self.member}")


#: The reason of a barrier that closes the whole case.
OTHER_SIDE: Final = "acts_for_other_side"


def is_apart(case: SQLColumnExpression[UUID], member: Somebody) -> ColumnElement[bool]:
    """Write the condition that a member of staff is kept apart from a matter of a case, or of one joined with it."""
    of_person = joined_cases.of_one_person(case, FileBarrier.case_id)
    stands = (FileBarrier.member == member, FileBarrier.lifted_at.is_(None))
    return exists().where(of_person, *stands).correlate_except(FileBarrier)


# control: H-PRIVILEGE-1 barrier-closes-the-case
def acts_for_other_side(case: SQLColumnExpression[UUID], member: Somebody) -> ColumnElement[bool]:
    """Write the condition that a member of staff acts for the other side of a matter of a case, or of one joined to it.

    To them there is no such case at legal.
    """
    of_person = joined_cases.of_one_person(case, FileBarrier.case_id)
    stands = (FileBarrier.member == member, FileBarrier.lifted_at.is_(None))
    barrier = (of_person, *stands, FileBarrier.reason == OTHER_SIDE)
    return exists().where(*barrier).correlate_except(FileBarrier)


danger.watch("legal", Record, danger.publish)
CASES = CaseRecords(Case, TeamMember, acts_for_other_side)
