"""Send requests to the services: several reads of one page at the same time, each with a time limit.

If a service does not answer, the result is also an `Answer` (`is_away`): the page shows its other parts and names the
missing part.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from time import monotonic
from typing import Any, Final, Protocol
from urllib.parse import urlencode

import urllib3

from services.web.upstream.circuit import FULL, Circuit
from shared.telemetry import logger, metrics

log = logger()
CONNECT_SECONDS: Final = 2.0
#: The number of connections that stay open to one service, and of reads that run at the same time.
MOST_CONNECTIONS: Final = 32
#: The greatest length of a service's answer (bytes).
LONGEST_ANSWER: Final = 8 * 1024 * 1024
#: The states of a part that a page reads, from worst to best: the service did not answer, has not received the case
#: yet, does not show it to this reader, or sent all of it. Only a part with the last state may be shown as empty.
AWAY, ARRIVING, HIDDEN, SHOWN = "away", "arriving", "hidden", "shown"
#: The type of the problem that a service reports about a case which may still be on its way to it.
_ARRIVING_PROBLEM: Final = "urn:casepath:problem:not-here-yet"
#: When the session began (Unix time). A service treats a renewed token as issued then, so that a revocation ends the
#: session.
SESSION_BEGAN: Final = "Session-Began"


@dataclass(frozen=True)
class Ask:
    """One request to a service."""

    service: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    method: str = "GET"
    body: Mapping[str, object] | None = None
    idempotency_key: str = ""
    #: The version of the record that the request changes, as an ETag with its quotes.
    if_match: str = ""
    #: The time that the service may hold the request back (seconds).
    waits: int = 0


@dataclass(frozen=True)
class Caller:
    """The person who sends requests: the access token, the language of answers, and the browser's own address.

    `began_at`: when the session of the desk began.
    """

    token: str = field(repr=False)
    language: str
    address: str
    began_at: datetime

    def headers(self) -> Mapping[str, str]:
        """Return the headers of a request in this person's name."""
        return {
            "Accept-Language": self.language,
            "Authorization": f"Bearer {self.token}",
            "X-Forwarded-For": self.address,
            SESSION_BEGAN: str(int(self.began_at.timestamp())),
        }


class Sender(Protocol):
    """The sender of requests, with the headers that identify it."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers of a request from this sender."""
        ...


class Document(dict[str, Any]):
    """An object of an answer. Services leave out fields that the reader must not see; here such a field is None."""

    def __missing__(self, _name: str) -> None:
        """Return None for a field that was left out."""


@dataclass(frozen=True)
class Answer:
    """The answer of a service; `status` is 0 if there was none."""

    status: int
    document: Mapping[str, Any] = field(default_factory=Document, repr=False)
    etag: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether the request succeeded."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_away(self) -> bool:
        """Return whether the service did not answer, could not process the request, or has no capacity for it now."""
        return self.status in (0, HTTPStatus.TOO_MANY_REQUESTS) or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def is_missing(self) -> bool:
        """Return whether the content at the service is unknown, which means that it is not shown and not hidden.

        A page must name such a part. It must never show it as empty, for any reason.
        """
        return not (self.is_good or self.is_hidden)

    @property
    def is_arriving(self) -> bool:
        """Return whether the case may still be on its way to the service: it was opened a moment ago."""
        return self.document.get("type") == _ARRIVING_PROBLEM

    # control: H-DESK-6 empty-only-if-complete
    @property
    def state(self) -> str:
        """Return the state of the part of a page that this answer has (`away`, `arriving`, `hidden` or `shown`)."""
        if self.is_arriving:
            return ARRIVING
        return SHOWN if self.is_good else HIDDEN if self.is_hidden else AWAY

    @property
    def is_refused_token(self) -> bool:
        """Return whether the service does not accept the access token."""
        return self.status == HTTPStatus.UNAUTHORIZED

    @property
    def is_hidden(self) -> bool:
        """Return whether the reader may not see this or it does not exist; services do not distinguish the two."""
        return self.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


class Upstream:
    """The services, by their addresses."""

    def __init__(self, addresses: Mapping[str, str], reads_at_once: int = MOST_CONNECTIONS) -> None:
        """Store the addresses; connections are opened at their first use."""
        self._addresses = addresses
        self._circuit = Circuit()
        self._threads = ThreadPoolExecutor(reads_at_once, thread_name_prefix="read")
        # The pool ignores the environment's proxies, follows no redirect and never retries.
        self._connections = urllib3.PoolManager(
            num_pools=2 * len(addresses),
            maxsize=MOST_CONNECTIONS,
            retries=False,
        )

    def together(self, asks: Mapping[str, Ask], caller: Sender) -> dict[str, Answer]:
        """Send several requests at the same time; return the answers by the same names."""
        sent = {name: self._threads.submit(self.send, ask, caller) for name, ask in asks.items()}
        return {name: future.result() for name, future in sent.items()}

    def send(self, ask: Ask, caller: Sender) -> Answer:
        """Send one request."""
        began = monotonic()
        answer = self._answered(ask, caller)
        if not ask.waits:
            metrics.upstream_seconds.labels(ask.service, str(answer.status)).observe(monotonic() - began)
        if answer.is_away and not answer.is_arriving:
            log.warning("upstream.away", source=ask.service, status=answer.status)
        return answer

    def _answered(self, ask: Ask, caller: Sender) -> Answer:
        query = f"?{urlencode(ask.query)}" if ask.query else ""
        headers = {
            "Accept": "application/json",
            **caller.headers(),
            **({"Idempotency-Key": ask.idempotency_key} if ask.idempotency_key else {}),
            **({"If-Match": ask.if_match} if ask.if_match else {}),
            **({"Content-Type": "application/json"} if ask.body is not None else {}),
        }
        body = None if ask.body is None else json.dumps(ask.body).encode()
        seconds = self._seconds(ask)
        try:
            reply = self._connections.request(
                ask.method,
                f"{self._addresses[ask.service]}{ask.path}{query}",
                body=body,
                headers=headers,
                redirect=False,
                timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds + ask.waits),
                preload_content=False,
            )
            try:
                content = reply.read(LONGEST_ANSWER + 1)
            finally:
                # A reply that was read to its end has returned its connection. The rest of other replies is not needed.
                reply.close()
        except urllib3.exceptions.TimeoutError:
            self._circuit.timed_out(ask.service, seconds, monotonic())
            return Answer(0)
        except (urllib3.exceptions.HTTPError, OSError):
            return Answer(0)
        except ValueError:
            # A field of a form had a character that no header may have, such as a line break.
            return Answer(HTTPStatus.BAD_REQUEST)
        self._circuit.answered(ask.service)
        return Answer(reply.status, _document(content), reply.headers.get("ETag", ""))

    def _seconds(self, ask: Ask) -> float:
        """Return how long to wait for the answer. Changes and long polls are never cut short."""
        return self._circuit.seconds(ask.service, monotonic()) if ask.method == "GET" and not ask.waits else FULL


def _document(content: bytes) -> Mapping[str, Any]:
    """Return the JSON object of an answer; an empty one if there is none."""
    if len(content) > LONGEST_ANSWER:
        return Document()
    try:
        document = json.loads(content, object_hook=Document)
    except ValueError:
        return Document()
    return document if isinstance(document, Document) else Document()
