"""Tables of signs of exploitation."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class Detection(Record):
    """Signs of exploitation, as seen on a day."""

    __tablename__ = "detections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    indicators: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    operational: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    strength: Mapped[str]
    exploitation_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    means_of_control: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    sectors: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    detector: Mapped[str]
    earliest_incident_on: Mapped[str | None]
    work_ended_on: Mapped[str | None]
    detected_on: Mapped[date]
    last_incident_on: Mapped[str | None]
    exploitation_ended_on: Mapped[str | None]
    crime_reported_on: Mapped[str | None]
    happened: Mapped[str | None] = mapped_column(comment="as exactly as is known; null: recorded before that was asked")
    learnt: Mapped[str | None]
    corrected_on: Mapped[date | None] = mapped_column(comment="taken back: it counts no more")
    corrected_because: Mapped[str | None]
