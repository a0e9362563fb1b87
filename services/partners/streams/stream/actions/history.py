"""Backfill an agency's stream with the events that were recorded before its ground began.

A consent names data categories, not a start date, so it also covers earlier events. This service stores no event that
no agency received. Each new ground therefore reads the case's earlier events once from each source's log. During the
backfill, new events of the case, also the consent itself, are left to it. All events then have the order in which they
were recorded. The gate decides on each event as on any other, by the grounds that apply now.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.streams.ground.rules import FROZEN
from services.partners.streams.history import actions as histories
from services.partners.streams.history.models import HistoryToTell
from services.partners.streams.stream.actions.deciding import decided
from services.partners.streams.stream.actions.telling import put_told
from services.partners.streams.stream.models import FrozenEvent, Position, ToldEvent
from services.partners.streams.subscription import actions as subscriptions
from shared.deadlines import time_source
from shared.events.contract import Emits, Received
from shared.events.envelope import Event
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import FeedAway, FeedReader, Page
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry import logger

POLL_SECONDS: Final = 0.5
#: The most backfills of one source in one round, so that every source gets its turn.
_AT_ONCE: Final = 20
#: The most events in one transaction, because other writers to the same stream wait until it ends.
PAGE: Final = 50
_TO_TELL: Final = "select from histories_to_tell"
#: A writer to a stream holds the stream's lock and may wait for a backfill. To avoid a deadlock, the backfill gives up
#: and retries before the server checks for deadlocks (after 1 second).
_WAITS: Final = text("set local lock_timeout = '800ms'")

log = logger()


class Histories(Loop):
    """Backfills agencies' streams. Every replica can run it, because each event gets only one position in a stream."""

    def __init__(self, database: Database, emits: Emits, feeds: FeedReader) -> None:
        """Store the database of the streams, and the reader of the sources' feeds."""
        super().__init__(self.tell_all, pause=POLL_SECONDS, retry=POLL_SECONDS, passing=(SQLAlchemyError,))
        self._database, self._emits, self._feeds = database, emits, feeds
        self._is_any_to_tell = database.whether_any(_TO_TELL)

    def report(self, error: Exception) -> None:
        """Log an error in the work. Transient errors are retried without a log entry."""
        if not is_passing(error):
            log.error("history.failed", exc_info=error)

    def tell_all(self) -> None:
        """Process the next page of each source's backfills. An unavailable source delays only its own."""
        if not self._is_any_to_tell():
            return
        for source in histories.sources():
            try:
                self._tell_of(source)
            except FeedAway as away:
                log.info("history.feed_away", source=source, reason=str(away))

    def _tell_of(self, source: str) -> None:
        with self._database.transaction() as session:
            waiting = histories.waiting(session, source, limit=_AT_ONCE)
            silent = {row.agency for row in waiting if subscriptions.find(session, row.agency) is None}
            # An agency without a subscription receives nothing, so its backfills are deleted without reading a log.
            histories.forget_agencies(session, silent)
        for history in (row for row in waiting if row.agency not in silent):
            page = self._feeds.fetch(source, after=history.read_to, limit=PAGE, subject=history.case_id)
            with self._database.transaction(ORIGIN.holding(Origin(self._emits))) as session:
                session.execute(_WAITS)
                tell_page(session, history, page)


def tell_page(session: Session, seen: HistoryToTell, page: Page) -> None:
    """Add the events of a page that the agency may receive to its stream, unless another replica has processed it."""
    history = histories.locked(session, seen)
    if history is None:
        return
    heard_to, stood = _heard_to(session, history), _stood(session, history.agency, page)
    for event in page.events:
        came_meanwhile = history.left_from is not None and event.position >= history.left_from
        # The order must be kept: an earlier event is left out if the agency already has a later one of the case.
        in_order = came_meanwhile or event.position > heard_to
        if in_order and event.id not in stood and not event.is_erased:
            _tell(session, history.agency, event)
    _move(session, history, page)


def _stood(session: Session, agency: UUID, page: Page) -> set[UUID]:
    """Return the events of a page that already have a position in an agency's stream, even a redacted one."""
    ids = [event.id for event in page.events]
    return set(session.scalars(select(Position.event).where(Position.agency == agency, Position.event.in_(ids))))


def _tell(session: Session, agency: UUID, event: Event) -> None:
    received, now = Received(event, {}), time_source.now(session)
    decisions = {
        listener: decision
        for listener, decision in decided(session, received, now, only=agency).items()
        if decision.is_told or decision.because == FROZEN
    }
    put_told(session, received, decisions, now, is_history=True)


def _move(session: Session, history: HistoryToTell, page: Page) -> None:
    if len(page.events) == PAGE:
        history.read_to = page.events[-1].position
    elif page.head >= max(history.read_to, history.left_to or 0):
        session.delete(history)
    else:
        # The source's log was restored to an older state, so read it again from its first position.
        history.read_to, history.left_from, history.left_to = 0, None, None


def _heard_to(session: Session, history: HistoryToTell) -> int:
    """Return the source position of the case's last event that the agency has received or will receive, or 0."""
    of_case = select(func.max(ToldEvent.source_position)).where(
        ToldEvent.case_id == history.case_id, ToldEvent.source == history.source
    )
    stands = of_case.join(Position, Position.event == ToldEvent.id).where(Position.agency == history.agency)
    waits = of_case.join(FrozenEvent, FrozenEvent.event == ToldEvent.id).where(FrozenEvent.agency == history.agency)
    return max(session.scalar(stands) or 0, session.scalar(waits) or 0)
