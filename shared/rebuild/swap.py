"""Puts what was built aside in the place of what is live: one transaction, under the cursors of all its sources.

Under these locks nothing of the pictures moves, so that what was built can be brought to the very same event, for each
subject: to the cursor, or to where it is held. What protects and acts ahead of its turn acts here too, and only then
are the living rows made to agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from shared import crash, cursor, floors, holds, interventions
from shared.contract import NewerVersion
from shared.database import Database, is_passing
from shared.envelope import Event
from shared.feed import FeedReader
from shared.follower import Following, reactions
from shared.follower.apply import Application
from shared.logs import logger
from shared.rebuild import aside, asked, progress
from shared.rebuild.build import Builder
from shared.rebuild.hearing import Heard, hear
from shared.rebuild.scope import AsideVoid, Bound, bound
from shared.rebuild.tables import DONE, Reached

log = logger()


class NotYet(Exception):
    """The live side has gone further than what was read ahead; it is read again."""

    retryable = True


@dataclass
class Place:
    """One source in a swap: how far was built, how far it goes, and what was read ahead."""

    reached: Reached
    within: Bound
    heard: Heard


class Swap:
    """Swaps in what a builder has built."""

    def __init__(
        self, database: Database, following: Following, application: Application, feeds: FeedReader, builder: Builder
    ) -> None:
        """Store what was built, and what is live."""
        self._database = database
        self._following = following
        self._application = application
        self._feeds = feeds
        self._builder = builder
        self._which = builder.which
        self._scope = builder.scope
        self._kept: dict[tuple[str, UUID, int], Sequence[Event]] = {}
        #: Whether a replaced log's new events are taken in the same transaction; given up if one of them fails.
        self.takes_on = True

    def attempt(self) -> None:
        """Swap, if all that is needed was read ahead in time. Raises `NotYet`, `AsideVoid`, `FeedAway`."""
        heard = self._hear()
        with self._database.transaction() as session:
            aside.be_patient(session)
            asked.lock(session, self._which)
            cursor_stands = {source: cursor.lock(session, source) for source in self._scope.sources}
            places = [
                self._place(session, source_reached, cursor_stands[source_reached.source], heard)
                for source_reached in self._reached(session)
            ]
            for place in places:
                self._complete(session, place)
            for place in places:
                self._restrict_ahead(session, place)
            differences = [aside.merge(session, picture, self._which.subject) for picture in self._scope.pictures]
            self._hold_what_failed(session)
            for place in places:
                self._go_on(session, place)
            aside.drop(session)
            asked.end(
                session, self._which, DONE, tables=[difference.shown() for difference in differences], reason=None
            )
            crash.point("rebuild.in_swap")
        for difference in differences:
            log.info("rebuild.swapped", **difference.shown())

    def _reached(self, session: Session) -> list[Reached]:
        return progress.reached(session, self._which)

    def _hear(self) -> dict[str, Heard]:
        with self._database.transaction() as session:
            waiting = progress.all_waiting(session, self._which)
            reached = self._reached(session)
        for waiter in waiting:
            # They may be many, and change little: what was fetched for an earlier attempt serves again, since the
            # builder keeps what it has passed since.
            key = (waiter.source, waiter.subject, waiter.position)
            if key not in self._kept:
                self._kept[key] = self._builder.fetch_all(waiter)
        heard_by_source = {}
        for place in reached:
            heard = hear(self._database, self._following, self._feeds, place, self._which.subject)
            for waiter in waiting:
                if waiter.source == place.source:
                    fetched = self._kept[waiter.source, waiter.subject, waiter.position]
                    passed = self._builder.passed.get((waiter.source, waiter.subject), ())
                    heard.waiting[waiter.subject] = [*fetched, *passed]
            heard_by_source[place.source] = heard
        return heard_by_source

    def _place(self, session: Session, reached: Reached, stand: cursor.Stand, heard: dict[str, Heard]) -> Place:
        source = reached.source
        if source not in heard:
            raise AsideVoid
        within = bound(session, reached, stand, heard[source].lives)
        highest = floors.highest(session, source, self._which.subject)
        if within.limit > heard[source].carried or highest > heard[source].head:
            raise NotYet
        return Place(reached, within, heard[source])

    def _complete(self, session: Session, place: Place) -> None:
        """Build in what is left up to the live cursor, and of each waiting subject what the live side has drained."""
        limit = place.within.limit
        rest = [event for event in place.heard.events if event.position <= limit]
        self._builder.build(session, place.reached, rest, limit, place.within.epoch_at(limit))
        for waiter in progress.all_waiting(session, self._which):
            if waiter.source == place.reached.source and waiter.failed is None:
                self._builder.catch_up(session, waiter, place.heard.of(waiter.subject))

    def _restrict_ahead(self, session: Session, place: Place) -> None:
        """Apply restrictions ahead of their turn: those still to come, and those behind what holds their subject."""
        source, reads = place.reached.source, self._following.reads
        if place.reached.heals:
            floors.clear(session, source)
        to_come = [event for event in place.heard.restrictions if event.position > place.within.limit]
        ahead = {event.position: event for event in self._that_act(session, place, to_come)}
        for waiter in progress.all_waiting(session, self._which):
            if waiter.source == source:
                behind = (event for event in place.heard.of(waiter.subject) if event.position >= waiter.position)
                ahead |= {event.position: event for event in behind if reads.restriction(event) is not None}
        for event in self._builder.without_skipped(session, [ahead[position] for position in sorted(ahead)]):
            self._restrict(session, event)

    def _that_act(self, session: Session, place: Place, events: Sequence[Event]) -> list[Event]:
        """Return the events that have acted ahead of their turn on the live rows: they have left a floor.

        Of a log that was replaced all act, and so do those of a version that is not known: they leave none.
        """
        if place.reached.heals or not events:
            return list(events)
        reads = self._following.reads
        standing = floors.read(session, place.reached.source, {event.subject for event in events})

        def acts(event: Event) -> bool:
            try:
                received = self._builder.open(event)
            except NewerVersion:
                return True
            return received is not None and floors.reaches(standing, event, reads.fact(received))

        return [event for event in events if acts(event)]

    def _restrict(self, session: Session, event: Event) -> None:
        """Apply one restriction; one that fails is left to the guard, which tries it again."""
        try:
            with session.begin_nested():
                received = self._builder.open(event)
                if received is not None:
                    with aside.inside(session):
                        self._scope.project(session, [received])
                    floors.raise_for(session, self._following.reads, [received])
        except NewerVersion:
            declared = self._following.reads.restriction(event)
            if declared is not None and declared.on_unknown is not None:
                with aside.inside(session):
                    declared.on_unknown(session, event)
        except Exception as error:
            if is_passing(error):
                raise
            log.exception("rebuild.restriction_failed", source=event.source, position=event.position)

    def _hold_what_failed(self, session: Session) -> None:
        for waiter in progress.all_waiting(session, self._which):
            if waiter.failed is not None:
                holds.put_back(session, waiter.source, waiter.subject, waiter.position, waiter.failed)

    def _go_on(self, session: Session, place: Place) -> None:
        """Where a log was replaced, go on from where it and ours parted; mark the reactions to vanished events."""
        if not place.reached.heals:
            return
        source, limit = place.reached.source, place.within.limit
        holds.forget_after(session, source, limit)
        interventions.forget_skips_after(session, source, limit)
        vanished = reactions.mark_vanished(session, source, after=limit, still=place.heard.answered)
        cursor.go_back(session, source, limit, place.heard.lives)
        log.warning("rebuild.healed", source=source, position=limit, vanished=vanished)
        if self.takes_on and place.heard.carried == place.heard.head:
            # So that what both logs tell, only at another position, does not vanish for a moment.
            new = [event for event in place.heard.events if event.position > limit]
            self._application.take_in(session, source, new)
