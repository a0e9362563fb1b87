"""What one service asks another by a call: never while it handles a request or an event, but by a job of its own.

A row says that there is something to ask about a case. A loop takes it, asks outside any transaction, and hands the
answer to the service's action in a transaction that has the case locked; then the row goes. Whatever fails is tried
again, ever more slowly. An erasure takes the row with the case, and an answer that comes after it is dropped.
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
#: An inquiry without an answer is tried again after so many seconds (of real time), each time twice as long.
FIRST_RETRY, LONGEST_RETRY = 2, 3600

log = logger()
#: The document that the other service answered with.
Answer = Mapping[str, str | None]


@dataclass(frozen=True)
class Inquiring:
    """What is asked: `record` is the service's `PendingInquiry`, `address` has the case's id in `{case}`.

    `answered` stores an answer (session, case, document), with the case locked by `lock`.
    """

    record: Any
    source: str
    address: str
    lock: Callable[[Session, UUID], int]
    answered: Callable[[Session, UUID, Answer], None]


def ask(session: Session, record: Any, case: UUID) -> None:
    """Ask about a case soon, once more if it is being asked now: that answer may be an old one."""
    new = insert(record).values(case_id=case, asked=new_id(), tries=0, next_at=func.now())
    anew = {name: new.excluded[name] for name in ("asked", "tries", "next_at")}
    session.execute(new.on_conflict_do_update(index_elements=[record.case_id], set_=anew))


class Inquirer(Loop):
    """Asks what is to be asked; any replica may, and none asks what another is asking."""

    def __init__(self, database: Database, emits: Emits, reader: FeedReader, inquiring: Inquiring) -> None:
        """Store whom it asks, and what it does with an answer."""
        self._database = database
        self._emits = emits
        self._reader = reader
        self._inquiring = inquiring
        table = inquiring.record.__tablename__
        self._is_any_due = database.whether_any(f"select from {table} where next_at <= now()")
        super().__init__(self.ask_all, pause=POLL_SECONDS, passing=(SQLAlchemyError, KeyStoreAway))

    def report(self, error: Exception) -> None:
        """Log an error that lies in the work; one of the moment is tried again in silence."""
        if not isinstance(error, KeyStoreAway) and not is_passing(error):
            log.error("inquiry.failed", exc_info=error)

    def ask_all(self) -> int:
        """Ask all that is to be asked now, unless it is time to stop; return how many were answered."""
        answered = 0
        if not self._is_any_due():
            return 0
        while not self.is_stopping and (taken := self._take()) is not None:
            answered += self._ask(*taken)
        return answered

    def _take(self) -> tuple[UUID, UUID] | None:
        """Return the case that waits longest, and which inquiry it is; put off until it will have been answered."""
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
                # Erased meanwhile, or not here yet: the row went with it, or waits.
                session.rollback()
                return False
        return True


def _seconds(tries: int) -> int:
    return int(min(FIRST_RETRY * 2 ** min(tries, 20), LONGEST_RETRY))
