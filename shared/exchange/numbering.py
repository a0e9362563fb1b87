"""Assign log positions to committed rows; safe with two numberers, a slow writer and a restored backup.

All rows up to the log's low-water mark (the column `floor`) are numbered or were rolled back. Numbering reads only rows
above the mark. It therefore stays fast while an old snapshot (for example, of a backup) keeps index entries of rows
that were numbered long ago.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from shared.store.low_water_mark import LowWaterMark

#: Maximum number of rows to number in one run.
NUMBER_AT_MOST = 1_000

LOOK = """
    select head.position,
        exists (select from event_log where position is null and serial > head.floor) as waiting
    from event_log_head as head
"""
LOCK = "select position from event_log_head for update"
#: This must be a separate statement after the lock. In a single statement, a second numberer would use the snapshot
#: from before its wait, find the rows already numbered by the first one, and leave a permanent gap.
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
    """A connection that runs plain SQL, such as psycopg's."""

    def execute(self, query: str, params: Mapping[str, object] | None = None) -> Any:
        """Run a statement."""


def statements(most: int = NUMBER_AT_MOST) -> tuple[str, ...]:
    """Return the statements that number committed rows by serial; run them in one transaction.

    The transaction must not write to the log itself: the statements must not see its uncommitted rows.
    """
    return LOCK, NUMBER % {"most": int(most)}


def log_mark() -> LowWaterMark:
    """Return a leader's view of the log's low-water mark; the next leader creates its own."""
    return LowWaterMark("event_log", "serial")


def raise_mark(connection: Executes, mark: LowWaterMark) -> None:
    """Raise the stored mark if that is safe; `connection` commits each statement separately.

    The mark moves only past numbered rows; otherwise it is raised later.
    """
    connection.execute(_RAISE, {"mark": mark.look(connection.execute)})
