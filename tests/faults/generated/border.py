"""Hand-made stand-ins for the connections between the databases: a broker with any misbehaviour, and the feeds."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from shared.exchange.broker import BrokerUnsure, Delivery, Message
from shared.exchange.feed import DigestPage, FeedAway, FeedReader, Page
from shared.store.database import Database
from tests.kit.logfeed import LogFeed

#: The number of events on a page of a feed: small, so that short histories have several pages.
PAGE = 3


class Queue:
    """Messages that stay until they are acknowledged, lost or purged; they can be delivered in any order, and again."""

    def __init__(self) -> None:
        self.waiting: list[Delivery] = []
        self._tags = 0

    def put(self, exchange: str, body: bytes, proof: bytes) -> None:
        self._tags += 1
        self.waiting.append(Delivery(self._tags, body, exchange, redelivered=False, proof=proof))

    def first(self, count: int) -> list[Delivery]:
        return self.waiting[:count]

    def any_of(self, picks: Iterable[int]) -> list[Delivery]:
        """Return the messages at these indexes in that order, with repetitions."""
        return [self.waiting[pick % len(self.waiting)] for pick in picks] if self.waiting else []

    def remove(self, deliveries: Iterable[Delivery]) -> None:
        """Remove messages that were acknowledged or lost: for a queue this is the same."""
        tags = {each.tag for each in deliveries}
        self.waiting = [each for each in self.waiting if each.tag not in tags]


class Broker:
    """The two queues of the follower: its inbox, and the priority queue for restrictions."""

    def __init__(self) -> None:
        self.inbox = Queue()
        self.guard = Queue()

    def publisher(self, source: str, *, sure: bool) -> "Publishing":
        return Publishing(self, source, sure=sure)


class Publishing:
    """The relay's publisher: some messages of a batch can arrive although the batch as a whole is unconfirmed."""

    def __init__(self, broker: Broker, source: str, *, sure: bool) -> None:
        self._broker = broker
        self._exchange = f"{source}.events"
        self._sure = sure

    def publish(self, messages: Sequence[Message], *, between: Callable[[], None]) -> None:
        certain = len(messages) if self._sure else (len(messages) + 1) // 2
        for each in messages[:certain]:
            self._broker.inbox.put(self._exchange, each.body, each.proof)
            if each.routing_key.startswith("access.withdrawn."):
                self._broker.guard.put(self._exchange, each.body, each.proof)
        between()
        if not self._sure:
            raise BrokerUnsure("no confirm in time")


class Feeds(FeedReader):
    """The feeds of all sources. Each source can be unavailable."""

    def __init__(self, sources: dict[str, Database]) -> None:
        self._logs = {name: LogFeed(database) for name, database in sources.items()}
        self.away: set[str] = set()

    def fetch(self, source: str, *, after: int, limit: int = PAGE, subject: UUID | None = None) -> Page:
        if source in self.away:
            raise FeedAway("away")
        return self._logs[source].fetch(source, after=after, limit=min(limit, PAGE), subject=subject)

    def digests(self, source: str, *, after: int, limit: int = PAGE) -> DigestPage:
        if source in self.away:
            raise FeedAway("away")
        return self._logs[source].digests(source, after=after, limit=min(limit, PAGE))

    def keys(self, source: str) -> dict[UUID, bytes]:
        if source in self.away:
            raise FeedAway("away")
        return self._logs[source].keys(source)
