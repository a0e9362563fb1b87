"""What support stores. Nothing here says who a person is; scores and notes are sealed.

No foreign key leads to the picture of the case, or within it: the picture can be built again, one table at a time, and
must never take support's own work with it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of support's own."""

    metadata = own_metadata()


class Case(Record):
    """Support's own picture of a case; a stub (no jurisdiction) when other news of it came before its opening."""

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, comment="open or closed, as intake has it; help does not end with it")
    language: Mapped[str | None] = mapped_column(Text)
    opened_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(comment="counts the changes; the ETag")


class TeamMember(Record):
    """Who works on a case, by their staff id."""

    __tablename__ = "case_team"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(Text)
    lead: Mapped[bool]


class UrgentNeed(Record):
    """A need that can't wait, until a service meets it."""

    __tablename__ = "urgent_needs"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    service_type: Mapped[str] = mapped_column(Text, primary_key=True)
    noted_on: Mapped[date]
    met_on: Mapped[date | None]


class Delivery(Record):
    """A service that was given."""

    __tablename__ = "services_delivered"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    service_type: Mapped[str] = mapped_column(Text)
    urgent: Mapped[bool]
    delivered_on: Mapped[date]


class Assessment(Record):
    """Needs and risks as they were assessed; the scores stay in this table."""

    __tablename__ = "assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(Text)
    scores: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed; null: dropped before there were seals")
    overall_risk: Mapped[str] = mapped_column(Text)
    high_domains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    assessed_on: Mapped[date]
    reassess_on: Mapped[date]


class SupportPlan(Record):
    """A plan agreed with the person."""

    __tablename__ = "support_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    goal_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    review_on: Mapped[date | None]
    person_has_copy: Mapped[bool]
    agreed_on: Mapped[date]


class Course(Record):
    """A course of counselling; open until it has an end."""

    __tablename__ = "counselling_courses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    modality: Mapped[str] = mapped_column(Text)
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(Text)


class Recovery(Record):
    """A recovery period that intake keeps the clock of."""

    __tablename__ = "recoveries"

    clock: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(Text, comment="running, reached or stopped")


class Note(Record):
    """What a counsellor or support worker wrote, sealed; a note is corrected by a new one, and never changed."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    written_by: Mapped[UUID]
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    superseded_by: Mapped[UUID | None] = mapped_column(comment="the note that corrects this one")


class Alert(Record):
    """A safeguarding alert, until a named person has acknowledged it and after."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    danger_type: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    level: Mapped[int] = mapped_column(comment="how far it was escalated")
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


Index("alerts_open_index", Alert.raised_at, postgresql_where=Alert.acknowledged_at.is_(None))
for _kept in (Delivery, Assessment, SupportPlan, Course, Recovery, Note, Alert):
    Index(f"{_kept.__tablename__}_case_id_index", _kept.__table__.c.case_id)
