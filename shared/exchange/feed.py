"""HTTP client for the logs of other services. Every component fetches missing events through it.

It also reads the digests of the log, and the keys that decrypt the source's messages.
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

import urllib3

from shared.events.envelope import BATCH_CONTENT_TYPE, Event, Unreadable, from_document
from shared.exchange.eventlog import Epoch

PATH = "/v1/events"
DIGESTS_PATH = "/v1/exchange/digests"
KEYS_PATH = "/v1/exchange/keys"
#: Maximum number of events in one answer.
PAGE = 200
#: Maximum number of digests in one answer.
DIGESTS_PAGE = 1_000
CONNECT_SECONDS, READ_SECONDS = 3, 10
#: Size of a page of the largest possible events, plus a margin.
MAXIMUM_ANSWER = (PAGE + 10) * 66_000


class FeedAway(Exception):
    """The source's feed cannot be reached, or the answer is not a valid feed. A later attempt can succeed."""

    retryable = True


@dataclass(frozen=True)
class Page:
    """Events in order, the log's head at the time of reading, and its epochs, oldest first."""

    events: list[Event]
    head: int
    epochs: list[Epoch]


@dataclass(frozen=True)
class DigestPage:
    """Gap-free digests of a log's events by position, the log's head, and its epochs, oldest first."""

    digests: Mapping[int, bytes]
    head: int
    epochs: list[Epoch]


def headers(head: int, lives: list[Epoch]) -> dict[str, str]:
    """Return the head and epochs as feed headers: `Casepath-Epochs: <epoch>@<after>, …`, oldest first."""
    return {
        "Casepath-Head": str(head),
        "Casepath-Epochs": ", ".join(f"{life.epoch}@{life.after}" for life in lives),
        "Content-Type": BATCH_CONTENT_TYPE,
    }


class FeedReader:
    """Reads the feeds of other services of this installation, with the service's own token.

    After a failed request, the source is skipped for as long as the request took, so that a hanging source does not
    block the others. The pause is limited to the request timeout: a longer wait means that this process itself was
    suspended.
    """

    def __init__(self, addresses: dict[str, str], token: Callable[[], str]) -> None:
        """Store each source's address, and the function that returns an access token."""
        self._addresses = addresses
        self._token = token
        self._left_alone: dict[str, float] = {}
        # Ignore the environment's proxies: they are for external addresses, and feeds are internal.
        self._connections = urllib3.PoolManager(
            maxsize=4, retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        )

    def fetch(self, source: str, *, after: int, limit: int = PAGE, subject: UUID | None = None) -> Page:
        """Fetch events after a position. Raises `FeedAway`."""
        query = {"after": str(after), "limit": str(limit)}
        if subject is not None:
            query["subject"] = str(subject)
        body, headers_ = self._get(source, PATH, query)
        return _page(body, headers_, source)

    def digests(self, source: str, *, after: int, limit: int = DIGESTS_PAGE) -> DigestPage:
        """Fetch the digests of logged events after a position. Raises `FeedAway`."""
        body, headers_ = self._get(source, DIGESTS_PATH, {"after": str(after), "limit": str(limit)})
        try:
            written = [bytes.fromhex(digest) for digest in json.loads(body)["digests"]]
            head, lives = _head(headers_)
        except (ValueError, KeyError, TypeError) as error:
            raise FeedAway(f"no digests ({type(error).__name__})") from None
        return DigestPage(dict(enumerate(written, start=after + 1)), head, lives)

    def keys(self, source: str) -> dict[UUID, bytes]:
        """Fetch the keys that decrypt a source's messages. Raises `FeedAway`."""
        body, _headers = self._get(source, KEYS_PATH, {})
        try:
            return {UUID(key["id"]): base64.b64decode(key["key"], validate=True) for key in json.loads(body)["keys"]}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise FeedAway(f"no keys ({type(error).__name__})") from None

    def ask(self, source: str, path: str) -> bytes:
        """Return the answer of another endpoint of a service. Raises `FeedAway`."""
        body, _headers = self._get(source, path, {})
        return body

    def _get(self, source: str, path: str, query: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
        began = time.monotonic()
        if began < self._left_alone.get(source, began):
            raise FeedAway("it did not answer lately")
        try:
            answer, body = self._ask(self._addresses[source] + path, query)
        except urllib3.exceptions.HTTPError as error:
            now = time.monotonic()
            self._left_alone[source] = now + min(now - began, CONNECT_SECONDS + READ_SECONDS)
            raise FeedAway(type(error).__name__) from None
        if answer.status != HTTPStatus.OK:
            raise FeedAway(f"status {answer.status}")
        return body, answer.headers

    def _ask(self, address: str, query: Mapping[str, str]) -> tuple[urllib3.BaseHTTPResponse, bytes]:
        answer = self._connections.request(
            "GET",
            address,
            fields=query,
            headers={"Authorization": f"Bearer {self._token()}"},
            redirect=False,
            preload_content=False,
        )
        return answer, _body(answer)


def _body(answer: urllib3.BaseHTTPResponse) -> bytes:
    """Read an answer up to the maximum size of a feed page. Raises `FeedAway` if it is larger."""
    body = answer.read(MAXIMUM_ANSWER + 1)
    if len(body) > MAXIMUM_ANSWER:
        answer.close()  # a connection with unread data cannot be reused
        raise FeedAway("too long")
    answer.release_conn()
    return body


def _page(body: bytes, headers: Mapping[str, str], source: str) -> Page:
    try:
        documents = json.loads(body)
        head, lives = _head(headers)
        events = [from_document(document) for document in documents]
        if any(event.source != source for event in events):
            raise FeedAway("foreign source")
        return Page(events, head, lives)
    except (Unreadable, ValueError, KeyError, TypeError) as error:
        raise FeedAway(f"no feed ({type(error).__name__})") from None


def _head(headers: Mapping[str, str]) -> tuple[int, list[Epoch]]:
    lives = [epoch.strip().split("@") for epoch in headers["Casepath-Epochs"].split(",")]
    return int(headers["Casepath-Head"]), [Epoch(UUID(id_), int(at)) for id_, at in lives]
