"""Queries from one service to another, made by a background job and never while handling a request or an event.

A row marks a case that needs a query. A loop takes the row and sends the query outside any transaction. It then passes
the answer to the service's action, in a transaction that has the case locked, and deletes the row. A failed query is
retried with an increasing pause. An erasure deletes the row with the case, and a later answer is dropped.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.access.permissions import NotFound
from shared.encryption import KeyDestroyed, KeyStoreAway
from shared.events.contract import Emits
from shared.events.envelope import new_id
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import FeedAway, FeedReader
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry.logs import logger

POLL_SECONDS = 1.0
#: The first pause before a failed query is retried, in seconds of real time. Each pause is twice the one before.
FIRST_RETRY, LONGEST_RETRY = 2, 3600

log = logger()
#: The document in the other service's answer.
Answer = Mapping[str, str | None]


@dataclass(frozen=True)
class Inquiring:
    """A query: `record` is the service's `PendingInquiry`, and `address` has the case's id in `{case}`.

    `answered` stores an answer (session, case, document), with the case locked by `lock`.
    """

    record: Any
    source: str
    address: str
    lock: Callable[[Session, UUID], int]
    answered: Callable[[Session, UUID, Answer], None]


def ask(session: Session, record: Any, case: UUID) -> None:
    """Request a query about a case soon. If one is in progress, request another, because its answer can be outdated."""
    new = insert(record).values(case_id=case, asked=new_id(), tries=0, next_at=func.now())
    anew = {name: new.excluded[name] for name in ("asked", "tries", "next_at")}
    session.execute(new.on_conflict_do_update(index_elements=[record.case_id], set_=anew))


class Inquirer(Loop):
    """A loop that sends pending queries.

    It runs on every replica, and two replicas never send the same query at once.
    """

    def __init__(self, database: Database, emits: Emits, reader: FeedReader, inquiring: Inquiring) -> None:
        """Store the service to query, and what to do with an answer."""
        self._database = database
        self._emits = emits
        self._reader = reader
        self._inquiring = inquiring
        table = inquiring.record.__tablename__
        self._is_any_due = database.whether_any(f"select from {table} where next_at <= now()")
        super().__init__(self.ask_all, pause=POLL_SECONDS, passing=(SQLAlchemyError, KeyStoreAway))

    def report(self, error: Exception) -> None:
        """Log a permanent error. A transient error is retried without a log entry."""
        if not isinstance(error, KeyStoreAway) and not is_passing(error):
            log.error("inquiry.failed", exc_info=error)

    def ask_all(self) -> int:
        """Send all pending queries, unless the loop has to stop. Return how many were answered."""
        answered = 0
        if not self._is_any_due():
            return 0
        while not self.is_stopping and (taken := self._take()) is not None:
            answered += self._ask(*taken)
        return answered

    def _take(self) -> tuple[UUID, UUID] | None:
        """Return the case that has waited longest, and the id of its query.

        Postpone it until the answer can have arrived.
        """
        record = self._inquiring.record
        waiting = select(record.case_id, record.asked, record.tries).where(record.next_at <= func.now())
        with self._database.transaction() as session:
            first = waiting.order_by(record.next_at, record.case_id).limit(1).with_for_update(skip_locked=True)
            row = session.execute(first).first()
            if row is None:
                return None
            later = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, _seconds(row.tries))
            mine = update(record).where(record.case_id == row.case_id)
            session.execute(mine.values(tries=row.tries + 1, next_at=later))
        return row.case_id, row.asked

    def _ask(self, case: UUID, asked: UUID) -> bool:
        inquiring = self._inquiring
        try:
            answer = json.loads(self._reader.ask(inquiring.source, inquiring.address.format(case=case)))
        except (FeedAway, ValueError) as error:
            log.info("inquiry.unanswered", reason=str(error))
            return False
        record = inquiring.record
        with self._database.transaction(ORIGIN.holding(Origin(self._emits, correlation=asked))) as session:
            try:
                inquiring.lock(session, case)
                gone = delete(record).where(record.case_id == case, record.asked == asked).returning(record.case_id)
                if session.execute(gone).first() is None:
                    return False
                inquiring.answered(session, case, answer)
            except (NotFound, KeyDestroyed):
                # Erased meanwhile: the row was deleted too. Or the case is not here yet: the row waits.
                session.rollback()
                return False
        return True


def _seconds(tries: int) -> int:
    return int(min(FIRST_RETRY * 2 ** min(tries, 20), LONGEST_RETRY))
