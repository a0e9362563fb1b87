"""Reports that were looked at, each once, and how far agencies' help is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record


class SettledReport(Record):
    """What became of a report of an agency: whatever comes of it again is answered alike."""

    __tablename__ = "settled_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    agency: Mapped[UUID]
    outcome: Mapped[str]
    refusal: Mapped[str | None]
    effect: Mapped[str | None]


class ServiceProgress(Record):
    """How far an agency's help is, as it said itself."""

    __tablename__ = "service_progress"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the agency's report")
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    referral_id: Mapped[UUID]
    agency: Mapped[UUID]
    service_type: Mapped[str]
    progress: Mapped[str]
    happened: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
