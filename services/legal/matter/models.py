"""Matters as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.casework.records import Correctable
from shared.events.envelope import new_id


class Matter(Correctable, Record):
    """Work towards one remedy, from its opening to the payment."""

    __tablename__ = "matters"
    __table_args__ = (CheckConstraint("status in ('opened', 'applied', 'decided', 'paid')", name="status"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    remedy: Mapped[str]
    status: Mapped[str]
    opened_on: Mapped[date]
    recorded_by: Mapped[UUID | None] = mapped_column(comment="null: it was not kept yet")
    applied_on: Mapped[date | None]
    about: Mapped[UUID | None] = mapped_column(comment="the fact that the claim answers")
    late: Mapped[bool | None] = mapped_column(comment="as far as was known when the claim was recorded")
    outcome: Mapped[str | None]
    amount_band: Mapped[str | None]
    currency: Mapped[str | None]
    decided_on: Mapped[date | None]
    paid_on: Mapped[date | None]
