"""What a follower declares: its projections of other services' events, and its reactions to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.events.contract import Emits, Reads, Received

#: Where read models are built again, aside.
REBUILT_IN: Final = "rebuild"


def is_rebuilding(session: Session) -> bool:
    """Return whether a projection builds its read model again, aside: then there is nothing else that it may touch."""
    return session.scalar(select(func.current_setting("search_path"))) == REBUILT_IN


@dataclass(frozen=True)
class ReadModelTable:
    """A table that one projection alone writes. `subject` is its column of the case (or other subject) of each row.

    `version` is a column that the service's own work counts up too: it is no part of the read model, and a rebuild that
    changes a row counts it up.
    """

    table: str
    subject: str = "case_id"
    version: str | None = None


@dataclass(frozen=True)
class Projection:
    """A projection of other services' events: built from them alone, so that it can be rebuilt.

    `project` reads and writes the projection's own tables and no other. It takes events in any batches.
    """

    name: str
    reads: frozenset[str]
    project: Callable[[Session, Sequence[Received]], None]
    tables: tuple[ReadModelTable, ...] = ()

    @property
    def sources(self) -> frozenset[str]:
        """The services whose events are read."""
        return frozenset(key.partition(".")[0] for key in self.reads)


@dataclass(frozen=True)
class Reaction:
    """What a service does because of another's event: an action of its own, done once.

    With `ahead`, on receipt of an event that protects, also before its turn; when that comes, it was done.
    """

    name: str
    on: str
    act: Callable[[Session, Received], None]
    ahead: bool = False


@dataclass(frozen=True)
class Following:
    """All that one service follows, and what it does with it."""

    service: str
    emits: Emits
    reads: Reads
    projections: tuple[Projection, ...] = ()
    reactions: tuple[Reaction, ...] = ()

    def __post_init__(self) -> None:
        """Raise `ValueError` if two projections have one name or one table: a rebuild could not rebuild both."""
        names = [projection.name for projection in self.projections]
        tables = [table.table for projection in self.projections for table in projection.tables]
        twice = sorted({each for each in (*names, *tables) if names.count(each) > 1 or tables.count(each) > 1})
        if twice:
            raise ValueError(f"{self.service} declares more than one projection of: {', '.join(twice)}")
