"""Two real sources and a real follower on real databases; the broker and the network between them are hand-made.

One thread does everything, so that a history can be replayed step by step. Actions that run concurrently in a service
are inserted between two transactions of the follower (`Interleaved`). Others can act only there.
"""

import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from shared.exchange import deployed_version, eventlog, interventions, numbering
from shared.exchange.broker import BrokerUnsure, Delivery
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Guard
from shared.exchange.follower.apply import Application, Interrupted
from shared.exchange.interventions import Choice, NotHeld, NotThatEvent, ProtectsAPerson
from shared.exchange.relay import Relay
from shared.store.database import Database, engine_for
from shared.store.leader import Lease
from tests.faults.generated.border import Broker, Feeds
from tests.faults.generated.examination import History
from tests.faults.generated.picture import Picture, Poison, PowerCut
from tests.faults.generated.telling import FOLLOWER, SOURCES, Kind, Told, emits
from tests.kit.databases import owner_url
from tests.kit.sealing import OneKey, verifier

_EMPTY_LOG = """
    delete from event_log; delete from event_log_epochs;
    update event_log_head set position = 0; update event_log_published set position = 0;
"""
_EMPTY_FOLLOWER = """
    delete from follow_cursors; delete from follow_skipped; delete from follow_holds; delete from follow_quarantine;
    delete from follow_floors; delete from follow_reactions; delete from follow_skips; delete from follow_release;
    delete from follow_digests; delete from follow_unconfirmed; delete from follow_forgeries;
    delete from follow_doubted;
    delete from effects; delete from access; delete from shut; delete from unsound;
"""
REPLICAS = 2


class Interleaved(Database):
    """A database that lets waiting actors act between its transactions."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.others: deque[Callable[[], object]] = deque()
        self.others_act = False

    @contextmanager
    def transaction(self, **context: Any) -> Iterator[Session]:
        self._let_one_act()
        with super().transaction(**context) as session:
            yield session
        self._let_one_act()

    def _let_one_act(self) -> None:
        if self.others_act or not self.others:
            return
        self.others_act = True
        try:
            self.others.popleft()()
        finally:
            self.others_act = False


@dataclass
class Servers:
    """The databases, opened once for all histories."""

    sources: dict[str, Database]
    target: Interleaved
    leases: dict[str, Lease]
    #: As the owner of the tables, who empties them between histories.
    looking: "dict[str, psycopg.Connection[Any]]"

    @classmethod
    def at(cls, urls: dict[str, str]) -> "Servers":
        leading = {name: psycopg.connect(urls[name], autocommit=True) for name in SOURCES}
        looking = {name: psycopg.connect(owner_url(url), autocommit=True) for name, url in urls.items()}
        return cls(
            {name: Database(engine_for(urls[name])) for name in SOURCES},
            Interleaved(engine_for(urls[FOLLOWER])),
            # With separate leases: this leader is never silent long enough to lose its lease, and has no competitor.
            {name: Lease(leading[name]) for name in SOURCES},
            looking,
        )

    def let_positions_change(self) -> None:
        """Disable the trigger that protects an event's position, for sources that number incorrectly."""
        for name in SOURCES:
            self.looking[name].execute("alter table event_log disable trigger keeps_position")

    def close(self) -> None:
        for each in (*self.sources.values(), self.target):
            each.engine.dispose()
        for connection in (*self.looking.values(), *(lease.connection for lease in self.leases.values())):
            connection.close()


@dataclass
class Replica:
    """One process of the following service."""

    application: Application
    follower: Follower
    guard: Guard
    versions: int


@dataclass
class Open:
    """A transaction of a source that is still open."""

    source: str
    stack: ExitStack
    session: Session
    told: list[Told]


