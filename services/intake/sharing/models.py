"""Tables of sharing without consent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id

_MOMENT = DateTime(timezone=True)


class Sharing(Record):
    """What is shared with an agency without the person's consent, why, who decided, and whether the person knows."""

    __tablename__ = "sharings"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'acting', 'in_force', 'refused', 'reversed')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    agency: Mapped[str]
    purpose: Mapped[str]
    data_categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    reason: Mapped[str]
    until: Mapped[date]
    proposed_by: Mapped[UUID]
    proposed_on: Mapped[date]
    review_by: Mapped[datetime | None] = mapped_column(_MOMENT)
    decided_by: Mapped[UUID | None]
    decided_on: Mapped[date | None]
    person_told_on: Mapped[date | None]
