"""What support stores. Nothing here says who a person is; scores and notes are sealed."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.casework.cases import CaseRecords
from shared.casework.records import FollowedCase, FollowedMember, SealedNote
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of support's own."""

    metadata = own_metadata()
    type_annotation_map: ClassVar = {str: Text}


class Case(FollowedCase, Record):
    """A case as support knows it; help does not end with its closing."""

    status: Mapped[str] = mapped_column(comment="open or closed, as intake has it; help does not end with it")
    version: Mapped[int] = mapped_column(comment="counts the changes; the ETag")
    language: Mapped[str | None]
    opened_on: Mapped[date | None]


class TeamMember(FollowedMember, Record):
    """Who works on a case."""


class UrgentNeed(Record):
    """A need that can't wait, until a service meets it."""

    __tablename__ = "urgent_needs"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    service_type: Mapped[str] = mapped_column(primary_key=True)
    noted_on: Mapped[date]
    met_on: Mapped[date | None]


class Delivery(Record):
    """A service that was given."""

    __tablename__ = "services_delivered"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    service_type: Mapped[str]
    urgent: Mapped[bool]
    delivered_on: Mapped[date]


class Assessment(Record):
    """Needs and risks as they were assessed; the scores stay in this table."""

    __tablename__ = "assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    type: Mapped[str]
    scores: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed; null: dropped before there were seals")
    overall_risk: Mapped[str]
    high_domains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    assessed_on: Mapped[date]
    reassess_on: Mapped[date]


class SupportPlan(Record):
    """A plan agreed with the person."""

    __tablename__ = "support_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    goal_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    review_on: Mapped[date | None]
    person_has_copy: Mapped[bool]
    agreed_on: Mapped[date]


class Course(Record):
    """A course of counselling; open until it has an end."""

    __tablename__ = "counselling_courses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    modality: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]


class Recovery(Record):
    """A recovery period that intake keeps the clock of."""

    __tablename__ = "recoveries"

    clock: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    code: Mapped[str]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(comment="running, reached or stopped")


class Note(SealedNote, Record):
    """What a counsellor or support worker wrote."""


class Alert(Record):
    """A safeguarding alert, until a named person has acknowledged it and after."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    danger_type: Mapped[str]
    urgency: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    level: Mapped[int] = mapped_column(comment="how far it was escalated")
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


Index("alerts_open_index", Alert.raised_at, postgresql_where=Alert.acknowledged_at.is_(None))


CASES = CaseRecords(Case, TeamMember)
