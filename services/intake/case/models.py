"""The declarative base of intake's tables, the case, and its team. Facts are added, never overwritten."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, SQLColumnExpression, exists, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access.joined_cases import of_one_person
from shared.access.staff import Somebody
from shared.access.subjects import Subjects
from shared.casework import danger
from shared.casework.records import Correctable, RecordCorrection, Recorded
from shared.events.envelope import new_id
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of intake's own."""

    metadata = own_metadata()


def fields(row: Record) -> dict[str, Any]:
    """Return a row's values by column, without the case's id."""
    columns = inspect(type(row)).columns.keys()
    return {name: getattr(row, name) for name in columns if name != "case_id"}


class Case(Record):
    """A contact from its first moment, and the case that it becomes."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("status in ('open', 'closed')", name="status"),
        Index("cases_without_team_index", "id", postgresql_where="status = 'open' and not has_team"),
        Index("cases_closed_index", "jurisdiction", "closed_on", "id", postgresql_where="status = 'closed'"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True, comment="short, to be said aloud; in no event, address or log")
    jurisdiction: Mapped[str]
    status: Mapped[str]
    source: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    anonymous: Mapped[bool]
    age: Mapped[str]
    outreach_session: Mapped[UUID | None] = mapped_column(ForeignKey("outreach_sessions.id"), index=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    closure_reason: Mapped[str | None]
    closed_although: Mapped[str | None]
    reopened_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=1, comment="of what was stated at the opening")
    has_team: Mapped[bool] = mapped_column(default=True, comment="somebody is on its team; a trigger notes it")
    left_by: Mapped[UUID | None] = mapped_column(
        comment="the agency of who was last on its team, while nobody is; null: not known. A trigger notes it"
    )

    #: An opening is put right like any record, and never taken back.
    taken_back_at: ClassVar[datetime | None] = None

    @property
    def case_id(self) -> UUID:
        """Return its own id: an opening is a record of its case."""
        return self.id


class RecordedFact(Recorded, Correctable):
    """What every fact of a case has: when it happened and was learnt, who recorded it, and whether it stands."""


class Correction(RecordCorrection, Record):
    """What a record of the case said before it was put right; or that it was taken to another case, not which one."""

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)


danger.watch("intake", Record, danger.publish)


class TeamMember(Record):
    """Who works on a case."""

    __tablename__ = "case_team"
    __table_args__ = (Index("case_team_member_index", "member", "case_id", postgresql_include=["role", "lead"]),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    member: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    lead: Mapped[bool]


class HeardBarrier(Record):
    """A case that legal closed to a member of staff; legal keeps why."""

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
