"""Assessments as they are stored."""

from datetime import date
from uuid import UUID

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
    unfinished: Mapped[bool] = mapped_column(default=False, server_default="false", comment="goes on on another day")
    person_copy: Mapped[str | None] = mapped_column(comment="null: nobody asked the person")


class AssessmentShare(Record):
    """Which domains of an assessment an agency may have, as the person wants; the whole is never shared so."""

    __tablename__ = "assessment_shares"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    assessment: Mapped[UUID]
    agency: Mapped[UUID]
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    shared_on: Mapped[date]
    shared_by: Mapped[UUID]
    ended_on: Mapped[date | None]
