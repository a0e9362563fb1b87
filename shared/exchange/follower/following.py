"""Declarations of a follower: its projections of other services' events, and its reactions to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.events.contract import Emits, Reads, Received

#: Schema of the shadow tables of a rebuild.
REBUILT_IN: Final = "rebuild"


def is_rebuilding(session: Session) -> bool:
    """Return whether a projection runs in a rebuild; it must not touch any other tables then."""
    return session.scalar(select(func.current_setting("search_path"))) == REBUILT_IN


@dataclass(frozen=True)
class ReadModelTable:
    """A table that only one projection writes. `subject` is the column with the case (or other subject) of each row.

    `version` is a column that the service's own actions also increment. It is not part of the read model; a rebuild
    increments it in each row that it changes.
    """

    table: str
    subject: str = "case_id"
    version: str | None = None


@dataclass(frozen=True)
class Projection:
    """Projection of other services' events. It uses only those events, so that it can be rebuilt.

    `project` reads and writes only the projection's own tables. It accepts events in batches of any size.
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
    """An action of this service that another service's event triggers, executed once.

    With `ahead`, a priority event triggers it on receipt, even ahead of its turn. It does not run again in its turn.
    """

    name: str
    on: str
    act: Callable[[Session, Received], None]
    ahead: bool = False


@dataclass(frozen=True)
class Following:
    """Everything that one service follows, with its projections and reactions.

    `compares_at_once`: the service waits for the comparison of applied events with the feeds, so it is made soon.
    """

    service: str
    emits: Emits
    reads: Reads
    projections: tuple[Projection, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    compares_at_once: bool = False

    def __post_init__(self) -> None:
        """Raise `ValueError` if two projections share a name or a table: a rebuild could not rebuild both."""
        names = [projection.name for projection in self.projections]
        tables = [table.table for projection in self.projections for table in projection.tables]
        twice = sorted({each for each in (*names, *tables) if names.count(each) > 1 or tables.count(each) > 1})
        if twice:
            raise ValueError(f"{self.service} declares more than one projection of: {', '.join(twice)}")
