"""Requests to be contacted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.encryption import SEALED_FOR_ID
from shared.events.envelope import new_id


class ContactRequest(Record):
    """A request to be contacted. All that the person wrote is one sealed document, under a key of its own."""

    __tablename__ = "contact_requests"
    __table_args__ = (
        Index("contact_requests_waiting_index", "agency", "id", postgresql_where="state = 'received'"),
        Index("contact_requests_taken_index", "taken_by", "id", postgresql_where="taken_by is not null"),
        SEALED_FOR_ID,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)
    fingerprint: Mapped[str | None] = mapped_column(
        unique=True, comment="of the return code, keyed; null once withdrawn"
    )
    agency: Mapped[UUID] = mapped_column(comment="whose caseworkers read it")
    jurisdiction: Mapped[str | None] = mapped_column(comment="null once withdrawn, as what follows")
    language: Mapped[str | None]
    way: Mapped[str | None]
    request: Mapped[bytes | None] = mapped_column(comment="sealed")
    state: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    waiting_since: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), comment="when it was received, or received again after nobody finished it"
    )
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="by the person")
    taken_by: Mapped[UUID | None]
    taken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None]
