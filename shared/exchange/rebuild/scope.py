"""Scope of a rebuild: its projections and sources, and the limit in each source's log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from shared.events.contract import Received
from shared.exchange import cursor
from shared.exchange.cursor import CursorState
from shared.exchange.eventlog import Epoch
from shared.exchange.feed import PAGE, Page
from shared.exchange.follower import Following, Projection, ReadModelTable
from shared.exchange.rebuild.tables import Reached, Rebuild


class ShadowVoid(Exception):
    """A source's log was replaced in the meantime, so the shadow tables are invalid and the build restarts."""

    retryable = True


@dataclass(frozen=True)
class Scope:
    """The projections of one rebuild, and the sources that they read or that were replaced."""

    projections: tuple[Projection, ...]
    sources: tuple[str, ...]

    @property
    def tables(self) -> list[ReadModelTable]:
        """The tables, in a stable order."""
        return sorted(
            (table for projection in self.projections for table in projection.tables),
            key=lambda table: table.table,
        )

    def project(self, session: Session, received: Sequence[Received]) -> None:
        """Apply events to the projections that read them."""
        for projection in self.projections:
            own_events = [event for event in received if event.key in projection.reads]
            if own_events:
                projection.project(session, own_events)

    def is_whole(self, following: Following, source: str) -> bool:
        """Return whether the rebuild includes every projection with tables that reads a source."""
        stored = [projection for projection in following.projections if projection.tables]
        return all(projection in self.projections for projection in stored if source in projection.sources)


def scope_of(following: Following, rebuild: Rebuild, replaced: Collection[str]) -> Scope:
    """Return the scope of a rebuild; `replaced` are the sources whose logs were replaced."""
    chosen = tuple(
        projection
        for projection in following.projections
        if projection.tables
        and rebuild.projection in (None, projection.name)
        and (not rebuild.heals or projection.sources & set(replaced))
    )
    read_sources = {source for projection in chosen for source in projection.sources}
    return Scope(chosen, tuple(sorted(read_sources | set(replaced if rebuild.heals else ()))))


@dataclass(frozen=True)
class Bound:
    """The last position to build in a source's log, and the log's epochs."""

    limit: int
    lives: Sequence[Epoch]

    def epoch_at(self, position: int) -> UUID:
        """Return the epoch of the next position."""
        return cursor.epoch_at(position, self.lives)


def bound(session: Session, reached: Reached, state: CursorState, lives: Sequence[Epoch]) -> Bound:
    """Return the bound: the live cursor, or the last position that the old and the new log share.

    The build must never be ahead of the live side: a later hold or skip would come too late for it. Raises `ShadowVoid`
    if the shadow tables were built from another log.
    """
    if reached.heals != state.diverged:
        raise ShadowVoid
    if cursor.still_agrees(CursorState(reached.position, reached.epoch), lives) is None:
        raise ShadowVoid
    limit = state.position
    if reached.heals:
        limit = cursor.parting(state, cursor.remembered(session, reached.source), lives)
    if reached.position > limit:
        raise ShadowVoid
    return Bound(limit, lives)


def covered(page: Page) -> int:
    """Return the position up to which a page is complete."""
    last = page.events[-1].position if page.events else 0
    return max(page.head, last) if len(page.events) < PAGE else last
