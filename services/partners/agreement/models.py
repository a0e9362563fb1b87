"""Agreements as they are stored: what was agreed on, and which step was the last. What follows from days is nowhere."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agency.models import Record


class AgreementRecord(Record):
    """A data-sharing agreement with an agency."""

    __tablename__ = "agreements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, comment="counts the changes; the ETag")
    agency: Mapped[UUID] = mapped_column(index=True)
    purposes: Mapped[list[str]]
    data_categories: Mapped[list[str]]
    jurisdictions: Mapped[list[str]]
    first_day: Mapped[date]
    last_day: Mapped[date]
    reference: Mapped[bytes] = mapped_column(LargeBinary, comment="where the signed paper is filed; sealed")
    step: Mapped[str] = mapped_column(comment="as the last step left it: proposed, agreed, suspended, resuming, ended")
    reason: Mapped[str | None] = mapped_column(comment="why it is suspended or was ended")
    since: Mapped[datetime] = mapped_column(comment="of the last step")
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(comment="the first person: of the record, or of the last resumption")
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(comment="the second person; null: nobody yet")
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="since when it has been agreed on")
    ended_on: Mapped[date | None] = mapped_column(comment="null unless it was ended before its last day")
