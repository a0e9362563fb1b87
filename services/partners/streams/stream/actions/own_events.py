"""Add the service's own events about agencies and agreements to the streams, from its own log and in its order."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.streams.stream.actions.telling import tell
from services.partners.streams.stream.events import OWN_SOURCE
from services.partners.streams.stream.models import OwnLogMark
from shared.events.contract import Emits, Received
from shared.exchange import eventlog
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry import logger

POLL_SECONDS: Final = 1.0
_AT_ONCE: Final = 200
_SINGLE: Final = 1
#: Matches if the log has events that are not in the streams: numbered ones, or some without a number yet.
_NEW: Final = """
    select from event_log_head as head where head.position > coalesce((select max(position) from own_log_mark), 0)
        or exists (select from event_log where position is null and serial > head.floor)
"""

log = logger()


class OwnEvents(Loop):
    """Adds the service's own events to the streams. Every replica can run it, because each event is added once."""

    def __init__(self, database: Database, emits: Emits) -> None:
        """Store the database of the log and the streams."""
        super().__init__(self.put_all, pause=POLL_SECONDS, passing=(SQLAlchemyError,))
        self._database = database
        self._is_any_new = database.whether_any(_NEW)
        self._emits = emits

    def report(self, error: Exception) -> None:
        """Log an error in the work. Transient errors are retried without a log entry."""
        if not is_passing(error):
            log.error("stream.failed", exc_info=error)

    def put_all(self) -> int:
        """Add new events of the log to the streams; return how many."""
        if not self._is_any_new():
            return 0
        eventlog.numbered(self._database)
        with self._database.transaction() as session:
            return put_new(session)


def put_new(session: Session) -> int:
    """Add the next of the service's own events to the streams, and move the mark past them."""
    session.execute(insert(OwnLogMark).values(single=_SINGLE, position=0).on_conflict_do_nothing())
    mark = session.scalars(select(OwnLogMark).with_for_update()).one()
    events = eventlog.read(session, OWN_SOURCE, after=mark.position, limit=_AT_ONCE)
    for event in events:
        tell(session, Received(event, {}))
        mark.position = event.position
    return len(events)
