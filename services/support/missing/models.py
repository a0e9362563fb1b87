"""Times in which somebody could not be reached, as they are stored; where they were is not."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Absence(Recorded, Record):
    """A time in which somebody could not be reached; it never closes the case, and ends no help."""

    __tablename__ = "absences"

    state: Mapped[str]
    reason: Mapped[str]
    missed_on: Mapped[date]
    is_child: Mapped[bool]
    high_risk: Mapped[bool]
    said_child: Mapped[bool | None] = mapped_column(comment="as staff entered it; null: nobody did")
    known_age: Mapped[str | None] = mapped_column(
        comment="as intake had it when this was noted; null: it was not known"
    )
    agreed_to_police: Mapped[bool] = mapped_column(comment="said by the person beforehand")
    decided_by_lead: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    police_proposed_by: Mapped[UUID | None]
    police_told_by: Mapped[UUID | None]
    police_told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reviews: Mapped[int] = mapped_column(default=0, server_default="0")
    found_on: Mapped[date | None]
    outcome: Mapped[str | None]
    safe: Mapped[str | None] = mapped_column(comment="asked first")
    talk_offered_on: Mapped[date | None]
