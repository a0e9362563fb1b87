"""Assign log positions to committed rows, safe against two numberers, a slow writer and a restored backup.

Rows below the floor are numbered, or were rolled back. Numbering looks above it alone, so that it stays quick while an
old snapshot (a backup's, say) keeps the index entries of rows that have long been numbered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

#: So many rows at most are numbered in one go.
NUMBER_AT_MOST = 1_000

LOOK = """
    select head.position,
        exists (select from event_log where position is null and serial > head.floor) as waiting
    from event_log_head as head
"""
LOCK = "select position from event_log_head for update"
#: In a fresh statement after the lock: in one statement, a second numberer would choose from the snapshot that it took
#: before it waited, find the rows already numbered by the first, and leave a gap for ever.
NUMBER = """
    with waiting as (
        select serial, row_number() over (order by serial) as place
        from (
            select serial from event_log
            where position is null and serial > (select floor from event_log_head)
            order by serial limit %(most)s
        ) as unnumbered
    ),
    numbered as (
        update event_log set position = (select position from event_log_head) + waiting.place
        from waiting where event_log.serial = waiting.serial
        returning 1
    )
    update event_log_head set position = position + (select count(*) from numbered) where exists (select from numbered)
"""
_LAST = "select max(serial) from event_log"
#: An insert locks the table before it takes its serial, and until its transaction has ended and is seen by all.
_WRITING = """
    select virtualtransaction from pg_locks
    where locktype = 'relation' and relation = 'event_log'::regclass and mode = 'RowExclusiveLock'
        and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()
"""
_RAISE = """
    update event_log_head set floor = %(floor)s
    where floor < %(floor)s and not exists (
        select from event_log where position is null and serial > event_log_head.floor and serial <= %(floor)s
    )
"""


class Executes(Protocol):
    """A connection on which plain SQL runs: psycopg's own."""

    def execute(self, query: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Run a statement."""


def statements(most: int = NUMBER_AT_MOST) -> tuple[str, ...]:
    """Return the statements that number committed rows in the order of their serials, to be run in one transaction.

    Must be alone in its transaction, as far as the log goes: it must not see rows that this one has not committed.
    """
    return LOCK, NUMBER % {"most": int(most)}


@dataclass(frozen=True)
class _Candidate:
    """A serial that may become the floor, once everyone who was writing when it was seen has ended."""

    serial: int
    writing: frozenset[str]


class Floor:
    """Raises the floor, in two steps: note the last serial and who is writing, then wait until all of those have ended.

    Exact without stopping anyone: whoever took a lower serial than one that is seen had the table locked before, so
    they have ended, and are seen, or are among those noted. (A snapshot's oldest transaction would not do: a serial is
    taken before its transaction has an id.)
    """

    def __init__(self) -> None:
        """Begin without a candidate."""
        self._candidate: _Candidate | None = None

    def raise_if_sure(self, connection: Executes) -> None:
        """Raise the floor if it is safe by now, a step per call; `connection` commits each statement by itself."""
        if self._candidate is None:
            last = connection.execute(_LAST).fetchone()[0]
            if last is not None:
                self._candidate = _Candidate(last, self._writing(connection))
            return
        if not self._candidate.writing & self._writing(connection):
            # Raised only past what is numbered; if some are not yet, the next candidate comes in time.
            connection.execute(_RAISE, {"floor": self._candidate.serial})
            self._candidate = None

    @staticmethod
    def _writing(connection: Executes) -> frozenset[str]:
        return frozenset(row[0] for row in connection.execute(_WRITING).fetchall())
