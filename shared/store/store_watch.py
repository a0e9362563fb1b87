"""Whether a store can be used now: looked at again and again, so that whoever asks is answered at once.

A store that was cut off without a word answers nobody for many seconds; who waited for it would not be answered either.
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
#: How often a look also probes for room while nothing suggests that there is none.
PROBE_SECONDS = 60.0
#: A store that has not answered a look for so long is silent (seconds).
SILENT_SECONDS = 2.0
OK, FULL, READ_ONLY, AWAY, SILENT = "ok", "full", "read only", "away", "silent"

_LOOK = "select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on'"
#: Sent with the look in one message, which is one transaction. The last statement spills about 80 kB to the disk below
#: the database. They are gone with the statement, in no catalogue and no log of writes.
_PROBE = "set local work_mem = '64kB'; select count(*) from generate_series(1, 6000)"

log = logger()


class StoreWatch(Loop):
    """Loop that looks whether one store answers, takes writes, and has room."""

    def __init__(self, engine: Engine, name: str, *, lacks_room: Callable[[], bool] = lambda: False) -> None:
        """Store where it is, its name in metrics, and who else may know that it lacks room."""
        super().__init__(self.look, pause=LOOK_SECONDS)
        self._each_alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._name = name
        self._lacks_room = lacks_room
        self._seen = AWAY
        self._begun: float | None = None
        self._probed: float | None = None
        metrics.pool_connections.labels(name, "used").set_function(lambda: float(_pool_of(engine).checkedout()))
        metrics.pool_connections.labels(name, "most").set_function(lambda: float(_pool_of(engine).size()))
        # Asked when they are read: while a look hangs, nothing would set them.
        metrics.store_usable.labels(name).set_function(lambda: float(self.state == OK))
        metrics.store_full.labels(name).set_function(lambda: float(self.state == FULL))

    @property
    def state(self) -> str:
        """`ok`, `full`, `read only`, `away`, or `silent` where it has not answered for seconds."""
        if self._begun is not None and time.monotonic() - self._begun > SILENT_SECONDS:
            return SILENT
        return FULL if self._seen == OK and self._lacks_room() else self._seen

    def look(self) -> None:
        """Look once."""
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
        """Return whether to probe for room: now and then, and at each look while a write was refused for want of it."""
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
