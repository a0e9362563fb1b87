"""Up to which serial number a table is settled: nothing at or below it can be committed any more.

Rows commit in another order than they are numbered in, so that whoever goes through a table in the order of its numbers
could pass one that is still on its way. Transaction ids don't help: a number may be taken before the transaction has an
id. The table's lock does, since an insert holds it from before it takes its number until after its row can be seen.
"""

from sqlalchemy import Table, bindparam, text
from sqlalchemy.orm import Session

_NEWEST = "select case when is_called then last_value else 0 end from {sequence}"
_INSERTING = text("""
    select virtualtransaction from pg_locks
    where locktype = 'relation' and database = (select oid from pg_database where datname = current_database())
        and relation = cast(:table as regclass) and mode = 'RowExclusiveLock' and pid <> pg_backend_pid()
""").bindparams(bindparam("table"))


class LowWaterMark:
    """Remembers, from look to look, who was inserting when the newest number was what it was."""

    def __init__(self, table: Table, column: str) -> None:
        """Store the table, and its numbering (identity) column."""
        self._table = table.name
        self._newest = text(_NEWEST.format(sequence=f"{table.name}_{column}_seq"))
        self._candidate = 0
        self._before: set[str] = set()
        self._settled = 0

    def look(self, session: Session) -> int:
        """Return the number up to which every row is visible to the next statement, or will never be.

        Rises once all who were inserting at an earlier look have ended; needs the isolation level "read committed".
        """
        newest = int(session.execute(self._newest).scalar_one())
        inserting = set(session.scalars(_INSERTING, {"table": self._table}))
        self._before &= inserting
        if not self._before:
            self._settled = max(self._settled, self._candidate)
            self._candidate, self._before = newest, inserting
        if not inserting:
            self._settled = max(self._settled, newest)
        return self._settled
