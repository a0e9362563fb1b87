"""Sessions of counselling as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class CounsellingSession(Recorded, Record):
    """A session of a course: who came, and no more."""

    __tablename__ = "counselling_sessions"

    course: Mapped[UUID]
    held_on: Mapped[date] = mapped_column(comment="or planned for")
    attendance: Mapped[str]
    interpreted: Mapped[bool]
    language: Mapped[str | None]
    danger: Mapped[str | None] = mapped_column(comment="whether the counsellor sees danger; null: nobody said so")
