"""A source's log over HTTP: what the broker could not bring is fetched here, in one way for every purpose."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import requests

from shared.envelope import BATCH_CONTENT_TYPE, Event, Unreadable, from_document
from shared.eventlog import Epoch

PATH = "/v1/events"
#: Events of one answer, at most.
PAGE = 200
CONNECT_SECONDS, READ_SECONDS = 3, 10
#: A page of the largest possible events, and some air.
MAXIMUM_ANSWER = (PAGE + 10) * 66_000


class FeedAway(Exception):
    """The source's feed can't be reached or does not answer as a feed does; later it may."""

    retryable = True


@dataclass(frozen=True)
class Page:
    """Events in order, the log's head when they were read, and its epochs, oldest first."""

    events: list[Event]
    head: int
    epochs: list[Epoch]


def headers(head: int, lives: list[Epoch]) -> dict[str, str]:
    """Write head and epochs as headers of a feed's answer: `Casepath-Epochs: <epoch>@<after>, …`, oldest first."""
    return {
        "Casepath-Head": str(head),
        "Casepath-Epochs": ", ".join(f"{each.epoch}@{each.after}" for each in lives),
        "Content-Type": BATCH_CONTENT_TYPE,
    }


class FeedReader:
    """Reads the feeds of other services of this installation, with a service's own token."""

    def __init__(self, addresses: dict[str, str], token: Callable[[], str]) -> None:
        """Take where each source is reached."""
        self._addresses = addresses
        self._token = token
        self._session = requests.Session()
        # Proxies of the environment are for the world outside; feeds are inside.
        self._session.trust_env = False

    def fetch(self, source: str, *, after: int, limit: int = PAGE, subject: UUID | None = None) -> Page:
        """Fetch events after a position; raises `FeedAway`."""
        query: dict[str, Any] = {"after": after, "limit": limit}
        if subject is not None:
            query["subject"] = str(subject)
        try:
            answer = self._session.get(
                self._addresses[source] + PATH,
                params=query,
                headers={"Authorization": f"Bearer {self._token()}"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise FeedAway(type(error).__name__) from None
        if answer.status_code != requests.codes.ok or len(answer.content) > MAXIMUM_ANSWER:
            raise FeedAway(f"status {answer.status_code}")
        return _page(answer, source)


def _page(answer: requests.Response, source: str) -> Page:
    try:
        documents = json.loads(answer.content)
        lives = [each.strip().split("@") for each in answer.headers["Casepath-Epochs"].split(",")]
        events = [from_document(each) for each in documents]
        if any(each.source != source for each in events):
            raise FeedAway("foreign source")
        return Page(events, int(answer.headers["Casepath-Head"]), [Epoch(UUID(id_), int(at)) for id_, at in lives])
    except (Unreadable, ValueError, KeyError, TypeError) as error:
        raise FeedAway(f"no feed ({type(error).__name__})") from None
