"""Detect a leading relay that has events to publish but neither publishes nor reports an error.

All waits of the relay are bounded, so this detects programming errors and unforeseen conditions. The watchdog first
cuts the relay's connections, so that the relay reconnects or another replica leads. If that does not help, the process
exits with a reason, and its supervisor restarts it.
"""

import time
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from shared.exchange import eventlog
from shared.store.database import Database
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

LOOK_SECONDS = 5.0
#: Longer than any bounded wait of the relay: connecting to all broker nodes, a confirm, a pause between attempts.
STUCK_SECONDS = 60.0

log = logger()


class RelayStuck(Exception):
    """The relay made no progress, even on new connections: the process must be restarted."""


class Watched(Protocol):
    """The interface of a relay that the watchdog needs."""

    leading: bool
    #: Numbers of published batches and of reported doubtful outcomes.
    batches: int
    doubts: int

    def interrupt(self) -> None:
        """Cut its connections, even if it is waiting."""


class Watchdog(Loop):
    """Watches the relay of this process; `run` raises `RelayStuck`."""

    def __init__(self, database: Database, relay: Watched, *, stuck_seconds: float = STUCK_SECONDS) -> None:
        """Store the relay, and the database of its log."""
        self._database = database
        self._relay = relay
        self._stuck_seconds = stuck_seconds
        super().__init__(self.look, pause=min(LOOK_SECONDS, stuck_seconds / 4), pause_first=True)
        self._batches, self._doubts = relay.batches, relay.doubts
        self._since = time.monotonic()
        self._interrupted = False

    def look(self) -> None:
        """Check once."""
        if self._goes_on():
            self._since = time.monotonic()
        elif time.monotonic() - self._since >= self._stuck_seconds:
            self._act()

    def _goes_on(self) -> bool:
        before, self._batches, self._doubts = (self._batches, self._doubts), self._relay.batches, self._relay.doubts
        if before[0] != self._batches:
            self._interrupted = False
        if before != (self._batches, self._doubts) or not self._relay.leading:
            return True
        try:
            return eventlog.backlog(self._database).oldest < self._stuck_seconds
        except SQLAlchemyError:
            return True  # a relay without its log can do nothing, and reports that itself

    def _act(self) -> None:
        if self._interrupted:
            raise RelayStuck(f"The relay has not gone on for {2 * self._stuck_seconds:g} s.")
        log.error("relay.stuck", seconds=self._stuck_seconds)
        metrics.relay_stuck.inc()
        self._interrupted, self._since = True, time.monotonic()
        self._relay.interrupt()
