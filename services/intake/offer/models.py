"""Offered referrals, each under the id of the agency's report."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record


class Offer(Record):
    """A referral that an agency offers. What it says of somebody is gone once it is declined."""

    __tablename__ = "offered_referrals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    case_id: Mapped[UUID | None] = mapped_column(index=True, comment="null until it was accepted")
    agency: Mapped[UUID]
    jurisdiction: Mapped[str]
    referred_because: Mapped[str | None]
    service_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    urgent: Mapped[bool]
    language: Mapped[str | None]
    age: Mapped[str | None]
    details_agreed: Mapped[bool]
    offered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_on: Mapped[date]
    state: Mapped[str]
    asked: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    reason: Mapped[str | None] = mapped_column(comment="why it was declined")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


Index("offered_referrals_open_index", Offer.due_on, Offer.id, postgresql_where="state in ('waiting', 'asked')")
