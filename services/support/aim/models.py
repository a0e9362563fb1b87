"""Aims as they are stored: what they are and how they go is sealed."""

from datetime import date
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Aim(Recorded, Record):
    """Something that the person wants of counselling."""

    __tablename__ = "counselling_aims"

    course: Mapped[UUID | None] = mapped_column(comment="null: before there is one, or of more than one")
    stated_on: Mapped[date]
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: the aim, the words, the progress")
