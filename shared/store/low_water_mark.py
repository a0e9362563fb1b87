"""Up to which number of a table's rows nothing can be committed any more.

Rows commit in another order than they are numbered in, so that whoever goes through a table in the order of its numbers
could pass one that is still on its way. Transaction ids don't help: a number may be taken before the transaction has an
id. The table's lock does, since an insert holds it from before it takes its number until after its row can be seen.
"""

from collections.abc import Callable
from typing import Any

#: With the table's own identity, which a restored one does not have. The sequence is locked by reading it, so that no
#: restore comes between this and the next statement of the transaction.
_NEWEST = """
    select case when is_called then last_value else 0 end, '{table}'::regclass::oid from {table}_{column}_seq
"""
_WRITING = """
    select virtualtransaction from pg_locks
    where locktype = 'relation' and database = (select oid from pg_database where datname = current_database())
        and relation = '{table}'::regclass and mode = 'RowExclusiveLock' and pid <> pg_backend_pid()
"""

#: Runs a statement without parameters, and returns what its rows are fetched from: psycopg's own, or a connection's
#: `exec_driver_sql`.
Execute = Callable[[str], Any]


class LowWaterMark:
    """The mark of one table, raised without stopping any writer.

    The newest number is a candidate, with whoever was writing when it was seen; it is the mark once all of those have
    ended: whoever took a lower number had the table locked before, so they are among them, or are seen already.
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
        """Return the number up to which every row is visible to the next statement, or will never be.

        Rises once all who were writing at an earlier look have ended; needs the isolation level "read committed".
        Begins anew where the table was restored from a backup since the last look: what held of its rows then, does not
        hold of those that take the same numbers now.
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
