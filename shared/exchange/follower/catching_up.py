"""Whether a process has applied everything that a source had recorded when the process started.

After a restore or an outage, the read models of a service are out of date. Code that discloses data based on them waits
until the events recorded in the meantime (for example, a withdrawal) are applied.
"""

import threading
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.exchange import cursor
from shared.exchange.eventlog import Epoch
from shared.exchange.feed import FeedAway, FeedReader
from shared.store.context import ContextKey
from shared.store.database import Database
from shared.store.loop import Loop
from shared.telemetry.logs import logger

POLL_SECONDS: Final = 0.2
#: Seconds between checks after catching up; the result does not change then.
REST_SECONDS: Final = 3600.0
_CAUGHT_UP: ContextKey[threading.Event] = ContextKey("caught up")

log = logger()


class CatchingUp(Loop):
    """Read the head of a source's log at start, and check whether the cursor has reached it."""

    def __init__(self, database: Database, feeds: FeedReader, source: str) -> None:
        """Store the source; from now on, transactions of `database` know that the process has not caught up."""
        super().__init__(self.look, pause=POLL_SECONDS, retry=POLL_SECONDS, passing=(FeedAway, SQLAlchemyError))
        self._database = database
        self._feeds = feeds
        self._source = source
        self._aim: Epoch | None = None
        self._event = threading.Event()
        database.provide(_CAUGHT_UP, self._event)

    def report(self, error: Exception) -> None:
        """Log that the source's head is unknown."""
        log.info("follower.feed_away", source=self._source, reason=type(error).__name__)

    def look(self) -> None:
        """Read the head on the first call; after that, check whether the cursor has reached it."""
        if self._aim is None:
            page = self._feeds.fetch(self._source, after=0, limit=0)
            self._aim = Epoch(page.epochs[-1].epoch, page.head)
        with self._database.transaction() as session:
            state = cursor.read_state(session, self._source)
        # An empty log has no epoch that a cursor could have.
        is_of_its_life = state.epoch == self._aim.epoch or not self._aim.after
        if is_of_its_life and not state.diverged and state.position >= self._aim.after:
            self._event.set()
            self.pause = REST_SECONDS


def has_caught_up(session: Session) -> bool:
    """Return whether the process of a transaction has caught up; True if it runs no `CatchingUp`."""
    event = _CAUGHT_UP.find(session)
    return event is None or event.is_set()
