"""Assessments as they are stored."""

from datetime import date

from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Assessment(Recorded, Record):
    """Needs and risks as they were assessed; the scores stay in this table."""

    __tablename__ = "assessments"

    type: Mapped[str]
    scores: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed; null: dropped before there were seals")
    overall_risk: Mapped[str]
    high_domains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    unasked_domains: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="null: it was not noted")
    assessed_on: Mapped[date]
    reassess_on: Mapped[date]
