"""The declarative base of intake's tables, the case, and its team. Facts are added, never overwritten.

Fields declared here appear in commands and views.
"""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    SQLColumnExpression,
    Uuid,
    exists,
    inspect,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.joined_cases import of_one_person
from shared.access.permissions import FieldClass
from shared.access.staff import Somebody
from shared.access.subjects import Subjects
from shared.casework import danger
from shared.casework.records import Correctable, RecordCorrection, WithId
from shared.events.contract import Code, Count, Day, Flag, Instant, Moment, Reference
from shared.reference import codes
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of intake's own."""

    metadata = own_metadata()
    type_annotation_map: ClassVar = {list[str]: ARRAY(TEXT), list[UUID]: ARRAY(Uuid), datetime: DateTime(timezone=True)}


class OfCase:
    """A row of a case."""

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)


def fields(row: Record) -> dict[str, Any]:
    """Return a row's values by column, without the case's id."""
    columns = inspect(type(row)).columns.keys()
    return {name: getattr(row, name) for name in columns if name != "case_id"}


class Case(WithId, Record):
    """A contact from its first moment, and the case that it becomes."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("status in ('open', 'closed')", name="status"),
        Index("cases_without_team_index", "id", postgresql_where="status = 'open' and not has_team"),
        Index("cases_closed_index", "jurisdiction", "closed_on", "id", postgresql_where="status = 'closed'"),
    )

    version: Mapped[int] = declared_column(
        Count(), FieldClass.BASIC, "How often the case was changed here; also in the ETag.", example=1, default=1
    )
    #: Short, to be said aloud. It is in no event, address or log. Replies show it as `case_number` formats it.
    number: Mapped[str] = mapped_column(unique=True)
    jurisdiction: Mapped[str] = declared_column(
        Code(codes("jurisdiction")), FieldClass.BASIC, "Whose law and authorities the case has.", example="NL"
    )
    status: Mapped[str] = declared_column(
        Code(("open", "closed")), FieldClass.BASIC, "Whether it is open; help does not end with it."
    )
    source: Mapped[str] = declared_column(
        Code(codes("referral_source")), FieldClass.STATISTICS, "The source of the contact."
    )
    channel: Mapped[str] = declared_column(
        Code(codes("contact_channel")), FieldClass.STATISTICS, "How the person came into contact."
    )
    language: Mapped[str] = declared_column(
        Code(codes("language")),
        FieldClass.STATISTICS,
        "The language of the contact.",
        example="ro",
        category="identity",
    )
    anonymous: Mapped[bool] = declared_column(
        Flag(), FieldClass.STATISTICS, "Whether the person wants to stay without a name."
    )
    age: Mapped[str] = declared_column(
        Code(codes("age")),
        FieldClass.STATISTICS,
        "Whether the person is of age, as far as is known.",
        category="identity",
    )
    outreach_session: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.STATISTICS,
        "The outreach at which the contact began.",
        ForeignKey("outreach_sessions.id"),
        index=True,
    )
    opened_on: Mapped[date] = declared_column(
        Day(), FieldClass.BASIC, "The day of the first contact, today by default."
    )
    closed_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day on which the case was closed, today by default."
    )
    closure_reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("closure_reason"))), FieldClass.STATISTICS, "Why the case was closed."
    )
    closed_although: Mapped[str | None] = declared_column(
        nullable(Code(codes("closed_although"))),
        FieldClass.STATISTICS,
        "Why it was closed although something was open.",
    )
    reopened_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day on which it was opened again, today by default."
    )
    #: The revision of the data stated at the opening.
    revision: Mapped[int] = declared_column(
        Count(),
        FieldClass.BASIC,
        "The revision: 1 until it is corrected.",
        example=1,
        default=1,
    )
    #: Whether the team has members. A database trigger maintains it.
    has_team: Mapped[bool] = mapped_column(default=True)
    #: The agency of the last member, while the team has no members; null if unknown. A trigger maintains it.
    left_by: Mapped[UUID | None]

    #: The opening of a case is corrected like any record, but it can't be taken back.
    taken_back_at: ClassVar[datetime | None] = None

    @property
    def case_id(self) -> UUID:
        """Return its own id: corrections treat the opening as a record of its case."""
        return self.id


class RecordedFact(Correctable):
    """The columns of every fact of a case: when it happened and was learnt, who recorded it, whether it is valid.

    `recorded_at` is the domain's time. `recorded_by` is also null for a fact that the system itself recorded.
    """

    happened: Mapped[str | None] = declared_column(
        nullable(Moment()),
        FieldClass.ACCOUNT,
        "When it happened: an instant, a day, month or year, or `unknown`; null: only its day is recorded.",
    )
    learnt: Mapped[str | None] = declared_column(
        nullable(Moment()), FieldClass.ACCOUNT, "When it was learnt, if not as it happened.", example="2026-03-04"
    )
    recorded_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.ACCOUNT, "When it was recorded; null: that was not kept yet."
    )
    recorded_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.ACCOUNT,
        "The staff member who recorded it; null in records before this field existed.",
        author=True,
    )
    alike: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.ACCOUNT,
        "An earlier record with the same content: this one may be a duplicate.",
    )
    revision: Mapped[int] = declared_column(
        Count(),
        FieldClass.ACCOUNT,
        "The revision: 1 until it is corrected.",
        example=1,
        default=1,
        server_default="1",
    )
    taken_back_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.ACCOUNT, "When it was taken back as recorded wrongly; null: it counts."
    )


class Correction(OfCase, RecordCorrection, Record):
    """The earlier values of a corrected record, or the note that it was moved to another case (not to which one)."""


danger.watch("intake", Record, danger.publish)


class TeamMember(Record):
    """A member of a case's team."""

    __tablename__ = "case_team"
    __table_args__ = (Index("case_team_member_index", "member", "case_id", postgresql_include=["role", "lead"]),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    member: Mapped[UUID] = declared_column(
        Reference(), FieldClass.BASIC, "The member of staff.", staff=True, primary_key=True
    )
    role: Mapped[str] = declared_column(Code(codes("staff_role")), FieldClass.BASIC, "Their part in the case.")
    lead: Mapped[bool] = declared_column(Flag(), FieldClass.BASIC, "Whether they lead the case.")


class HeardBarrier(Record):
    """A case that legal closed to a member of staff. Only legal stores the reason."""

    __tablename__ = "heard_barriers"
    __table_args__ = (Index("heard_barriers_case_id_index", "case_id", "member", postgresql_where="not lifted"),)

    barrier: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    member: Mapped[UUID]
    lifted: Mapped[bool]


# control: H-PRIVILEGE-3 barrier-ends-access-at-intake
def is_kept_apart(case: SQLColumnExpression[UUID], member: Somebody) -> ColumnElement[bool]:
    """Write the condition that legal closed a case, or one joined with it, to a member of staff."""
    of_person = of_one_person(case, HeardBarrier.case_id)
    stands = (HeardBarrier.member == member, ~HeardBarrier.lifted)
    return exists().where(of_person, *stands).correlate_except(HeardBarrier)


SUBJECTS = Subjects(Case, TeamMember, is_kept_apart)


lock, current_version, bump = SUBJECTS.lock, SUBJECTS.version, SUBJECTS.bump
team_admission, team_admissions, relations = SUBJECTS.admission, SUBJECTS.admissions, SUBJECTS.relations
