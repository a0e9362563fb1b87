"""The serial number up to which no row of a table can be committed any later.

Rows commit in another order than they are numbered. A reader that processes a table in the order of its numbers could
therefore skip a row that is not committed yet. Transaction ids do not help, because a number can be assigned before the
transaction has an id. The table lock does: an insert holds it from before it takes its number until its row is visible.
"""

from collections.abc import Callable
from typing import Any

#: Includes the table's identity, which a restored table does not share. Reading the sequence locks it, so that no
#: restore can happen before the next statement of the transaction.
_NEWEST = """
    select case when is_called then last_value else 0 end, '{table}'::regclass::oid from {table}_{column}_seq
"""
_WRITING = """
    select virtualtransaction from pg_locks
    where locktype = 'relation' and database = (select oid from pg_database where datname = current_database())
        and relation = '{table}'::regclass and mode = 'RowExclusiveLock' and pid <> pg_backend_pid()
"""

#: Runs a statement without parameters, and returns a cursor: psycopg's own method, or a connection's `exec_driver_sql`.
Execute = Callable[[str], Any]


class LowWaterMark:
    """The mark of one table, raised without blocking any writer.

    The newest number is a candidate, together with the writers at that time. It becomes the mark when all of them have
    ended. A transaction with a lower number had locked the table earlier, so it is one of them or is already visible.
    """

    def __init__(self, table: str, column: str) -> None:
        """Store the statements for a table and its numbering (identity) column."""
        self._newest = _NEWEST.format(table=table, column=column)
        self._writing = _WRITING.format(table=table)
        self._candidate = 0
        self._awaited: set[str] = set()
        self._mark = 0
        self._identity = 0

    def look(self, execute: Execute) -> int:
        """Return the number up to which every row is visible to the next statement, or will never exist.

        It rises once all writers of an earlier call have ended; it needs the isolation level "read committed". It
        starts again if the table was restored from a backup since the last call, because new rows then reuse the
        numbers.
        """
        newest, identity = map(int, execute(self._newest).fetchone())
        if identity != self._identity or newest < max(self._mark, self._candidate):
            self._candidate, self._awaited, self._mark, self._identity = 0, set(), 0, identity
        writing = {row[0] for row in execute(self._writing).fetchall()}
        self._awaited &= writing
        if not self._awaited:
            self._mark = max(self._mark, self._candidate)
            self._candidate, self._awaited = newest, writing
        if not writing:
            self._mark = max(self._mark, newest)
        return self._mark
