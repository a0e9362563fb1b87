"""What was recorded before an agency's ground began is read in its source's log, and told before what comes after it.

A consent names kinds of data, and not since when they were recorded. Nothing is kept here of what nobody was told of:
so each source is asked, once for each ground that begins. What comes of the case meanwhile, the consent itself too, is
left to this, so that all of it stands in the order in which it was recorded. The gate decides of each event as of any
other, by what stands now.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.ground.rules import FROZEN
from services.partners.history import actions as histories
from services.partners.history.models import HistoryToTell
from services.partners.stream.actions.deciding import decided
from services.partners.stream.actions.telling import put_told
from services.partners.stream.models import FrozenEvent, Position, ToldEvent
from services.partners.subscription import actions as subscriptions
from shared.deadlines import time_source
from shared.events.contract import Emits, Received
from shared.events.envelope import Event
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import FeedAway, FeedReader, Page
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry import logger

POLL_SECONDS: Final = 0.5
#: Of one source in one round, so that each gets its turn.
_AT_ONCE: Final = 20
#: Events of one transaction: whoever else puts something into the same stream waits for it.
PAGE: Final = 50
_TO_TELL: Final = "select from histories_to_tell"
#: Whoever puts an event into a stream holds it, and may wait for a history: this one gives way, and comes again, before
#: the server looks for who waits for whom (a second).
_WAITS: Final = text("set local lock_timeout = '800ms'")

log = logger()


class Histories(Loop):
    """Puts what was before agencies' grounds into their streams; any replica may, and each event has one position."""

    def __init__(self, database: Database, emits: Emits, feeds: FeedReader) -> None:
        """Store where the streams are, and whom to ask."""
        super().__init__(self.tell_all, pause=POLL_SECONDS, retry=POLL_SECONDS, passing=(SQLAlchemyError,))
        self._database, self._emits, self._feeds = database, emits, feeds
        self._is_any_to_tell = database.whether_any(_TO_TELL)

    def report(self, error: Exception) -> None:
        """Log an error that lies in the work; one of the moment is tried again in silence."""
        if not is_passing(error):
            log.error("history.failed", exc_info=error)

    def tell_all(self) -> None:
        """Put the next of what each source recorded into streams; one that is away delays its own alone."""
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
            # Who asked to hear of nothing is told nothing, and nobody's log is read for it.
            histories.forget_agencies(session, silent)
        for history in (row for row in waiting if row.agency not in silent):
            page = self._feeds.fetch(source, after=history.read_to, limit=PAGE, subject=history.case_id)
            with self._database.transaction(ORIGIN.holding(Origin(self._emits))) as session:
                session.execute(_WAITS)
                tell_page(session, history, page)


def tell_page(session: Session, seen: HistoryToTell, page: Page) -> None:
    """Put what a page of a case's events opens to an agency into its stream, unless somebody did so meanwhile."""
    history = histories.locked(session, seen)
    if history is None:
        return
    heard_to, stood = _heard_to(session, history), _stood(session, history.agency, page)
    for event in page.events:
        came_meanwhile = history.left_from is not None and event.position >= history.left_from
        # In order, or not at all: behind something later of the case that the agency was told of, nothing of before.
        in_order = came_meanwhile or event.position > heard_to
        if in_order and event.id not in stood and not event.is_erased:
            _tell(session, history.agency, event)
    _move(session, history, page)


def _stood(session: Session, agency: UUID, page: Page) -> set[UUID]:
    """Return which events of a page had a position in an agency's stream, whatever stands there by now."""
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
        # The source's log was put back to an older state: its positions count anew.
        history.read_to, history.left_from, history.left_to = 0, None, None


def _heard_to(session: Session, history: HistoryToTell) -> int:
    """Return the last position of a source's log of which an agency was told, or will be, of a case; 0 for none."""
    of_case = select(func.max(ToldEvent.source_position)).where(
        ToldEvent.case_id == history.case_id, ToldEvent.source == history.source
    )
    stands = of_case.join(Position, Position.event == ToldEvent.id).where(Position.agency == history.agency)
    waits = of_case.join(FrozenEvent, FrozenEvent.event == ToldEvent.id).where(FrozenEvent.agency == history.agency)
    return max(session.scalar(stands) or 0, session.scalar(waits) or 0)
