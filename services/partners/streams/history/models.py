"""The table of pending backfills. It contains nothing of the events."""

from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record


class HistoryToTell(Record):
    """A pending backfill of an agency with a source's events of a case from before its ground began.

    New events of that source and case are left to the backfill, so that they follow the earlier ones.
    """

    __tablename__ = "histories_to_tell"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    agency: Mapped[UUID] = mapped_column(primary_key=True)
    read_to: Mapped[int] = mapped_column(BigInteger, comment="how far the source's log was read of this case")
    left_from: Mapped[int | None] = mapped_column(BigInteger, comment="the first position that came meanwhile")
    left_to: Mapped[int | None] = mapped_column(BigInteger, comment="the last position that came meanwhile")
