"""All services with cases in one process, on real databases: each one's events are applied by the others immediately.

One thread does everything, so that a history runs the same way each time. There is no broker: followers read the feeds,
in the order of the log.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from werkzeug.wrappers import Response

from deploy.cli.servers import PostgresServer
from services.partners.agencies.agency.actions import register_named_by_law
from services.partners.streams.stream.actions.history import Histories
from services.partners.streams.stream.actions.own_events import OwnEvents
from shared import encryption
from shared.access.agencies import ALERTED
from shared.casework.inquiries import Inquirer
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.events.envelope import Event
from shared.exchange import eventlog
from shared.exchange.feed import FeedAway, Page
from shared.exchange.follower.apply import Application
from shared.http import RequestPipeline, denials
from shared.outbound import OUTBOUND, Guard, Outbound, Outlets, believing
from shared.privacy.erasure.eraser import Eraser
from shared.store.database import Database
from tests.kit import databases
from tests.kit.client import Client, edge_of
from tests.kit.harness import RING
from tests.kit.lent_databases import _as_new
from tests.kit.logfeed import LogFeed
from tests.kit.receivers import LOOPBACK

SERVICES: Final = ("intake", "legal", "support", "partners")
#: More rounds than any chain of reactions needs; a history that needs more never settles.
_ROUNDS: Final = 40
#: More events than any step of a history publishes.
_ALL: Final = 5_000
_SERVICE_ROLE: Final = "service"


class Feeds(LogFeed):
    """The feeds of all services without the network."""

    def __init__(self, world: "World") -> None:
        """Store the world that owns the feeds."""
        self._world = world

    def fetch(self, source: str, *, after: int, limit: int = 200, subject: UUID | None = None) -> Page:
        """Return a page of a source's log."""
        if source not in self._world.services:
            return Page([], 0, [])
        return LogFeed(self._world.services[source].database).fetch(source, after=after, limit=limit, subject=subject)

    def ask(self, source: str, path: str) -> bytes:
        """Return the response of another route for services."""
        answer = self._world.services[source].asker.ask("GET", path)
        if answer.status_code != 200:
            raise FeedAway(f"status {answer.status_code}")
        return answer.get_data()


@dataclass
class Service:
    """One service: its databases, its edge, and its background loops."""

    name: str
    database: Database
    door: RequestPipeline
    parts: Any
    kind: Any
    clock: TimeSource
    stores: tuple[str, ...]
    application: Application = field(init=False)
    loops: tuple[Any, ...] = ()
    asker: Client = field(init=False)
    #: The position up to which the other services have applied its events.
    told_to: int = 0
    #: The number of rows of each of these tables at the beginning of a history.
    begins_at: dict[str, int] = field(default_factory=dict)


