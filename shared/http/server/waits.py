"""Long polling: a request that waits for something new occupies its own connection, and no nameko worker.

A worker answers at once, and its reply names what the caller waits for. The front holds that reply back. One loop
checks for news, in one query for all waiting requests. Then a worker handles the request again and repeats every
decision: whose key it is, and what the agency is allowed to see. The number of waiting requests is limited, in total
and for each caller.
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

#: A value per subject that changes with every change of the subject. It is only compared.
Marks: TypeAlias = Mapping[UUID, str]
MarksOf: TypeAlias = Callable[[Session, Collection[UUID]], Marks]
LOOK_SECONDS: Final = 0.2
_RETRY_SECONDS: Final = 2.0

log = logger()


@dataclass(frozen=True)
class Awaited:
    """Wait for a change of a subject: a mark other than the one of the reply."""

    whose: UUID
    mark: str
    seconds: float


class NothingNew(Response):
    """A reply without news, which can be held back until there are some."""

    awaited: Awaited


@dataclass
class _Waiting:
    awaited: Awaited
    is_new: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


class Waits(Loop):
    """All waiting requests, and the loop that checks for all of them."""

    def __init__(self, database: Database, marks_of: MarksOf, *, most: int) -> None:
        """Store how to check for changes; at most `most` requests wait at once."""
        super().__init__(self.look, pause=LOOK_SECONDS, retry=_RETRY_SECONDS, passing=(SQLAlchemyError,))
        self._database = database
        self._marks_of = marks_of
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        metrics.requests_waiting.set_function(lambda: len(self._waiting))

    def report(self, error: Exception) -> None:
        """Log a permanent error. A waiting request is answered at the end of its time that nothing is new."""
        if not is_passing(error):
            log.error("waits.failed", exc_info=error)

    def wait_for(self, awaited: Awaited) -> bool:
        """Wait until there is something new, and return True; False at the end of the time, or when the service stops.

        Raises `AskedTooManyAtOnce` if too many wait already.
        """
        waiting = self._enter(awaited)
        try:
            waiting.ended.wait(awaited.seconds)
            return waiting.is_new
        finally:
            with self._lock:
                self._waiting.remove(waiting)

    def look(self) -> None:
        """Wake the requests whose subject has changed."""
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
        """Answer all waiting requests now."""
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
