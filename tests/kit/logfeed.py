"""A stand-in for the feed client: it reads the source's log without the network."""

from collections.abc import Callable
from uuid import UUID

from shared.exchange import eventlog
from shared.exchange.digests import digest_of
from shared.exchange.feed import DigestPage, FeedAway, FeedReader, Page
from shared.store.database import Database
from tests.kit.sealing import KEYS


class LogFeed(FeedReader):
    """The source's feed without the network: it reads the log as the source's own route does."""

    def __init__(self, source: Database, is_away: Callable[[], bool] = lambda: False) -> None:
        self._source = source
        self._is_away = is_away
        self.asked = 0

    def fetch(self, source: str, *, after: int, limit: int = 200, subject: UUID | None = None) -> Page:
        self.asked += 1
        self._answer()
        with self._source.transaction() as session:
            head = eventlog.number(session)
        with self._source.transaction() as session:
            events = eventlog.read(session, source, after=after, limit=limit, subject=subject)
            return Page(events, head, eventlog.epochs(session))

    def _answer(self) -> None:
        if self._is_away():
            raise FeedAway("away")

    def digests(self, source: str, *, after: int, limit: int = 1000) -> DigestPage:
        self._answer()
        with self._source.transaction() as session:
            head = eventlog.number(session)
        with self._source.transaction() as session:
            events = eventlog.read(session, source, after=after, limit=limit)
            written = {event.position: digest_of(event) for event in events}
            return DigestPage(written, head, eventlog.epochs(session))

    def keys(self, _source: str) -> dict[UUID, bytes]:
        return KEYS