class World:
    """The services, and the events in transit between them."""

    def __init__(self) -> None:
        """Start without services."""
        self.services: dict[str, Service] = {}
        #: The position of each agency's stream at the beginning of a history.
        self.streams_begin_at: dict[str, int] = {}
        self.clients: dict[str, Client] = {}
        self._clean: list[tuple[psycopg.Connection[Any], Any]] = []
        self._feeds = Feeds(self)

    def add(self, service: Service, keys: encryption.Keys) -> None:
        """Add a service with its background loops."""
        database, emits = service.database, service.parts.following.emits
        service.application = Application(database, service.parts.following)
        loops: list[Any] = [Timers(database, service.clock, emits, service.parts.on_timer).fire_due]
        if service.parts.erasing:
            loops.append(Eraser(database, keys, emits, service.parts.erasing).complete_all)
        if service.name == "legal":
            inquirers = [loop(database, emits, self._feeds) for loop in service.parts.loops]
            loops += [each.ask_all for each in inquirers if isinstance(each, Inquirer)]
        if service.name == "partners":
            loops += [OwnEvents(database, emits).put_all, Histories(database, emits, self._feeds).tell_all]
        service.loops = tuple(loops)
        self.services[service.name] = service

    def settle(self, changed: Collection[str] = SERVICES) -> None:
        """Process everything that is due or in transit, in a fixed order, until nothing is left.

        `changed`: the services that can have changed since the last call.
        """
        for _ in range(_ROUNDS):
            if not changed:
                return
            changed = self._take_a_round(changed)
        raise AssertionError("the services do not come to rest")

    def _take_a_round(self, changed: Collection[str]) -> set[str]:
        """Run the loops of these services, and apply their events; return the services that applied some."""
        appliers = set[str]()
        for source in sorted(changed, key=SERVICES.index):
            teller = self.services[source]
            for loop in teller.loops:
                loop()
            events = self._new_events(teller)
            if events:
                appliers |= self._apply(source, events)
        return appliers

    def _new_events(self, teller: Service) -> list[Event]:
        if eventlog.numbered(teller.database) == teller.told_to:
            return []
        with teller.database.transaction() as session:
            events = eventlog.read(session, teller.name, after=teller.told_to, limit=_ALL)
        teller.told_to = events[-1].position
        return events

    def _apply(self, source: str, events: Sequence[Event]) -> set[str]:
        followers = [each for each in self.services.values() if source in each.parts.following.reads.sources]
        for service in followers:
            service.application.take(source, events)
        return {service.name for service in followers}

    def move_clock(self, to: datetime) -> None:
        """Set the clock of all services."""
        for service in self.services.values():
            with service.database.transaction() as session:
                service.clock.move(session, to)

    def remember(self) -> None:
        """Store the current state as the beginning of each history."""
        self.settle()
        self._heads = {name: each.told_to for name, each in self.services.items()}
        for service in self.services.values():
            for source, head in self._heads.items():
                if source in service.application.sources:
                    # Later events were not there at the start: they are applied in batches, and not one by one.
                    service.application.note_head(source, head)
        self._clean = [(each, _as_new(each)) for each, _ in self._clean]
        for service in self.services.values():
            service.begins_at = _counted(service.database)

    def begin_again(self) -> None:
        """Restore the state at the beginning of each history."""
        for connection, statements in self._clean:
            connection.execute(statements)
        for name, service in self.services.items():
            service.told_to = self._heads[name]

    def administering(self, service: str) -> "psycopg.Connection[Any]":
        """Return the connection to a service's database with rights that the service lacks."""
        return self._clean[SERVICES.index(service) * 2][0]

    def administer(self, postgres: PostgresServer, url: str, stack: ExitStack) -> None:
        """Connect to a database as a user who can restore data that the service may not delete."""
        name = url.rpartition("/")[2]
        connection = stack.enter_context(psycopg.connect(postgres.superuser_url(name), autocommit=True))
        self._clean.append((connection, None))


@contextmanager
def opened(postgres: PostgresServer) -> Iterator[World]:
    """Open all services, each on its own databases."""
    world = World()
    with ExitStack() as stack:
        # No event is in transit when a request is sent, however slow the machine is.
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(denials, "AWAITED_SECONDS", -1)
        for name in SERVICES:
            engine, url = stack.enter_context(databases.opened_at(postgres, name))
            key_engine, key_url = stack.enter_context(databases.opened_at(postgres, databases.KEYS))
            for each in (url, key_url):
                world.administer(postgres, each, stack)
            database, clock = Database(engine), TimeSource(movable=True)
            keys = encryption.Keys(key_engine, encryption.FileRing(RING), name)
            database.provide(TIME_SOURCE, clock)
            database.provide(encryption.KEYS, keys)
            database.provide(ALERTED, None)
            database.provide(OUTBOUND, Outbound(Guard(Outlets.read(*LOOPBACK)), believing("")))
            module = import_module(f"services.{name}.service")
            door = edge_of(database, module.PARTS, clock=clock)
            service = Service(name, database, door, module.PARTS, module.SERVICE, clock, (url, key_url))
            world.add(service, keys)
            with database.transaction() as session:
                eventlog.begin_epoch_if_restored(session)
        partners = world.services["partners"]
        register_named_by_law(partners.database, partners.parts.following.emits)
        yield world


def document(reply: Response) -> Any:
    """Return the content of a response: JSON, or else its text."""
    text = reply.get_data(as_text=True)
    if not text:
        return None
    kind = reply.headers.get("Content-Type", "")
    return json.loads(text) if "json" in kind else text


def headers_of(reply: Response) -> Mapping[str, str]:
    """Return the headers of a response."""
    return dict(reply.headers)


def _counted(database: Database) -> dict[str, int]:
    """Return the number of rows in the tables of which a history's own rows are recorded."""
    with database.transaction() as session:
        tables = set(session.scalars(text("select tablename from pg_tables where schemaname = 'public'")))
        names = sorted(tables & {"event_log", "audit_log", "clocks"})
        return {name: session.execute(text(f"select count(*) from {name}")).scalar_one() for name in names}  # noqa: S608 - names of ours
