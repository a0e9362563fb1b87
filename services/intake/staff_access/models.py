"""Tables of access in an emergency: what each opening came to once somebody else had looked at it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record

_MOMENT = DateTime(timezone=True)


class GlassReview(Record):
    """That somebody opened a case in an emergency, and what somebody else says of it; `outcome` is null until then."""

    __tablename__ = "glass_reviews"
    __table_args__ = (Index("glass_reviews_open_index", "opened_at", postgresql_where="outcome is null"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="of the access in an emergency")
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    member: Mapped[UUID]
    reason: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(_MOMENT, comment="real time")
    outcome: Mapped[str | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None] = mapped_column(_MOMENT)
