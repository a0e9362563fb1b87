"""Rows that expire: else idempotency keys, notes of reactions and of unreadable bodies would grow for ever.

The log and the audit are never shortened here; what is kept of cases grows with the cases.
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

#: So many rows at most are deleted in one transaction: nobody waits long for them.
AT_ONCE = 1_000
EVERY_SECONDS = 3600.0

log = logger()


@dataclass(frozen=True)
class Expiring:
    """Rows of a table that go so many days after the instant in `since`, unless `but` keeps them from going."""

    table: Table
    since: Column[object]
    days: int
    but: ColumnElement[bool] | None = None


EXPIRING = (
    # No client sends a request again after a month.
    Expiring(keys, keys.c.at, 30),
    # The cursor alone keeps an event from being answered twice. The notes are for the day on which a source is restored
    # from a backup: what was done because of events that it no longer has is found by them. No backup is as old.
    Expiring(reactions, reactions.c.at, 400, but=reactions.c.vanished_at.is_not(None)),
    Expiring(quarantine, quarantine.c.last_at, 400),
    Expiring(forgeries, forgeries.c.last_at, 400),
)


def sweep(database: Database, expiring: Expiring) -> int:
    """Delete the rows whose time is over, a few at a time, the oldest first; returns how many."""
    deleted_rows = 0
    old = expiring.since < func.now() - timedelta(days=expiring.days)
    key = tuple_(*expiring.table.primary_key)
    # Several replicas may sweep at once: each leaves to the others what they have in hand.
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
    """Loop that deletes expired rows, at first after a while: a start has more urgent work."""

    def __init__(self, database: Database, of_service: tuple[Expiring, ...] = ()) -> None:
        """Store the database whose expired rows are deleted: the mechanism's, and those of the service's own tables."""
        super().__init__(self.sweep_all, pause=EVERY_SECONDS, pause_first=True)
        self._database = database
        self._expiring = (*EXPIRING, *of_service)

    def sweep_all(self) -> None:
        """Sweep everything once; a database that is away is tried again the next time."""
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
