"""Whether a process has heard all that a source had recorded when it started: until then it knows the state of before.

A store that was restored, or a service that was away, has in its read models what was so then. Whoever hands something
on by them waits for what was recorded meanwhile: a withdrawal, say.
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
#: Between two looks once it has caught up: there is nothing more to see.
REST_SECONDS: Final = 3600.0
_CAUGHT_UP: ContextKey[threading.Event] = ContextKey("caught up")

log = logger()


class CatchingUp(Loop):
    """Looks how far a source's log is when it begins, and then whether the cursor has come there."""

    def __init__(self, database: Database, feeds: FeedReader, source: str) -> None:
        """Store whose log it is; from now on the transactions of `database` know that it has not caught up."""
        super().__init__(self.look, pause=POLL_SECONDS, retry=POLL_SECONDS, passing=(FeedAway, SQLAlchemyError))
        self._database = database
        self._feeds = feeds
        self._source = source
        self._aim: Epoch | None = None
        self._event = threading.Event()
        database.provide(_CAUGHT_UP, self._event)

    def report(self, error: Exception) -> None:
        """Log that the source does not say how far it is."""
        log.info("follower.feed_away", source=self._source, reason=type(error).__name__)

    def look(self) -> None:
        """See how far the log is, the first time; then whether all of that was taken."""
        if self._aim is None:
            page = self._feeds.fetch(self._source, after=0, limit=0)
            self._aim = Epoch(page.epochs[-1].epoch, page.head)
        with self._database.transaction() as session:
            state = cursor.read_state(session, self._source)
        # A log without an event has no epoch that a cursor could be of.
        is_of_its_life = state.epoch == self._aim.epoch or not self._aim.after
        if is_of_its_life and not state.diverged and state.position >= self._aim.after:
            self._event.set()
            self.pause = REST_SECONDS


def has_caught_up(session: Session) -> bool:
    """Return whether the process of a transaction has caught up; one that runs no `CatchingUp` has nothing to."""
    event = _CAUGHT_UP.find(session)
    return event is None or event.is_set()
