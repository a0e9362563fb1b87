"""Assign log positions to committed rows, safe against two numberers, a slow writer and a restored backup.

Rows up to the log's low-water mark (the column `floor`) are numbered, or were rolled back. Numbering looks above it
alone, so that it stays quick while an old snapshot (a backup's, say) keeps index entries of rows long numbered.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from shared.store.low_water_mark import LowWaterMark

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
_RAISE = """
    update event_log_head set floor = %(mark)s
    where floor < %(mark)s and not exists (
        select from event_log where position is null and serial > event_log_head.floor and serial <= %(mark)s
    )
"""


class Executes(Protocol):
    """A connection on which plain SQL runs: psycopg's own."""

    def execute(self, query: str, params: Mapping[str, object] | None = None) -> Any:
        """Run a statement."""


def statements(most: int = NUMBER_AT_MOST) -> tuple[str, ...]:
    """Return the statements that number committed rows in the order of their serials, to be run in one transaction.

    Must be alone in its transaction, as far as the log goes: it must not see rows that this one has not committed.
    """
    return LOCK, NUMBER % {"most": int(most)}


def log_mark() -> LowWaterMark:
    """Return the log's low-water mark as one leader sees it; the next leader begins with one of its own."""
    return LowWaterMark("event_log", "serial")


def raise_mark(connection: Executes, mark: LowWaterMark) -> None:
    """Raise the stored mark if it is safe by now; `connection` commits each statement by itself.

    Raised only past what is numbered; if some rows are not yet, it is raised later.
    """
    connection.execute(_RAISE, {"mark": mark.look(connection.execute)})
