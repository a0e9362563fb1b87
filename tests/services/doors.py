"""One service's door on databases of its own, with a case in it, and staff who ask."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from deploy.cli import servers
from services.registry import parts_of
from shared import encryption
from shared.access import break_glass, exclusions
from shared.access.supervisions import supervisions
from shared.access.tokens import STAFF, Verifier, issue, new_key, public_set
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption.ring import new_ring
from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.store.database import Database, engine_for
from shared.store.migration import migrate

KEY = new_key(STAFF)
RING = new_ring("first")


@dataclass
class House:
    """One service, behind its door."""

    name: str
    database: Database
    clock: TimeSource
    door: RequestPipeline
    plan: Any
    service_class: Any
    case: UUID = field(default_factory=uuid4)

    def staff(self, *roles: str) -> "Asking":
        """Give somebody without a part in the case."""
        return Asking(self, uuid4(), roles)

    def member(self, role: str, *, lead: bool = False) -> "Asking":
        """Give somebody on the case's team."""
        found = self.staff(role)
        team = self.plan.migrations.metadata[-1].tables["case_team"]
        with self.database.transaction() as session:
            session.execute(insert(team).values(case_id=self.case, member=found.subject, role=role, lead=lead))
        return found

    def supervisor_of(self, member: "Asking") -> "Asking":
        """Give a supervisor of somebody."""
        found = self.staff("supervisor")
        with self.database.transaction() as session:
            session.execute(insert(supervisions).values(supervisor=found.subject, member=member.subject))
        return found

    def break_glass(self, who: "Asking") -> None:
        """Open the case to somebody for an hour."""
        with self.database.transaction() as session:
            break_glass.keep(session, uuid4(), self.case, who.subject, datetime.now(UTC) + timedelta(hours=1))

    def exclude(self, who: "Asking") -> None:
        """Let the person not want somebody near the case."""
        with self.database.transaction() as session:
            exclusions.keep(session, exclusions.Exclusion(uuid4(), self.case, "worker", who.subject, None))

    def move_clock(self, to: datetime) -> None:
        """Set the domain's clock."""
        with self.database.transaction() as session:
            self.clock.move(session, to)

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Give what the service announced, in order."""
        with self.database.transaction() as session:
            rows = session.execute(select(event_log.c.name, event_log.c.data).order_by(event_log.c.serial)).all()
        return [(row.name, row.data) for row in rows]

    def everything(self) -> str:
        """Give every row of every table as the database would dump it, bytes in words and in hexadecimal."""
        with self.database.transaction() as session:
            tables = session.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars()
            rows = [session.execute(text(f'select * from "{each}"')).all() for each in tables]  # noqa: S608 - its own names
        return "".join(_written(value) for table in rows for row in table for value in row)


def _written(value: Any) -> str:
    return f"{value.decode(errors='replace')}{value.hex()}" if isinstance(value, bytes) else f"{value!r}"


@dataclass
class Asking:
    """A member of staff at the door."""

    house: House
    subject: UUID
    roles: tuple[str, ...]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Ask below the case; a path that begins with a slash is asked as it is."""
        told = path if path.startswith("/") else f"/v1/cases/{self.house.case}/{path}".rstrip("/")
        built = EnvironBuilder(
            path=told,
            method=method,
            data=None if body is None else json.dumps(body),
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {issue(KEY, subject=str(self.subject), roles=list(self.roles))}",
                "Idempotency-Key": str(uuid4()),
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        kind = self.house.service_class
        served = {name: getattr(kind, name) for name in dir(kind) if hasattr(getattr(kind, name), "route")}
        rules = [Rule(each.route.path, methods=[each.route.method], endpoint=name) for name, each in served.items()]
        name, values = Map(rules).bind("localhost").match(told.partition("?")[0], method)
        service = kind()
        service.edge = self.house.door
        found: Response = served[name](service, Request(built.get_environ()), **values)
        return found

    def told(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> dict[str, Any]:
        """Ask, and read a reply that must have this status."""
        reply = self.ask(method, path, body, **headers)
        said = reply.get_data(as_text=True)
        assert reply.status_code == status, said
        found: dict[str, Any] = json.loads(said) if said else {}
        return found


@contextmanager
def house(name: str, postgres: servers.PostgresServer, jurisdiction: str = "NL") -> Iterator[House]:
    """Give a service with one open case."""
    store, key_store = f"{name}{uuid4().hex[:8]}", f"{name}keys{uuid4().hex[:8]}"
    for database, kind in ((store, parts_of(name)[0].migrations), (key_store, encryption.MIGRATIONS)):
        postgres.create_database(database)
        migrate(kind, postgres.database_url(database))
    database, key_engine = (
        Database(engine_for(postgres.database_url(store))),
        engine_for(postgres.database_url(key_store), pool_size=4),
    )
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    database.provide(encryption.KEYS, encryption.Keys(key_engine, encryption.FileRing(RING), name))
    module = import_module(f"services.{name}.service")
    plan, verifier = module.PLAN, Verifier(json.dumps(public_set([KEY])))
    door = RequestPipeline(database, clock, verifier, plan.following.emits, plan.access, plan.cases)
    found = House(name, database, clock, door, plan, module.SERVICE)
    with database.transaction() as session:
        known = {"version": 1, "jurisdiction": jurisdiction, "status": "open"}
        session.execute(insert(plan.migrations.metadata[-1].tables["cases"]).values(id=found.case, **known))
    yield found
    database.engine.dispose()
    key_engine.dispose()
