"""Read the events that a swap will need of a source's log, before the swap and outside its transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.events.contract import Reads
from shared.events.envelope import Event
from shared.exchange.eventlog import Epoch
from shared.exchange.feed import FeedReader, Page
from shared.exchange.follower import Following, reactions
from shared.exchange.rebuild.scope import covered
from shared.exchange.rebuild.tables import Reached
from shared.store.database import Database

#: Maximum number of events that one swap applies; later ones are applied after it.
CARRIED_AT_MOST = 2_000


@dataclass
class SourceTail:
    """The part of a source's log that a swap needs: from the rebuild's position to the head.

    `events` are the next events, up to `carried`. `priority_events` are all priority events up to `head`. `waiting`
    contains the events of waiting subjects, from the first that is not built. If the log was replaced, `answered`
    contains the ids of reactions to events that the log still contains, or contains again.
    """

    head: int
    carried: int
    lives: Sequence[Epoch] = ()
    events: list[Event] = field(default_factory=list)
    priority_events: list[Event] = field(default_factory=list)
    waiting: dict[UUID, Sequence[Event]] = field(default_factory=dict)
    answered: set[UUID] = field(default_factory=set)

    def of(self, subject: UUID) -> list[Event]:
        """Return the events that were read ahead for one subject, in order."""
        by_position = {event.position: event for event in self.waiting.get(subject, ())}
        by_position |= {event.position: event for event in self.events if event.subject == subject}
        return [by_position[position] for position in sorted(by_position)]

    def take(self, page: Page, reads: Reads) -> None:
        """Add a page."""
        self.priority_events += [event for event in page.events if reads.priority_event(event) is not None]
        if len(self.events) + len(page.events) <= CARRIED_AT_MOST and self.carried == self.head:
            self.events += page.events
            self.carried = covered(page)
        self.head = covered(page)
        self.lives = page.epochs


def read_ahead(
    database: Database, following: Following, feeds: FeedReader, reached: Reached, subject: UUID | None
) -> SourceTail:
    """Read a source's log to its head. Raises `FeedAway`."""
    tail = SourceTail(reached.position, reached.position)
    while True:
        page = feeds.fetch(reached.source, after=tail.head, subject=subject)
        before = tail.head
        tail.take(page, following.reads)
        if reached.heals:
            tail.answered |= _answered(database, following, page.events)
        if tail.head >= page.head or tail.head == before:
            return tail


def _answered(database: Database, following: Following, events: Sequence[Event]) -> set[UUID]:
    ids = {
        reactions.id_of(following.service, reaction.name, event.id)
        for event in events
        for reaction in following.reactions
        if reaction.on == f"{event.source}.{event.name}"
    }
    with database.transaction() as session:
        return reactions.among(session, ids) if ids else set()
