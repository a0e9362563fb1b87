"""Courses, and their pauses, as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Course(Recorded, Record):
    """A course of counselling; open until it has an end."""

    __tablename__ = "counselling_courses"

    modality: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]


class Pause(Recorded, Record):
    """A rest that the person takes from a course; their place is kept."""

    __tablename__ = "counselling_pauses"

    course: Mapped[UUID]
    paused_on: Mapped[date]
    because: Mapped[str] = mapped_column(comment="as the person says; none need be given")
    way_back: Mapped[str] = mapped_column(comment="who asks, as agreed")
    ask_again_on: Mapped[date] = mapped_column(comment="a task by then, never an end")
    returned_on: Mapped[date | None] = mapped_column(comment="null: it lasts")