class World:
    """One history: everything is empty at the beginning."""

    application: type[Application] = Application

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.broker = Broker()
        self.feeds = Feeds(servers.sources)
        self.picture = Picture()
        self.history = History()
        self.open: list[Open] = []
        self.crash_at: str | None = None
        #: How often a draining process may still check its turn before the turn ends; None: without limit.
        self.asks_left: int | None = None
        self.faults = 0
        self._numbers = 0
        servers.target.others.clear()
        servers.looking[FOLLOWER].execute(_EMPTY_LOG + _EMPTY_FOLLOWER)
        for name in SOURCES:
            servers.looking[name].execute(_EMPTY_LOG)
        for each in (*servers.sources.values(), servers.target):
            with each.transaction() as session:
                eventlog.begin_epoch_if_restored(session)
        self.relays = {name: self._relay(name) for name in SOURCES}
        self.replicas = [self._process(1) for _ in range(REPLICAS)]

    def crash(self, point: str) -> None:
        """Replace `shared.telemetry.crash.point`: crash the observed process, once."""
        if self.crash_at == point and not self.servers.target.others_act:
            self.crash_at = None
            raise PowerCut

    def turn_is_over(self) -> bool:
        """Replace the clock that ends a turn of draining."""
        if self.asks_left is None:
            return False
        self.asks_left -= 1
        return self.asks_left < 0

    # The actions of the sources.

    def begin(self, source: str, subjects: Sequence[UUID], kinds: Sequence[Kind], facts: Sequence[str]) -> Open | None:
        """Record events in a transaction that stays open; return None if another one has locked one of the subjects."""
        locked = {told.subject for each in self.open for told in each.told if each.source == source}
        if locked & set(subjects):
            return None
        told = [self._next(source, *each) for each in zip(subjects, kinds, facts, strict=True)]
        ids = iter([each.id for each in told])
        stack = ExitStack()
        origin = Origin(emits(source), next_id=lambda: next(ids))
        session = stack.enter_context(self.servers.sources[source].transaction(ORIGIN.holding(origin)))
        for each in told:
            eventlog.record(session, each.subject, [each.announcement()])
        begun = Open(source, stack, session, told)
        self.open.append(begun)
        return begun

    def _next(self, source: str, subject: UUID, kind: Kind, fact: str) -> Told:
        self._numbers += 1
        return Told(uuid.UUID(int=1 << 64 | self._numbers), source, subject, kind, fact, self._numbers)

    def commit(self, begun: Open) -> None:
        self.open.remove(begun)
        begun.stack.close()
        self.history.told |= {each.id: each for each in begun.told}

    def roll_back(self, begun: Open) -> None:
        self.open.remove(begun)
        begun.session.rollback()
        begun.session.info.clear()
        begun.stack.close()

    def tell(self, source: str, subject: UUID, *kinds: Kind, fact: str = "a") -> list[Told]:
        begun = self.begin(source, [subject] * len(kinds), kinds, [fact] * len(kinds))
        if begun is None:
            return []
        self.commit(begun)
        return begun.told

    def number(self, source: str) -> None:
        with self.servers.sources[source].transaction() as session:
            eventlog.number(session)

    def publish(self, source: str, *, sure: bool = True, crash_at: str | None = None) -> int:
        """Run the relay's next step; return the number of events whose publication is certain."""
        self.crash_at = crash_at
        publisher: Any = self.broker.publisher(source, sure=sure)
        with suppress(PowerCut, BrokerUnsure):
            return self.relays[source].publish_next(self.servers.leases[source], publisher)
        self.faults += 1
        self.crash_at = None
        self.relays[source] = self._relay(source)
        return 0

    def _relay(self, source: str) -> Relay:
        return Relay(self.servers.sources[source], service=source, database_url="", amqp_uri="", sealer=OneKey(source))

    def raise_floor(self, source: str) -> None:
        """Run the relay's next step towards ignoring old rows."""
        numbering.raise_mark(self.servers.leases[source].connection, self.relays[source]._mark)

    def move_log(self, source: str) -> None:
        """Begin a new epoch, as after a failover or a copy without losses."""
        self.number(source)
        self.servers.looking[source].execute("update event_log_epochs set identity = 'before the move'")
        with self.servers.sources[source].transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        self.faults += 1

    # The actions of the follower.

    def deliver(self, replica: int, deliveries: Sequence[Delivery], *, acknowledged: bool = True) -> None:
        """Deliver a batch to a replica; it stays in the queue if the process crashes before the acknowledgement."""
        if self._watch(replica, lambda: self.replicas[replica].follower._take(deliveries)) and acknowledged:
            self.broker.inbox.remove(deliveries)

    def guard_takes(self, replica: int, deliveries: Sequence[Delivery], *, acknowledged: bool = True) -> None:
        """Deliver restrictions to a guard one by one, as its loop does."""

        def take(delivery: Delivery) -> None:
            process = self.replicas[replica]
            reading = process.guard._reader.read(delivery)
            if reading is not None and reading.event is not None:
                process.guard._take(reading.event, is_proven=reading.is_proven)

        for each in deliveries:
            if self._watch(replica, partial(take, each)) and acknowledged:
                self.broker.guard.remove([each])

    def guard_heals(self, replica: int) -> None:
        guard = self.replicas[replica].guard
        guard._swept_at = -1e9
        guard._look_at = {}
        self._watch(replica, guard._heal_when_due)

    def catch_up(self, replica: int, source: str) -> None:
        self._watch(replica, lambda: self.replicas[replica].follower._catch_up_if_there(source))

    def sweep(self, replica: int) -> None:
        follower = self.replicas[replica].follower
        follower._swept_at = -1e9
        self._watch(replica, follower._sweep_when_due)

    def drain(self, replica: int) -> None:
        self._watch(replica, self.replicas[replica].follower._drain.run_due)

    def _watch(self, replica: int, work: Callable[[], object]) -> bool:
        """Run a step of a process; return False if it crashed and a new process replaced it."""
        try:
            work()
        except PowerCut:
            self.faults += 1
            self.start(replica, self.replicas[replica].versions)
            return False
        except Interrupted:
            self.faults += 1
            return False
        finally:
            if not self.servers.target.others_act:
                self.crash_at = self.asks_left = None
                self.servers.target.others.clear()
        return True

    def start(self, replica: int, versions: int, *, careful: int | None = None) -> None:
        """Start a new process that reads the versions of its release."""
        self.replicas[replica] = self._process(versions, careful)
        self.history.versions = max(self.history.versions, versions)

    def _process(self, versions: int, careful: int | None = None) -> Replica:
        plan = self.picture.plan(versions)
        application = self.application(self.servers.target, plan)
        if careful is not None:
            application._careful = dict.fromkeys(SOURCES, careful)
        with self.servers.target.transaction() as session:
            deployed_version.retry_parked_once(session, FOLLOWER, plan.reads)
        return Replica(
            application,
            Follower(self.servers.target, plan, application, self.feeds, "", verifier()),
            Guard(self.servers.target, plan, application, self.feeds, "", verifier()),
            versions,
        )

    # The actions of operators and time, and mistakes.

    def poison(self, number: int, how: Poison) -> None:
        self.picture.poison[number] = how
        self.picture.ever_poisoned.add(number)
        self.faults += 1

    def retry(self) -> None:
        with self.servers.target.transaction() as session:
            interventions.retry(session, Choice())

    def let_time_pass(self) -> None:
        """Make every hold due that waits for a time, not for a person."""
        self.servers.looking[FOLLOWER].execute(
            "update follow_holds set next_try_at = now() where next_try_at is not null"
        )

    def skip(self, source: str, subject: UUID) -> None:
        with suppress(NotHeld, NotThatEvent, ProtectsAPerson), self.servers.target.transaction() as session:
            found = interventions.skip(session, source, subject, reason="not_needed", actor="an operator")
            self.history.skipped.add((source, found["position"]))


#: A fixture's function that makes a world of a kind, with an empty history.
Make = Callable[[type[World]], World]
