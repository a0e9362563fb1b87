"""Questionnaires as they are stored: what was answered is sealed."""

from datetime import date

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Measure(Recorded, Record):
    """A questionnaire that was offered; what the answers come to is worked out each time that it is read."""

    __tablename__ = "measures"

    instrument: Mapped[str]
    instrument_version: Mapped[str]
    language: Mapped[str]
    filled_by: Mapped[str | None] = mapped_column(comment="null: the person would rather not")
    taken_on: Mapped[date]
    answers: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed; null: the person would rather not")
