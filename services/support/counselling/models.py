"""Courses as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record


class Course(Record):
    """A course of counselling; open until it has an end."""

    __tablename__ = "counselling_courses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    modality: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
