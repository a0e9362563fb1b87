"""One endpoint's lane: read, post, commit; in order, and at least once.

The bytes of an event are out before the transaction ends in which it was decided that they may be: whoever ends an
agency's part in something waits for that, and nothing leaves afterwards. Nobody waits for an answer so: one that does
not come at once is waited for outside, and stored by a transaction of its own.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.delivery import rules
from services.partners.delivery.actions import endpoint as endpoints
from services.partners.delivery.actions.endpoint import Attempt, Endpoint, Sent
from services.partners.delivery.actions.source import Item
from services.partners.delivery.rules import Outcome
from shared.outbound import Answer, Posting, TargetRefused, Unanswered, signatures
from shared.outbound.posting import CLOSED, TOTAL_SECONDS
from shared.store.database import Database
from shared.telemetry import crash

Clock: TypeAlias = Callable[[], datetime]
#: Events of one transaction, and how long one sends (seconds): whoever ends an agency's part waits no longer.
BATCH, SENDING_SECONDS = 50, 0.25
#: An answer that is not there after so long is waited for outside the transaction (seconds).
PATIENCE_SECONDS: Final = 0.05
#: After so long a lane makes room for others; it comes back at once where nobody waits (seconds).
TURN_SECONDS: Final = 2.0
#: Lanes that have a transaction open at once; the others wait for answers, or for their turn.
TURNS: Final = 6


@dataclass
class Lanes:
    """What lanes have in common: a bound on their transactions at once, and whether they go on at all."""

    database: Database
    now: Clock
    is_over: threading.Event = field(default_factory=threading.Event)
    turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(TURNS))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Return a session, once it is this lane's turn."""
        with self.turns, self.database.transaction() as session:
            yield session


@dataclass(frozen=True)
class _Awaited:
    """An event that was sent, and whose answer is still to come; `endpoint`: as it stands without it."""

    endpoint: Endpoint
    item: Item
    at: datetime
    began: float


class Lane:
    """One endpoint's way."""

    def __init__(self, lanes: Lanes, webhook: UUID, posting: Posting) -> None:
        """Store whose it is; nothing is opened before it runs."""
        self.posting = posting
        self._lanes = lanes
        self._webhook = webhook
        self._url = ""
        #: It answered late the last time: its answers are waited for outside at once.
        self._is_slow = False
        #: How many attempts were made, for who wants to see whether a lane gets anywhere.
        self.attempts = 0

    def run(self) -> None:
        """Send what there is, until there is nothing more, something fails, or others are to have their turn."""
        until = time.monotonic() + TURN_SECONDS
        while not self._lanes.is_over.is_set() and time.monotonic() < until:
            if not self._step():
                return

    def _step(self) -> bool:
        """Send a batch; return whether there may be more."""
        if not self._is_open():
            return False
        with self._lanes.transaction() as session:
            outcome = self._send(session)
        return outcome if isinstance(outcome, bool) else self._wait(outcome)

    def _is_open(self) -> bool:
        """Return whether the endpoint is connected; that it can't be is an attempt, too."""
        began, at = time.monotonic(), self._lanes.now()
        try:
            if self._url:
                self.posting.open(self._url)
        except (TargetRefused, Unanswered) as refused:
            with self._lanes.transaction() as session:
                endpoint = self._load(session)
                if endpoint is not None and endpoint.url == self._url:
                    unsent = Sent(endpoint.next_sequence)
                    self._store(session, endpoint, [_failed(unsent, refused.reason, at, began)])
            return False
        return True

    def _load(self, session: Session) -> Endpoint | None:
        return endpoints.load(session, self._webhook, self._lanes.now())

    def _send(self, session: Session) -> "bool | _Awaited":
        """Send what comes next and store what became of it; return what is awaited, or whether there may be more."""
        endpoint = self._load(session)
        if endpoint is None or endpoint.url != self._url:
            self._url = "" if endpoint is None else endpoint.url
            return endpoint is not None
        # One event alone tries whether it works again.
        limit = 1 if self._is_slow or endpoint.standing.tries else BATCH
        items = endpoints.next_items(session, endpoint, limit, self._lanes.now())
        attempts: list[Attempt] = []
        until = time.monotonic() + SENDING_SECONDS
        for item in items:
            began, at = time.monotonic(), self._lanes.now()
            attempt = self._sent(endpoint, item, at, began)
            if isinstance(attempt, str):
                stored = self._store(session, endpoint, attempts)
                return True if stored is None or attempt == CLOSED else _Awaited(stored, item, at, began)
            attempts.append(attempt)
            if not attempt.outcome.is_delivered or time.monotonic() > until:
                break
        stored = self._store(session, endpoint, attempts)
        is_taken = bool(attempts) and attempts[-1].outcome.is_delivered
        # Less than was asked for is all that there was; what comes meanwhile, the loop sees.
        return stored is None or (is_taken and (len(items) == limit or endpoint.request is not None))

    def _sent(self, endpoint: Endpoint, item: Item, at: datetime, began: float) -> "Attempt | str":
        """Send an event; return what became of it, or that it is awaited, or that its connection was closed."""
        headers = signatures.headers(endpoint.secrets, str(item.id), int(time.time()), item.document)
        try:
            self.posting.send(item.document, headers)
            crash.point("delivery.in_sending")
            answer = None if self._is_slow else self.posting.answer(PATIENCE_SECONDS)
        except Unanswered as unanswered:
            # What was kept too long is opened anew, and the event sent again.
            return CLOSED if unanswered.reason == CLOSED else _failed(item, unanswered.reason, at, began)
        return "awaited" if answer is None else _answered(item, answer, at, began)

    def _wait(self, awaited: _Awaited) -> bool:
        """Wait for an answer, and store it; return whether there may be more."""
        item, at, began = awaited.item, awaited.at, awaited.began
        try:
            answer = self.posting.answer(TOTAL_SECONDS)
            attempt = _failed(item, "timed_out", at, began) if answer is None else _answered(item, answer, at, began)
        except Unanswered as unanswered:
            if unanswered.reason == CLOSED:
                return True
            attempt = _failed(item, unanswered.reason, at, began)
        self._is_slow = attempt.seconds > PATIENCE_SECONDS
        with self._lanes.transaction() as session:
            stored = self._store(session, awaited.endpoint, [attempt])
        return stored is None or attempt.outcome.is_delivered

    def _store(self, session: Session, endpoint: Endpoint, attempts: list[Attempt]) -> Endpoint | None:
        self.attempts += len(attempts)
        stored = endpoints.store(session, endpoint, attempts, self._lanes.now())
        if attempts:
            crash.point("delivery.before_commit")
        return stored


def _answered(item: Item, answer: Answer, at: datetime, began: float) -> Attempt:
    outcome = rules.outcome_of(answer.status, answer.retry_after, at)
    return Attempt(item, outcome, at, time.monotonic() - began, answer.body)


def _failed(item: Item, reason: str, at: datetime, began: float) -> Attempt:
    return Attempt(item, Outcome(reason), at, time.monotonic() - began)
