"""Keys as they are stored: a hash of each, what it may, from where, and until when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agency.models import Record
from shared.encryption import NOT_SEALED


class KeyRecord(Record):
    """An agency's key."""

    __tablename__ = "agency_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[UUID] = mapped_column(index=True)
    digest: Mapped[bytes] = mapped_column(
        LargeBinary, info=NOT_SEALED, comment="SHA-256 of the whole key, which is kept nowhere"
    )
    purpose: Mapped[str]
    scopes: Mapped[list[str]]
    networks: Mapped[list[str]] = mapped_column(comment="from where it may be used, as CIDR; empty: from anywhere")
    made_by: Mapped[UUID | None] = mapped_column(comment="a member of staff; null: with a key of the agency's")
    made_with: Mapped[UUID | None] = mapped_column(comment="the agency's key with which it was made")
    made_at: Mapped[datetime] = mapped_column(comment="real time")
    until: Mapped[datetime] = mapped_column(comment="real time")
    last_used_on: Mapped[date | None] = mapped_column(comment="real time, in UTC; null: never yet")
    successor: Mapped[UUID | None] = mapped_column(comment="the key that takes its place")
    revoked_at: Mapped[datetime | None] = mapped_column(comment="real time")
