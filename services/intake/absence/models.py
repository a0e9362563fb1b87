"""Who is missing, as heard of support, and whose sharing is announced as frozen."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record


class HeardAbsence(Record):
    """Intake's read model of an absence at support. It stays once it is over: whatever comes late begins none anew."""

    __tablename__ = "heard_absences"
    __table_args__ = (Index("heard_absences_case_id_index", "case_id"),)

    absence: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    since: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when it was declared; null: only its end was heard of"
    )
    is_over: Mapped[bool]


class SharingFreeze(Record):
    """That a case's sharing is announced as frozen; its row goes when it is announced to go on."""

    __tablename__ = "sharing_freezes"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    freeze: Mapped[UUID]
