"""Addresses of advisers' calendars, and the entries that each address has shown."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.casework.records import OfCase
from shared.encryption import NOT_SEALED
from shared.events.contract import Flag, Instant, Reference
from shared.events.envelope import new_id


class CalendarFeed(Record):
    """An address of an adviser's calendar. Only a hash of its secret is stored."""

    __tablename__ = "calendar_feeds"

    id: Mapped[UUID] = declared_column(
        Reference(), None, "The address, by an id that it does not contain.", primary_key=True, default=new_id
    )
    member: Mapped[UUID] = mapped_column(index=True)
    digest: Mapped[bytes] = mapped_column(
        LargeBinary, unique=True, info=NOT_SEALED, comment="of the secret part of its address"
    )
    busy_only: Mapped[bool] = declared_column(
        Flag(), None, "Whether it shows only that a day is busy, for a shared telephone.", example=False
    )
    made_at: Mapped[datetime] = declared_column(Instant(), None, "When it was made (real time).")
    until: Mapped[datetime] = declared_column(Instant(), None, "Until when it counts (real time).")
    revoked_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "When it was revoked (real time); null: it was not."
    )


class CalendarEntry(OfCase, Record):
    """An entry of a hearing, key date or period that an address has shown. Its id is random and leads to nothing."""

    __tablename__ = "calendar_entries"
    __table_args__ = (UniqueConstraint("feed", "record"),)

    uid: Mapped[UUID] = mapped_column(primary_key=True)
    feed: Mapped[UUID]
    record: Mapped[UUID]
    day: Mapped[date]
    is_tentative: Mapped[bool] = mapped_column(server_default=false(), comment="the day is not certain")
    takes_time: Mapped[bool] = mapped_column(comment="a hearing; false: a day by which something must be done")
    sequence: Mapped[int]
    #: Real time.
    changed_at: Mapped[datetime]
    is_cancelled: Mapped[bool]
