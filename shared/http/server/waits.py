"""Requests that wait for something new: each is held by its own connection, and by no worker of nameko's.

A worker answers at once, and says in its reply what the caller waits for. The front holds that reply back. One loop
looks, in one query for all who wait, whether there is anything new; then the request is handed to a worker once more,
which decides everything anew: whose key it is, and what may be told. How many may wait has a bound of its own, in all
and for one caller.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shared.http.rates import AskedTooManyAtOnce
from shared.http.server import bounds
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: What would change if there were something new, of each of those who wait; to compare, and not to read.
Marks: TypeAlias = Mapping[UUID, str]
MarksOf: TypeAlias = Callable[[Session, Collection[UUID]], Marks]
LOOK_SECONDS: Final = 0.2
_RETRY_SECONDS: Final = 2.0

log = logger()


@dataclass(frozen=True)
class Awaited:
    """Something new of somebody: another mark than the one that its reply was made under."""

    whose: UUID
    mark: str
    seconds: float


class NothingNew(Response):
    """A reply that says that there is nothing new, and may be held back until there is."""

    awaited: Awaited


@dataclass
class _Waiting:
    awaited: Awaited
    is_new: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


class Waits(Loop):
    """Everybody who waits, and the one who looks for all of them."""

    def __init__(self, database: Database, marks_of: MarksOf, *, most: int) -> None:
        """Store where to look; `most` wait at once."""
        super().__init__(self.look, pause=LOOK_SECONDS, retry=_RETRY_SECONDS, passing=(SQLAlchemyError,))
        self._database = database
        self._marks_of = marks_of
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        metrics.requests_waiting.set_function(lambda: len(self._waiting))

    def report(self, error: Exception) -> None:
        """Log an error that lies in the work; whoever waits hears at the end of their time that nothing is new."""
        if not is_passing(error):
            log.error("waits.failed", exc_info=error)

    def wait_for(self, awaited: Awaited) -> bool:
        """Wait until there is something new, and return whether there is; not so at the end of its time, or at a stop.

        Raises `AskedTooManyAtOnce` where too many wait already.
        """
        waiting = self._enter(awaited)
        try:
            waiting.ended.wait(awaited.seconds)
            return waiting.is_new
        finally:
            with self._lock:
                self._waiting.remove(waiting)

    def look(self) -> None:
        """Wake whoever waits for what has changed."""
        with self._lock:
            asked = {waiting.awaited.whose for waiting in self._waiting}
        if not asked:
            return
        with self._database.reading() as session:
            marks = self._marks_of(session, asked)
        with self._lock:
            for waiting in self._waiting:
                whose = waiting.awaited.whose
                if whose in asked and marks.get(whose) != waiting.awaited.mark:
                    waiting.is_new = True
                    waiting.ended.set()

    def stop(self) -> None:
        """Have everybody who waits answered now."""
        super().stop()
        with self._lock:
            for waiting in self._waiting:
                waiting.ended.set()

    def _enter(self, awaited: Awaited) -> _Waiting:
        with self._lock:
            own = sum(waiting.awaited.whose == awaited.whose for waiting in self._waiting)
            if own >= bounds.WAITS_OF_ONE or len(self._waiting) >= self._most:
                raise AskedTooManyAtOnce
            waiting = _Waiting(awaited)
            if self.is_stopping:
                waiting.ended.set()
            self._waiting.append(waiting)
        return waiting
