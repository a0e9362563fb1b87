"""Proposals to close a case as they are stored."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class ClosingProposal(Record):
    """That somebody would close a case, which closes nothing until a second person confirms it."""

    __tablename__ = "closing_proposals"
    __table_args__ = (Index("closing_proposals_waiting_index", "lapses_at", postgresql_where="state = 'waiting'"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str]
    closed_on: Mapped[date | None] = mapped_column(comment="null: on the day on which it is confirmed")
    although_open: Mapped[str | None]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    lapses_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refusal: Mapped[str | None]
