"""Compares what was applied, and what came in doubt, with what the sources' feeds have; mends what was forged.

A feed is the source's own word. Where it disagrees with what was applied, the alarm is raised, what the forged message
was about is built again, and the subject's events are tried once more from where it was wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from shared.events.envelope import Event
from shared.exchange import cursor, digests, forgeries, holds, interventions, revocation_marks, unconfirmed
from shared.exchange.cursor import CursorState
from shared.exchange.digests import Remembered
from shared.exchange.eventlog import Epoch
from shared.exchange.feed import DigestPage, FeedReader
from shared.exchange.follower import reactions
from shared.exchange.follower.apply import Application
from shared.exchange.forgeries import Forgery
from shared.exchange.unconfirmed import Unconfirmed
from shared.store.database import Database

#: So many events that came in doubt are asked about at a time; the others did nothing either.
ASKED_AT_MOST = 20


@dataclass(frozen=True)
class Fault:
    """A position at which something else was applied than the log has; `event` is what it has, if it has any."""

    position: int
    event: Event | None


class Examiner:
    """Examines what one service has applied."""

    def __init__(self, database: Database, application: Application, feeds: FeedReader) -> None:
        """Store what was applied where, and the feeds that it is compared with."""
        self._database = database
        self._application = application
        self._feeds = feeds
        #: Sources whose heads were below our cursors when last looked at.
        self._ahead: set[str] = set()

    def is_in_log(self, event: Event) -> bool:
        """Return whether the source's log has this event, at its position and as it is. Raises `FeedAway`."""
        page = self._feeds.digests(event.source, after=event.position - 1, limit=1)
        return _has(page, event.position, digests.digest_of(event))

    def examine(self, source: str, events: Sequence[Event], forgery: Forgery) -> None:
        """Ask the feed about events that came in doubt, and raise the alarm for those that it does not have.

        An event that is what was applied at its position needs no question: the feed has brought it. If something else
        was applied there than the feed has, that is mended. Raises `FeedAway`.
        """
        if not events:
            return
        with self._database.transaction() as session:
            applied = digests.at(session, source, {event.position for event in events})
        doubtful = [event for event in events if not _is_applied(applied.get(event.position), event)]
        faults = []
        for event in doubtful[:ASKED_AT_MOST]:
            page = self._feeds.digests(source, after=event.position - 1, limit=1)
            with self._database.transaction() as session:
                if not _is_comparable(cursor.read_state(session, source), page.epochs):
                    return
                ours = digests.at(session, source, {event.position})
                if not _has(page, event.position, digests.digest_of(event)):
                    forgeries.report(session, source, event.position, forgery)
            if digests.disagreeing(ours, page.digests):
                faults.append(event.position)
        self._mend(source, faults)

    def look_at_head(self, source: str, state: CursorState, head: int) -> bool:
        """Go back to a source's head where our cursor is past it; returns whether it has.

        Looked at twice, since a fail-over may be on its way to a new epoch.
        """
        if head >= state.position or state.diverged:
            self._ahead.discard(source)
            return False
        if source not in self._ahead:
            self._ahead.add(source)
            return False
        self._ahead.discard(source)
        page = self._feeds.fetch(source, after=head, limit=0)
        return _is_comparable(state, page.epochs) and self._go_back(source, page.head, page.epochs)

    @property
    def is_in_doubt(self) -> bool:
        """Return whether a source has to be looked at again soon."""
        return bool(self._ahead)

    def _go_back(self, source: str, head: int, lives: Sequence[Epoch]) -> bool:
        with self._database.transaction() as session:
            state = cursor.lock(session, source)
            if state.position <= head or not _is_comparable(state, lives):
                return False
            subjects = {entry.subject for entry in digests.after(session, source, head) if entry.subject is not None}
            digests.forget_after(session, source, head)
            holds.forget_after(session, source, head)
            interventions.forget_skips_after(session, source, head)
            reactions.mark_vanished(session, source, after=head, still=())
            _restore_marks(session, source, after=head)
            cursor.go_back(session, source, head, lives)
            for position in range(head + 1, min(state.position, head + ASKED_AT_MOST) + 1):
                forgeries.report(session, source, position, Forgery.APPLIED)
            forgeries.doubt(session, subjects)
        return True

    def _mend(self, source: str, positions: Sequence[int]) -> None:
        """Mend what was applied at these positions: it is not what the feed has. Raises `FeedAway`."""
        if not positions:
            return
        faults = [Fault(position, self._logged(source, position)) for position in positions]
        with self._database.transaction() as session:
            state = cursor.lock(session, source)
            ours = digests.at(session, source, positions)
            subjects: set[UUID] = set()
            for fault in faults:
                applied = ours.get(fault.position)
                if applied is None or fault.event is None or fault.position > state.position:
                    continue
                if applied.matches(digests.digest_of(fault.event)):
                    continue  # another process has mended it
                subjects |= {fault.event.subject, applied.subject or fault.event.subject}
                forgeries.report(session, source, fault.position, Forgery.APPLIED)
                reactions.mark_forged(session, source, fault.position, but=fault.event.id)
                revocation_marks.forget(session, source, fault.position)
                digests.store(session, source, [fault.event])
                holds.hold_from(session, fault.event)
            forgeries.doubt(session, subjects)

    def _logged(self, source: str, position: int) -> Event | None:
        page = self._feeds.fetch(source, after=position - 1, limit=1)
        return next((event for event in page.events if event.position == position), None)

    # --- what acted ahead of its turn ------------------------------------------------------------------------------

    def settle(self, one: Unconfirmed) -> Event | None:
        """Confirm or lift a priority event that came ahead of its turn; returns one that was confirmed and may act now.

        Raises `FeedAway`. One that the log does not have yet is looked for twice, as a fail-over may be on its way.
        """
        page = self._feeds.digests(one.source, after=one.position - 1, limit=1)
        if not self._application.adopt(one.source, page.epochs):
            return None
        if _has(page, one.position, one.digest):
            return self._confirm(one)
        with self._database.transaction() as session:
            if one.position not in page.digests and not one.missed:
                unconfirmed.miss(session, one)
            else:
                self._lift(session, one)
        return None

    def _confirm(self, one: Unconfirmed) -> Event | None:
        event = None if one.acted else self._logged(one.source, one.position)
        with self._database.transaction() as session:
            return event if unconfirmed.end(session, one) else None

    def _lift(self, session: Session, one: Unconfirmed) -> None:
        """Lift what a forged priority event did: its mark goes, and what it kept from being applied is tried again."""
        state = cursor.lock(session, one.source)
        if not unconfirmed.end(session, one):
            return
        forgery = Forgery.ACTED_AHEAD if one.acted else Forgery.NOT_CONFIRMED
        forgeries.report(session, one.source, one.position, forgery)
        if not one.acted:
            return
        reactions.mark_vanished_event(session, one.source, one.id)
        if one.key is not None:
            others = unconfirmed.of_fact(session, one.source, one.subject, one.key)
            highest = max((other.position for other in others), default=0)
            revocation_marks.lower(session, one.source, one.subject, one.key, (one.position, highest))
        if state.position >= one.since:
            holds.hold_subject_from(session, one.source, one.subject, (one.since, one.name, one.version))
        forgeries.doubt(session, {one.subject})


def _is_comparable(state: CursorState, lives: Sequence[Epoch]) -> bool:
    """Return whether a follower is of the log that a source has now: else that is what has to be settled first."""
    return not state.diverged and state.epoch == lives[-1].epoch


def _is_applied(applied: Remembered | None, event: Event) -> bool:
    return applied is not None and applied.matches(digests.digest_of(event))


def _has(page: DigestPage, position: int, digest: bytes) -> bool:
    logged = page.digests.get(position)
    return logged is not None and digests.agree(digest, logged)


def _restore_marks(session: Session, source: str, *, after: int) -> None:
    """Delete the marks past a position, but for those of what acted ahead and is not settled yet."""
    revocation_marks.clear(session, source, after=after)
    for one in unconfirmed.of_source(session, source):
        if one.key is not None and one.position > after:
            revocation_marks.lower(session, source, one.subject, one.key, (0, one.position))
