"""Tables of the retention of closed cases."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id

_MOMENT = DateTime(timezone=True)


class RetentionFigure(Record):
    """Years that the deployer has chosen, in place of ours."""

    __tablename__ = "retention_figures"

    jurisdiction: Mapped[str] = mapped_column(primary_key=True)
    record_class: Mapped[str] = mapped_column(primary_key=True)
    years: Mapped[int]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(_MOMENT)


class RetentionReview(Record):
    """A decision to keep a closed case until a day, and why."""

    __tablename__ = "retention_reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    record_class: Mapped[str]
    reason: Mapped[str]
    keep_until: Mapped[date]
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime] = mapped_column(_MOMENT)
