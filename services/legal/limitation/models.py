"""Detections as far as limitations run from them, as intake emitted them."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record


class DetectionFact(Record):
    """The days of a detection from which limitations run, as intake told them; kept also once it was withdrawn."""

    __tablename__ = "detection_facts"

    detection: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    earliest_incident_on: Mapped[str | None] = mapped_column(comment="perhaps only a year or month")
    work_ended_on: Mapped[str | None] = mapped_column(comment="perhaps only a year or month")
    withdrawn: Mapped[bool]
