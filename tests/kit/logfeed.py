"""A stand-in for the feed client: it reads the source's log without the network."""

from collections.abc import Callable
from uuid import UUID

from shared.exchange import eventlog, withheld
from shared.exchange.feed import DigestPage, FeedAway, FeedReader, Page
from shared.store.database import Database
from tests.kit.sealing import KEYS


class LogFeed(FeedReader):
    """The source's feed without the network: it reads the log as the source's own route does."""

    def __init__(
        self, source: Database, is_away: Callable[[], bool] = lambda: False, *, reader: str | None = None
    ) -> None:
        self._source = source
        self._is_away = is_away
        #: The service that requests the feed; None: every type is returned completely.
        self._reader = reader
        self.asked = 0

    def fetch(self, source: str, *, after: int, limit: int = 200, subject: UUID | None = None) -> Page:
        self.asked += 1
        self._answer()
        with self._source.transaction() as session:
            head = eventlog.number(session)
        with self._source.transaction() as session:
            events = eventlog.read(session, source, after=after, limit=limit, subject=subject)
            served = withheld.serve(events, self._reader).events
            return Page(list(served), head, eventlog.epochs(session))

    def _answer(self) -> None:
        if self._is_away():
            raise FeedAway("away")

    def digests(self, source: str, *, after: int, limit: int = 1000) -> DigestPage:
        self._answer()
        with self._source.transaction() as session:
            head = eventlog.number(session)
        with self._source.transaction() as session:
            events = eventlog.read(session, source, after=after, limit=limit)
            written = {event.position: withheld.digest(event, self._reader) for event in events}
            return DigestPage(written, head, eventlog.epochs(session))

    def keys(self, _source: str) -> dict[UUID, bytes]:
        return KEYS
