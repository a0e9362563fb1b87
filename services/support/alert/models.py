"""Alerts as they are stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record


class Alert(Record):
    """A safeguarding alert, until a named person has acknowledged it and after."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    danger_type: Mapped[str]
    urgency: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    level: Mapped[int] = mapped_column(comment="how far it was escalated")
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


Index("alerts_open_index", Alert.raised_at, postgresql_where=Alert.acknowledged_at.is_(None))
