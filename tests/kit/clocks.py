"""One service's clocks on a database, the facts that they follow from, and the current time."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared import deadlines
from shared.deadlines import by_decision, facts
from shared.deadlines.facts import Fact
from shared.deadlines.keeping import Keeping
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.events.contract import Emits
from shared.exchange.eventlog import ORIGIN, Origin, event_log
from shared.store.database import Database
from tests.kit.loops import fire_together

EMITS = Emits("intake", *deadlines.EVENTS)
Told = list[tuple[str, str | None]]


def lock_subject(session: Session, subject: UUID) -> int:
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:subject, 1))"), {"subject": str(subject)})
    return 0


class ServiceClocks:
    """The clocks of one case at one service, and the current time. The subject of the periods does not matter."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.subject = uuid4()
        self.births: dict[UUID, str] = {}
        self.joined: list[UUID] = []
        self.is_known = False
        self.clock = TimeSource(movable=True)
        database.provide(TIME_SOURCE, self.clock)
        self.keeping = Keeping(
            None,
            lock_subject,
            lambda _session, case: [case, *self.joined],
            lambda _session, case: self.births.get(case),
        )

    def at(self, instant: str) -> None:
        """Set the time without firing any timer."""
        with self.database.transaction() as session:
            self.clock.move(session, datetime.fromisoformat(instant).replace(tzinfo=UTC))

    def go(self, instant: str, *, replicas: int = 1) -> None:
        """Advance to an instant, and fire everything that is due by then."""
        self.at(instant)
        handlers = deadlines.timer_handlers(self.keeping)
        fire_together(Timers(self.database, self.clock, EMITS, handlers) for _ in range(replicas))

    def do(self, action: Callable[..., Any], *arguments: Any) -> Any:
        with self.database.transaction(ORIGIN.holding(Origin(EMITS, correlation=uuid4()))) as session:
            lock_subject(session, self.subject)
            return action(session, *arguments, now=self.clock.now(session))

    def note(self, *noted: Fact) -> None:
        """Record facts in order, and derive the clocks after each."""

        def act(session: Session, fact: Fact, *, now: datetime) -> None:
            facts.note(session, fact, now=now, by=None)
            self.keeping.derive(session, fact.case, now)

        for fact in noted:
            self.do(act, fact)

    def fact(self, kind: str, happened: str | date | datetime, **codes: str) -> Fact:
        """Return a fact of the case; the code `jurisdiction` names its law."""
        written = happened if isinstance(happened, str) else happened.isoformat()
        return Fact(id=uuid4(), case=self.subject, kind=kind, happened=written, codes=codes)

    def start(self, jurisdiction: str, code: str, begins: str | date | datetime) -> UUID:
        """Start a manual period for an adult, and return the clock's id."""
        if not self.is_known:
            self.is_known = True
            self.note(self.fact("person", begins, age="adult"))
        opened = self.fact("period_opened", begins, clock=code, jurisdiction=jurisdiction)
        self.note(opened)
        with self.database.transaction() as session:
            found = session.execute(
                select(deadlines.clocks.c.id).where(
                    deadlines.clocks.c.subject == self.subject, deadlines.clocks.c.because.contains([str(opened.id)])
                )
            )
            clock: UUID = found.scalar_one()
            return clock

    def stop(self, code: str, day: str | date) -> None:
        """Stop the case's periods of a code manually."""
        self.note(self.fact("period_closed", day, clock=code))

    def decide(self, decision: Callable[..., Any], *arguments: Any) -> Any:
        """Apply a decision about a period, such as `by_decision.extend`."""

        def act(session: Session, *, now: datetime) -> Any:
            return decision(session, self.keeping, self.subject, *arguments, now=now, by=None)

        return self.do(act)

    def extend(self, clock: UUID, until: date) -> by_decision.Decided:
        found: by_decision.Decided = self.decide(by_decision.extend, clock, until)
        return found

    def pause(self, clock: UUID, since: date) -> by_decision.Decided:
        found: by_decision.Decided = self.decide(by_decision.pause, clock, since)
        return found

    def resume(self, clock: UUID, again: date) -> by_decision.Decided:
        found: by_decision.Decided = self.decide(by_decision.resume, clock, again)
        return found

    def told(self) -> Told:
        """Return what was announced of the subject, in order: verb and due date."""
        return [(verb, due_on) for verb, due_on, _ in self.told_dates()]

    def told_dates(self) -> list[tuple[str, str | None, str | None]]:
        """Return what was announced of the subject, in order: verb, safe date and the date furthest from it."""
        wanted = select(event_log.c.name, event_log.c.data).where(event_log.c.subject == self.subject)
        with self.database.transaction() as session:
            rows = session.execute(wanted.order_by(event_log.c.serial)).all()
        return [(row.name.removeprefix("clock."), row.data.get("due_on"), row.data.get("other_due_on")) for row in rows]

    def data(self, verb: str) -> list[dict[str, Any]]:
        wanted = select(event_log.c.data).where(
            event_log.c.subject == self.subject, event_log.c.name == f"clock.{verb}"
        )
        with self.database.transaction() as session:
            return list(session.execute(wanted.order_by(event_log.c.serial)).scalars())

    def waiting(self) -> int:
        """Return how many timers are set, or failed and wait for another attempt."""
        with self.database.transaction() as session:
            return int(session.execute(text("select count(*) from timers")).scalar_one())

    def all_shown(self) -> list[dict[str, Any]]:
        with self.database.transaction() as session:
            return deadlines.of_subject(session, self.subject)

    def shown(self) -> dict[str, Any]:
        (found,) = self.all_shown()
        return found

    def state_of(self, code: str) -> str:
        """Return the state of the only period of a rule."""
        (found,) = (each["state"] for each in self.all_shown() if each["code"] == code)
        return str(found)
