"""Compare applied and doubtful events with the sources' feeds, and repair the effects of forgeries.

The feed is the authoritative copy of a source's log. If it differs from what was applied, the examiner raises an alarm
and requests a rebuild for the affected subjects. It also retries their events from the first wrong position.
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
from shared.exchange.feed import DIGESTS_PAGE, DigestPage, FeedReader
from shared.exchange.follower import reactions
from shared.exchange.follower.apply import Application
from shared.exchange.forgeries import Forgery
from shared.exchange.unconfirmed import Unconfirmed
from shared.store.database import Database

#: Number of doubtful events to check at a time; the others have had no effect either.
ASKED_AT_MOST = 20
#: Pages of digests to compare in one sweep: all stored digests of a source. With fewer, a repeated event that moves the
#: comparison back before each sweep could keep it from ever reaching the later positions.
PAGES_AT_MOST = -(-digests.REMEMBERED // DIGESTS_PAGE)


@dataclass(frozen=True)
class Fault:
    """A position where the applied event differs from the log; `event` is the logged event, if there is one."""

    position: int
    event: Event | None


class Examiner:
    """Examines what one service has applied."""

    def __init__(self, database: Database, application: Application, feeds: FeedReader) -> None:
        """Store the application and the feeds to compare with."""
        self._database = database
        self._application = application
        self._feeds = feeds
        #: Sources whose heads were below this service's cursors at the last check.
        self._ahead: set[str] = set()

    def is_in_log(self, event: Event) -> bool:
        """Return whether the source's log contains exactly this event at its position. Raises `FeedAway`."""
        page = self._feeds.digests(event.source, after=event.position - 1, limit=1)
        return _has(page, event.position, digests.digest_of(event))

    def examine(self, source: str, events: Sequence[Event], forgery: Forgery) -> None:
        """Check doubtful events against the feed, and raise an alarm for each one that it does not contain.

        Events that equal what was applied at their position need no check, because the feed delivered those. If a
        different event was applied, this repairs it. Raises `FeedAway`.
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

    # control: H-CONFIDENTIALITY-8 compared-digests
    def verify(self, source: str) -> DigestPage | None:
        """Compare the applied events that were not compared yet with the feed, and repair those that differ.

        Returns the last page from the feed; None if there was nothing to compare. Raises `FeedAway`.
        """
        page = None
        for _ in range(PAGES_AT_MOST):
            with self._database.transaction() as session:
                state = cursor.read_state(session, source)
                verified = cursor.verified(session, source)
            after = max(verified, state.position - digests.REMEMBERED)
            if after >= state.position or state.diverged:
                return page
            page = self._feeds.digests(source, after=after, limit=min(DIGESTS_PAGE, state.position - after))
            reached = min(state.position, after + len(page.digests))
            with self._database.transaction() as session:
                if not _is_comparable(state, page.epochs) or reached == after:
                    return page
                faults = digests.disagreeing(digests.at(session, source, page.digests.keys()), page.digests)
                if not faults:
                    cursor.mark_verified(session, source, verified, reached)
            self._mend(source, faults)
            if faults:
                return page
        return page

    def look_at_head(self, source: str, state: CursorState, head: int) -> bool:
        """Go back to a source's head if the cursor is past it; return whether it did.

        It acts only on the second consecutive check, because a failover could be about to begin a new epoch.
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
        """Return whether a source must be checked again soon."""
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
        """Repair what was applied at these positions, where it differs from the feed. Raises `FeedAway`."""
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
                    continue  # another process has repaired it
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

    # --- events that were applied ahead of their turn --------------------------------------------------------------

    def settle(self, one: Unconfirmed) -> Event | None:
        """Confirm or revert an early priority event; return it if it was confirmed and can be applied now.

        Raises `FeedAway`. If the log does not contain the event, it is checked a second time, because a failover could
        be about to begin a new epoch.
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
        """Revert a forged priority event: delete its mark, and retry the events that it suppressed."""
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
    """Return whether the follower and the source's present log share an epoch; if not, settle that first."""
    return not state.diverged and state.epoch == lives[-1].epoch


def _is_applied(applied: Remembered | None, event: Event) -> bool:
    return applied is not None and applied.matches(digests.digest_of(event))


def _has(page: DigestPage, position: int, digest: bytes) -> bool:
    logged = page.digests.get(position)
    return logged is not None and digests.agree(digest, logged)


def _restore_marks(session: Session, source: str, *, after: int) -> None:
    """Delete the marks after a position, except those of early events that are not settled yet."""
    revocation_marks.clear(session, source, after=after)
    for one in unconfirmed.of_source(session, source):
        if one.key is not None and one.position > after:
            revocation_marks.lower(session, source, one.subject, one.key, (0, one.position))
