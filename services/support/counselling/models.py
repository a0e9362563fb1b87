"""Courses as they are stored."""

from datetime import date

from sqlalchemy.orm import Mapped

from services.support.case.models import Record, Recorded


class Course(Recorded, Record):
    """A course of counselling; open until it has an end."""

    __tablename__ = "counselling_courses"

    modality: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
