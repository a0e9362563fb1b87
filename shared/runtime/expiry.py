"""Rows that expire: idempotency keys, records of reactions and of unreadable bodies would otherwise grow forever.

The log and the audit are never shortened here. Data of cases grow with the cases.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Column, ColumnElement, Table, delete, func, select, tuple_
from sqlalchemy.exc import SQLAlchemyError

from shared.exchange.follower.reactions import reactions
from shared.exchange.forgeries import forgeries
from shared.exchange.holds import quarantine
from shared.http.idempotency import keys
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry.logs import logger

#: The most rows that one transaction deletes, so that no one waits long for its locks.
AT_ONCE = 1_000
EVERY_SECONDS = 3600.0

log = logger()


@dataclass(frozen=True)
class Expiring:
    """Rows of a table that expire a number of days after the instant in `since`, unless `but` keeps them."""

    table: Table
    since: Column[object]
    days: int
    but: ColumnElement[bool] | None = None


EXPIRING = (
    # No client repeats a request after a month.
    Expiring(keys, keys.c.at, 30),
    # The cursor is enough to prevent a second reaction to an event. These rows are for a restore of a source from a
    # backup: they identify reactions to events that are missing from its log. No backup is that old.
    Expiring(reactions, reactions.c.at, 400, but=reactions.c.vanished_at.is_not(None)),
    Expiring(quarantine, quarantine.c.last_at, 400),
    Expiring(forgeries, forgeries.c.last_at, 400),
)


def sweep(database: Database, expiring: Expiring) -> int:
    """Delete the expired rows, a few at a time, oldest first. Return how many."""
    deleted_rows = 0
    old = expiring.since < func.now() - timedelta(days=expiring.days)
    key = tuple_(*expiring.table.primary_key)
    # Several replicas can delete at once: each skips the rows that another has locked.
    chosen = select(*expiring.table.primary_key).where(old if expiring.but is None else old & ~expiring.but)
    chosen = chosen.order_by(expiring.since).limit(AT_ONCE).with_for_update(skip_locked=True)
    while True:
        with database.transaction() as session:
            rows = [tuple(row) for row in session.execute(chosen)]
            if rows:
                session.execute(delete(expiring.table).where(key.in_(rows)))
        deleted_rows += len(rows)
        if len(rows) < AT_ONCE:
            return deleted_rows


class Expiry(Loop):
    """Loop that deletes expired rows, for the first time after a pause, because a start has more urgent work."""

    def __init__(self, database: Database, of_service: tuple[Expiring, ...] = ()) -> None:
        """Store the database whose expired rows are deleted: those of the mechanism and of the service's own tables."""
        super().__init__(self.sweep_all, pause=EVERY_SECONDS, pause_first=True)
        self._database = database
        self._expiring = (*EXPIRING, *of_service)

    def sweep_all(self) -> None:
        """Delete all expired rows. If the database is unavailable, the next run retries."""
        for expiring in self._expiring:
            try:
                deleted_rows = sweep(self._database, expiring)
            except SQLAlchemyError as error:
                if not is_passing(error):
                    raise
                log.info("expiry.interrupted", table=expiring.table.name, reason=type(error).__name__)
                return
            if deleted_rows:
                log.info("expiry.swept", table=expiring.table.name, rows=deleted_rows)
