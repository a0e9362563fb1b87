"""Notices a relay that leads, has something to publish, and neither publishes nor says that it can't.

All its waits are bounded, so this finds mistakes of ours, and what nobody thought of. It cuts the relay's connections
at first, so that it begins anew or another replica leads; if that does not help, the process ends, with its reason,
and is started again by whoever watches over it.
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
#: Longer than any bounded wait of the relay: connecting to each node of a broker, a confirm, a pause between two tries.
STUCK_SECONDS = 60.0

log = logger()


class RelayStuck(Exception):
    """The relay did not go on, even on new connections: this process must be started again."""

    retryable = False


class Watched(Protocol):
    """A relay, as far as it is watched."""

    leading: bool
    #: Batches that it has published, and doubts that it has told.
    batches: int
    doubts: int

    def interrupt(self) -> None:
        """Cut its connections, whatever it is waiting for."""


class Watchdog(Loop):
    """Watches the relay of this process; `run` raises `RelayStuck`."""

    def __init__(self, database: Database, relay: Watched, *, stuck_seconds: float = STUCK_SECONDS) -> None:
        """Store whom to watch, and the database of its log."""
        self._database = database
        self._relay = relay
        self._stuck_seconds = stuck_seconds
        super().__init__(self.look, pause=min(LOOK_SECONDS, stuck_seconds / 4), pause_first=True)
        self._batches, self._doubts = relay.batches, relay.doubts
        self._since = time.monotonic()
        self._interrupted = False

    def look(self) -> None:
        """Look once."""
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
            return True  # without its log it can do nothing, and says so itself

    def _act(self) -> None:
        if self._interrupted:
            raise RelayStuck(f"The relay has not gone on for {2 * self._stuck_seconds:g} s.")
        log.error("relay.stuck", seconds=self._stuck_seconds)
        metrics.relay_stuck.inc()
        self._interrupted, self._since = True, time.monotonic()
        self._relay.interrupt()
