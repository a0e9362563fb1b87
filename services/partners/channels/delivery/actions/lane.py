"""One endpoint's lane: read a batch, send it, store the results; in order, and at least once.

A short transaction decides what can be sent, and another one stores the attempts. No transaction is open while events
are sent and responses are read, so that an ending never waits for a receiver. Before each event the lane checks whether
anything has ended for the agency since it decided. If so, it drops the rest of the batch and decides again.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.channels.delivery import rules
from services.partners.channels.delivery.actions import endpoint as endpoints
from services.partners.channels.delivery.actions.endpoint import Attempt, Endpoint, Sent
from services.partners.channels.delivery.actions.source import Item
from services.partners.channels.delivery.rules import Outcome
from shared.outbound import Posting, TargetRefused, Unanswered, signatures
from shared.outbound.posting import CLOSED
from shared.store.database import Database
from shared.telemetry import crash

Clock: TypeAlias = Callable[[], datetime]
#: The maximum number of events that are decided together, and the seconds after which the rest is decided again.
BATCH, SENDING_SECONDS = 50, 0.25
#: After a response that took longer than this (seconds), one event is decided at a time.
SLOW_SECONDS: Final = 0.05
#: After this time (seconds) a lane makes room for others. It continues at once if no other endpoint waits.
TURN_SECONDS: Final = 2.0
#: The number of lanes with an open transaction, of all agencies. An agency has one at most.
TURNS: Final = 6


@dataclass
class Lanes:
    """The shared state of all lanes: the limits on their transactions, and the flag that stops them."""

    database: Database
    now: Clock
    is_over: threading.Event = field(default_factory=threading.Event)
    _turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(TURNS))
    _turn_of: dict[UUID, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    @contextmanager
    def transaction(self, agency: UUID) -> Iterator[Session]:
        """Return a session when this lane's turn comes: first within its agency, then among all agencies."""
        with self._turn_of[agency], self._turns, self.database.transaction() as session:
            yield session


@dataclass(frozen=True)
class _Batch:
    """Events that were decided together; `is_whole`: nothing more waited when they were read."""

    endpoint: Endpoint
    items: Sequence[Item]
    is_whole: bool


class Lane:
    """The delivery to one endpoint."""

    def __init__(self, lanes: Lanes, agency: UUID, webhook: UUID, posting: Posting) -> None:
        """Store the endpoint; nothing is opened before `run`."""
        self.agency = agency
        self.posting = posting
        self._lanes = lanes
        self._webhook = webhook
        self._url = ""
        #: The last response was slow.
        self._is_slow = False
        #: The number of attempts so far. The loop uses it to detect a lane without progress.
        self.attempts = 0

    def run(self) -> None:
        """Send events until none is left, an attempt fails, or the turn ends."""
        until = time.monotonic() + TURN_SECONDS
        while not self._lanes.is_over.is_set() and time.monotonic() < until:
            if not self._step():
                return

    def _step(self) -> bool:
        """Send a batch; return whether there may be more."""
        if not self._is_open():
            return False
        with self._lanes.transaction(self.agency) as session:
            batch = self._read(session)
        if batch is None:
            return bool(self._url)
        # control: H-AGENCY-1 no-outside-byte-in-a-transaction
        attempts, is_cut_short = self._send(batch)
        if attempts:
            with self._lanes.transaction(self.agency) as session:
                stored = self._store(session, batch.endpoint, attempts)
            if stored is None or not attempts[-1].outcome.is_delivered:
                # Settings that changed meanwhile are loaded again. A failed event waits for its next attempt.
                return stored is None
        return is_cut_short or len(attempts) < len(batch.items) or not batch.is_whole

    def _is_open(self) -> bool:
        """Return whether the endpoint is connected. A failed connection is stored as an attempt."""
        began, at = time.monotonic(), self._lanes.now()
        try:
            if self._url:
                self.posting.open(self._url)
        except (TargetRefused, Unanswered) as refused:
            with self._lanes.transaction(self.agency) as session:
                endpoint = self._load(session)
                if endpoint is not None and endpoint.url == self._url:
                    unsent = Sent(endpoint.next_sequence)
                    self._store(session, endpoint, [_failed(unsent, refused.reason, at, began)])
            return False
        return True

    def _load(self, session: Session) -> Endpoint | None:
        return endpoints.load(session, self._webhook, self._lanes.now())

    def _read(self, session: Session) -> _Batch | None:
        """Decide what is sent next; None without an endpoint, or if its address differs from the open connection."""
        endpoint = self._load(session)
        if endpoint is None or endpoint.url != self._url:
            self._url = "" if endpoint is None else endpoint.url
            return None
        endpoint = endpoints.pass_over(session, endpoint)
        # A failing endpoint gets one event to test whether it works again.
        limit = 1 if self._is_slow or endpoint.standing.tries else BATCH
        items = endpoints.next_items(session, endpoint, limit, self._lanes.now())
        # A request reads its remainder each time and is deleted when it is complete.
        is_whole = not items or (len(items) < limit and endpoint.request is None)
        return _Batch(endpoint, items, is_whole)

    def _send(self, batch: _Batch) -> tuple[list[Attempt], bool]:
        """Send events outside any transaction; return the attempts, and whether the rest must be decided again."""
        attempts: list[Attempt] = []
        until = time.monotonic() + SENDING_SECONDS
        for item in batch.items:
            if self._lanes.is_over.is_set() or not endpoints.may_still_send(self._lanes.database, batch.endpoint):
                return attempts, True
            attempt = self._sent(batch.endpoint, item)
            if attempt is None:
                return attempts, True
            attempts.append(attempt)
            if not attempt.outcome.is_delivered or time.monotonic() > until:
                break
        return attempts, False

    def _sent(self, endpoint: Endpoint, item: Item) -> Attempt | None:
        """Send an event and wait for the response; None if the receiver had closed the idle connection."""
        began, at = time.monotonic(), self._lanes.now()
        headers = signatures.headers(endpoint.secrets, str(item.id), int(time.time()), item.document)
        try:
            self.posting.send(item.document, headers)
            crash.point("delivery.in_sending")
            answer = self.posting.answer()
        except Unanswered as unanswered:
            # The idle connection was closed: open it again and send the event again.
            return None if unanswered.reason == CLOSED else _failed(item, unanswered.reason, at, began)
        seconds = time.monotonic() - began
        self._is_slow = seconds > SLOW_SECONDS
        return Attempt(item, rules.outcome_of(answer.status, answer.retry_after, at), at, seconds, answer.body)

    def _store(self, session: Session, endpoint: Endpoint, attempts: list[Attempt]) -> Endpoint | None:
        self.attempts += len(attempts)
        stored = endpoints.store(session, endpoint, attempts, self._lanes.now())
        if attempts:
            crash.point("delivery.before_commit")
        return stored


def _failed(item: Item, reason: str, at: datetime, began: float) -> Attempt:
    return Attempt(item, Outcome(reason), at, time.monotonic() - began)
