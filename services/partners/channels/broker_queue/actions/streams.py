"""The agencies' streams as the lane reads them. Without an agreement in force, there is nothing to read.

There is also nothing to read until this process has applied what was recorded while it was down, and while an ending is
late.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.partners.channels.broker_queue.actions import filling
from services.partners.streams.stream.actions import reading
from services.partners.streams.stream.models import Stream


def _read(session: Session, agency: UUID, after: int, limit: int) -> filling.Page:
    try:
        return reading.read(session, agency, after=after, limit=limit)
    except reading.SILENT:
        return reading.Page([], reading.head(session, agency), [])


def _heads(session: Session) -> dict[UUID, int]:
    return {row.agency: row.head for row in session.execute(select(Stream.agency, Stream.head))}


#: The same heads as one number that changes with any of them, for waiting loops.
_STAND = "select coalesce(sum(hashtextextended(agency || ' ' || head, 0)), 0) from streams"

STREAMS: Final = filling.Streams(_read, _heads, _STAND)
