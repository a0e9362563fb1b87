"""Watch a store in the background, so that callers learn immediately whether it is usable.

A store that was cut off does not answer for many seconds, and a caller that queried it directly would wait as long.
"""

import time
from collections.abc import Callable

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from shared.store.database import is_full
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

LOOK_SECONDS = 2.0
#: Seconds between checks for free space, unless a write was refused.
PROBE_SECONDS = 60.0
#: Seconds without an answer after which a store is silent.
SILENT_SECONDS = 2.0
OK, FULL, READ_ONLY, AWAY, SILENT = "ok", "full", "read only", "away", "silent"

_LOOK = "select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on'"
#: Sent with the check in one message, which is one transaction. The last statement spills about 80 kB to the database's
#: disk. The data disappears with the statement, and is neither in the catalogue nor in the write-ahead log.
_PROBE = "set local work_mem = '64kB'; select count(*) from generate_series(1, 6000)"

log = logger()


class StoreWatch(Loop):
    """Loop that checks whether one store answers, accepts writes, and has free space."""

    def __init__(self, engine: Engine, name: str, *, lacks_room: Callable[[], bool] = lambda: False) -> None:
        """Store the engine, the name in metrics, and another source of information about a full disk."""
        super().__init__(self.look, pause=LOOK_SECONDS)
        self._each_alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._name = name
        self._lacks_room = lacks_room
        self._seen = AWAY
        self._begun: float | None = None
        self._probed: float | None = None
        metrics.pool_connections.labels(name, "used").set_function(lambda: float(_pool_of(engine).checkedout()))
        metrics.pool_connections.labels(name, "most").set_function(lambda: float(_pool_of(engine).size()))
        # Computed when they are read: while a check hangs, nothing could set them.
        metrics.store_usable.labels(name).set_function(lambda: float(self.state == OK))
        metrics.store_full.labels(name).set_function(lambda: float(self.state == FULL))

    @property
    def state(self) -> str:
        """`ok`, `full`, `read only`, `away`, or `silent` if it has not answered for seconds."""
        if self._begun is not None and time.monotonic() - self._begun > SILENT_SECONDS:
            return SILENT
        return FULL if self._seen == OK and self._lacks_room() else self._seen

    def look(self) -> None:
        """Check once."""
        before, self._begun = self._seen, time.monotonic()
        try:
            self._seen = self._answer(probes=self._is_probe_due(self._begun))
        except SQLAlchemyError as error:
            self._seen = FULL if is_full(error) else AWAY
        finally:
            self._begun = None
        if self._seen != before:
            say = log.info if self._seen == OK else log.error
            say("store.looked_at", store=self._name, reason=self._seen)

    # control: H-OPERATION-10 cheap-disk-probe
    def _is_probe_due(self, now: float) -> bool:
        """Return whether to check for free space: periodically, and each time after a write was refused."""
        is_doubtful = self._seen == FULL or self._lacks_room()
        return is_doubtful or self._probed is None or now - self._probed >= PROBE_SECONDS

    def _answer(self, *, probes: bool) -> str:
        with self._each_alone.connect() as connection:
            question = f"{_LOOK}; {_PROBE}" if probes else _LOOK
            state = READ_ONLY if connection.exec_driver_sql(question).scalar_one() else OK
        if probes:
            self._probed = self._begun
        return state


def _pool_of(engine: Engine) -> QueuePool:
    if not isinstance(engine.pool, QueuePool):
        raise TypeError("the engine of a store has a pool that counts")
    return engine.pool
