"""One service on its databases, behind its edge, with a case and staff who send requests."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from deploy.cli import servers
from services.intake.facts.case.rules import new_number
from services.registry import parts_of
from shared import encryption
from shared.access import break_glass, exclusions
from shared.access.supervisions import supervisions
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.outbound import OUTBOUND, Guard, Outbound, Outlets, believing
from shared.sealing.ring import new_ring
from shared.store.database import Database
from tests.kit import databases
from tests.kit.client import Client, edge_of
from tests.kit.lent_databases import lent
from tests.kit.receivers import LOOPBACK

RING = new_ring("first")
#: The trusted certificates: the system's. They are read once, because that takes 0.02 s and most of these tests need
#: none.
BELIEVED = believing("")
#: What a service knows about a case; each service has columns for a part of it.
CASE = {
    "version": 1,
    "jurisdiction": "NL",
    "status": "open",
    "source": "self",
    "channel": "phone",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": date(2026, 3, 2),
}


def keeps_cases(service: str) -> bool:
    """Return whether a service stores cases."""
    return "cases" in parts_of(service)[0].migrations.metadata[-1].tables


def add_case(session: Session, service: str, case: UUID, jurisdiction: str = "NL") -> None:
    """Store an open case in a service's own table."""
    table = parts_of(service)[0].migrations.metadata[-1].tables["cases"]
    row = {**CASE, "jurisdiction": jurisdiction, "number": new_number(secrets.choice)}
    session.execute(insert(table).values(id=case, **{name: row[name] for name in row if name in table.columns}))


@dataclass
class Harness:
    """One service with a case, behind its edge."""

    name: str
    database: Database
    clock: TimeSource
    door: RequestPipeline
    parts: Any
    service_class: Any
    case: UUID = field(default_factory=uuid4)

    def staff(self, *roles: str, subject: UUID | None = None) -> Client:
        """Return a staff member without a part in the case."""
        return Client(self.door, *roles, subject=subject, service=self.service_class, case=self.case)

    def member(self, role: str, *, lead: bool = False) -> Client:
        """Return a member of the case's team."""
        member = self.staff(role)
        team = self.parts.migrations.metadata[-1].tables["case_team"]
        with self.database.transaction() as session:
            session.execute(insert(team).values(case_id=self.case, member=member.subject, role=role, lead=lead))
        return member

    def supervisor_of(self, member: Client) -> Client:
        """Return a supervisor of a team member."""
        supervisor = self.staff("supervisor")
        with self.database.transaction() as session:
            session.execute(insert(supervisions).values(supervisor=supervisor.subject, member=member.subject))
        return supervisor

    def break_glass(self, who: Client) -> None:
        """Grant a staff member break-glass access to the case for an hour."""
        with self.database.transaction() as session:
            break_glass.keep(session, uuid4(), self.case, who.subject, datetime.now(UTC) + timedelta(hours=1))

    def exclude(self, who: Client) -> None:
        """Record that the person excludes a staff member from the case."""
        with self.database.transaction() as session:
            exclusions.keep(session, exclusions.Exclusion(uuid4(), self.case, "worker", who.subject, None))

    def move_clock(self, to: datetime) -> None:
        """Set the domain's clock."""
        with self.database.transaction() as session:
            self.clock.move(session, to)

    def announced(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the events that the service recorded, in order: name and data."""
        with self.database.transaction() as session:
            rows = session.execute(select(event_log.c.name, event_log.c.data).order_by(event_log.c.serial)).all()
        return [(row.name, row.data) for row in rows]

    def everything(self) -> str:
        """Return every row of every table as a database dump shows it, bytes as text and in hexadecimal."""
        with self.database.transaction() as session:
            tables = session.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars()
            rows = [session.execute(text(f'select * from "{name}"')).all() for name in tables]  # noqa: S608 - its own names
        return "".join(_written(value) for table in rows for row in table for value in row)


def _written(value: Any) -> str:
    return f"{value.decode(errors='replace')}{value.hex()}" if isinstance(value, bytes) else f"{value!r}"


@contextmanager
def harness(
    name: str,
    postgres: servers.PostgresServer,
    jurisdiction: str = "NL",
    *,
    edge: type[RequestPipeline] = RequestPipeline,
) -> Iterator[Harness]:
    """Open a service with one open case until the block ends."""
    with (
        lent(postgres, name) as database,
        lent(postgres, databases.KEYS) as key_database,
    ):
        clock = TimeSource(movable=True)
        database.provide(TIME_SOURCE, clock)
        database.provide(encryption.KEYS, encryption.Keys(key_database.engine, encryption.FileRing(RING), name))
        database.provide(OUTBOUND, Outbound(Guard(Outlets.read(*LOOPBACK)), BELIEVED))
        module = import_module(f"services.{name}.service")
        door = edge_of(database, module.PARTS, clock=clock, kind=edge)
        service = Harness(name, database, clock, door, module.PARTS, module.SERVICE)
        if keeps_cases(name):
            with database.transaction() as session:
                add_case(session, name, service.case, jurisdiction)
        yield service
