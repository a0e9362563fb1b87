"""One service's clocks on a database, and the time that they go by."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared import deadlines
from shared.deadlines.time_source import TimeSource
from shared.deadlines.timers import Timers
from shared.events.contract import Emits
from shared.exchange.eventlog import ORIGIN, Origin, event_log
from shared.store.database import Database

EMITS = Emits("intake", *deadlines.EVENTS)
Told = list[tuple[str, str | None]]


def lock_subject(session: Session, subject: UUID) -> int:
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:subject, 1))"), {"subject": str(subject)})
    return 0


class ServiceClocks:
    """One service's clocks, and the time that they go by."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.subject = uuid4()
        self.clock = TimeSource(movable=True)

    def at(self, instant: str) -> None:
        """Set the time, and let nothing happen yet."""
        with self.database.transaction() as session:
            self.clock.move(session, datetime.fromisoformat(instant).replace(tzinfo=UTC))

    def go(self, instant: str, *, replicas: int = 1) -> None:
        """Go on to an instant, and let everything happen that is due by then."""
        self.at(instant)
        handlers = deadlines.timer_handlers(lock_subject)
        firing = [
            threading.Thread(target=Timers(self.database, self.clock, EMITS, handlers).fire_due)
            for _ in range(replicas)
        ]
        for each in firing:
            each.start()
        for each in firing:
            each.join()

    def do(self, action: Callable[..., Any], *arguments: Any, timed: bool = True) -> Any:
        with self.database.transaction(ORIGIN.holding(Origin(EMITS, correlation=uuid4()))) as session:
            lock_subject(session, self.subject)
            now = {"now": self.clock.now(session)} if timed else {}
            return action(session, self.subject, *arguments, **now)

    def start(self, jurisdiction: str, code: str, begins: str | date | datetime) -> UUID:
        found: UUID = self.do(deadlines.start, jurisdiction, code, begins)
        return found

    def told(self) -> Told:
        """What was announced of the subject, in order: verb and due date."""
        wanted = select(event_log.c.name, event_log.c.data).where(event_log.c.subject == self.subject)
        with self.database.transaction() as session:
            rows = session.execute(wanted.order_by(event_log.c.serial)).all()
        return [(row.name.removeprefix("clock."), row.data.get("due_on")) for row in rows]

    def data(self, verb: str) -> list[dict[str, Any]]:
        wanted = select(event_log.c.data).where(
            event_log.c.subject == self.subject, event_log.c.name == f"clock.{verb}"
        )
        with self.database.transaction() as session:
            return list(session.execute(wanted.order_by(event_log.c.serial)).scalars())

    def waiting(self) -> int:
        """How many timers are set, or failed and wait for another try."""
        with self.database.transaction() as session:
            return int(session.execute(text("select count(*) from timers")).scalar_one())

    def shown(self) -> dict[str, Any]:
        with self.database.transaction() as session:
            (found,) = deadlines.of_subject(session, self.subject)
        return found
