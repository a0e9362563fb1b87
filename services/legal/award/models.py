"""Awards as they are stored: amounts sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.events.envelope import new_id


class Award(Record):
    """What was awarded for a remedy, and what became of it."""

    __tablename__ = "awards"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    remedy: Mapped[str]
    payer: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed; null: not known")
    awarded_on: Mapped[date]
    state: Mapped[str]
    next_on: Mapped[date | None]
    recorded_by: Mapped[UUID]


class AwardStep(Record):
    """A step of an award; steps are added, and none is changed."""

    __tablename__ = "award_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    award: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    happened_on: Mapped[date]
    amount: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
