"""The agencies' streams as the lane reads them: where nothing is agreed on with an agency, there is nothing to read.

Neither is there before this process has heard what was recorded while it was away, and while an ending is late.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.partners.channels.broker_queue.actions import filling
from services.partners.streams.stream import actions as streams
from services.partners.streams.stream.models import Stream


def _read(session: Session, agency: UUID, after: int, limit: int) -> filling.Page:
    try:
        return streams.read(session, agency, after=after, limit=limit)
    except streams.SILENT:
        return streams.Page([], streams.head(session, agency), [])


def _heads(session: Session) -> dict[UUID, int]:
    return {row.agency: row.head for row in session.execute(select(Stream.agency, Stream.head))}


#: The same heads as one number, which is another when any of them is: for who only waits for that.
_STAND = "select coalesce(sum(hashtextextended(agency || ' ' || head, 0)), 0) from streams"

STREAMS: Final = filling.Streams(_read, _heads, _STAND)
