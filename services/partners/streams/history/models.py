"""Histories that are still to be told, as they are stored; nothing of an event is among it."""

from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record


class HistoryToTell(Record):
    """That an agency is still to be told what a source recorded of a case before its ground began.

    What comes of that source and case meanwhile is left to this, so that it stands behind what was before.
    """

    __tablename__ = "histories_to_tell"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    agency: Mapped[UUID] = mapped_column(primary_key=True)
    read_to: Mapped[int] = mapped_column(BigInteger, comment="how far the source's log was read of this case")
    left_from: Mapped[int | None] = mapped_column(BigInteger, comment="the first position that came meanwhile")
    left_to: Mapped[int | None] = mapped_column(BigInteger, comment="the last position that came meanwhile")
