"""Alerts as they are stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Alert(Recorded, Record):
    """A safeguarding alert, until a named person has acknowledged it, and after, until it is over."""

    __tablename__ = "alerts"

    danger_type: Mapped[str]
    urgency: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    level: Mapped[int] = mapped_column(comment="how far it was escalated")
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[str | None]

    @property
    def is_over(self) -> bool:
        """Return whether the alert was ended or taken back."""
        return self.ended_at is not None or self.taken_back_at is not None


class AlertReason(Record):
    """A record that says the danger of an alert. `id` follows from the record and what it says, so it is there once."""

    __tablename__ = "alert_reasons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    alert: Mapped[UUID]
    source: Mapped[str] = mapped_column(comment="the service that has the record")
    record_class: Mapped[str]
    record: Mapped[UUID]
    kind: Mapped[str]
    urgency: Mapped[str]
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    not_standing_since: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="the record was corrected; a person confirms whether the alert still applies"
    )


Index("alert_reasons_record_index", AlertReason.record)
Index("alerts_open_index", Alert.raised_at, postgresql_where=Alert.acknowledged_at.is_(None))
