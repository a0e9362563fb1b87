"""The declarative base of intake's tables, the case, and its team. Facts are added, never overwritten."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access.subjects import Subjects
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
    __table_args__ = (CheckConstraint("status in ('open', 'closed')", name="status"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)
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
    reopened_on: Mapped[date | None]


class TeamMember(Record):
    """Who works on a case."""

    __tablename__ = "case_team"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    member: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    role: Mapped[str]
    lead: Mapped[bool]


_CASES = Subjects(Case, TeamMember)


lock, current_version, bump = _CASES.lock, _CASES.version, _CASES.bump
team_admission, team_admissions, relations = _CASES.admission, _CASES.admissions, _CASES.relations
