"""Casework for the scenarios: cases with a team through the API, bulk inserts into intake's store, and locks."""

import contextlib
import dataclasses
import datetime as dt
import secrets
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from deploy.cli.api import Api
from services.intake.facts.case.models import Case, TeamMember
from services.intake.facts.case.rules import new_number
from services.intake.path.outreach import models as outreach
from services.intake.service import EMITS
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from shared.store.database import Database
from tests.faults.field import Field
from tests.kit.staff import register
from tests.kit.waiting import PATIENCE, wait_until

#: The target of a case's references is known only after the case was imported.
REFERRED_TO = (outreach.OutreachSession,)
CONTACT = {"jurisdiction": "NL", "source": "self", "channel": "phone", "language": "bg", "anonymous": False}
ADVICE = {
    "phase": "before_entry_decision",
    "status": "given",
    "topics": ["compensation"],
    "funding": "legal_aid",
    "language": "bg",
    "interpreter": True,
}
#: The number of cases in one transaction.
AT_ONCE = 50


class Desk:
    """A caseworker's case, and its changes at intake."""

    def __init__(self, field: Field, *, patience: float = 0.0) -> None:
        """Open a case."""
        self.field = field
        self.api = field.api("caseworker", "legal_adviser", "supervisor", patience=patience)
        self.case = UUID(self.api.post("intake", "/v1/cases", CONTACT).json()["id"])

    @property
    def path(self) -> str:
        """Return the path of the case."""
        return f"/v1/cases/{self.case}"

    def etag(self, service: str = "intake") -> str:
        """Return the current version of the case."""
        return self.api.get(service, self.path).headers["ETag"]

    def add(self, member: UUID, api: Api | None = None, *, role: str = "caseworker") -> None:
        """Add a member to the team."""
        register(self.field.database("intake"), member, role)
        body = {"member": str(member), "role": role}
        (api or self.api).post("intake", f"{self.path}/team", body)

    def remove(self, member: UUID) -> None:
        """Remove a member from the team."""
        self.api.delete("intake", f"{self.path}/team/{member}", if_match=self.etag())

    def sees(self, service: str, member: UUID) -> bool:
        """Return whether a member of staff may see the case at a service."""
        query = text("select 1 from case_team where case_id = :case and member = :member")
        with self.field.database(service).transaction() as session:
            return session.execute(query, {"case": self.case, "member": member}).first() is not None


def at_replica(field: Field, service: str, replica: int, *roles: str, **options: Any) -> Api:
    """Return a client of one replica of a service that bypasses the front."""
    targets = field.targets()
    here = {**targets.urls, service: f"http://127.0.0.1:{field._replica(service, replica).port}"}
    return Api(dataclasses.replace(targets, urls=here), roles=roles, **options)


def record_cases(field: Field, cases: int, events_each: int) -> None:
    """Bulk insert cases with their teams and events into intake's store, as its own actions would write them."""
    for first in range(0, cases, AT_ONCE):
        with field.database("intake").transaction(ORIGIN.holding(Origin(EMITS))) as session:
            for _ in range(first, min(cases, first + AT_ONCE)):
                record_case(session, events_each - 1)


def record_case(session: Any, members: int) -> UUID:
    """Insert a case that opens with an urgent need, and its team, in the caller's transaction."""
    case, today = new_id(), dt.datetime.now(dt.UTC).date()
    facts = {**CONTACT, "age": "unknown", "opened_on": today}
    session.add(Case(id=case, number=new_number(secrets.choice), status="open", version=1, **facts))
    session.flush()
    team = [{"member": uuid4(), "role": "caseworker", "lead": False} for _ in range(members)]
    session.add_all(TeamMember(case_id=case, **each) for each in team)
    opened = Announcement("contact.opened", {**facts, "urgent_needs": ["medical_emergency"]})
    eventlog.record(session, case, [opened, *(Announcement("team.member_added", each) for each in team)])
    return case


@contextlib.contextmanager
def told_to(database: Database, table: str, subject: str, body: str, *, deferred: bool = False) -> Iterator[None]:
    """Run a statement of the test in a service's store for each new or changed row, until the block ends.

    A trigger runs it. `database` is opened as the owner; `subject` is a condition on `new`, `body` is the statement in
    PL/pgSQL.
    """
    name = f"of_the_test_{uuid4().hex[:8]}"
    kind, when = ("constraint trigger", "deferrable initially deferred") if deferred else ("trigger", "")
    make = f"""
        create function {name}() returns trigger language plpgsql as $$
        begin if {subject} then {body}; end if; return new; end $$;
        create {kind} {name} after insert or update on {table} {when} for each row execute function {name}();
    """
    with database.transaction() as session:
        session.execute(text(make))
    try:
        yield
    finally:
        with database.transaction() as session:
            session.execute(text(f"drop trigger {name} on {table}; drop function {name}()"))


WAITING = text("""
    select 1 from pg_locks
    where locktype = 'advisory' and objid = :number and not granted
    and database = (select oid from pg_database where datname = current_database())
""")


def wait_for_a_waiter(database: Database, number: int, what: str, seconds: float = PATIENCE) -> None:
    """Return when a session of the store waits for the lock of `locked_out`. Others wait for other locks."""

    def waits() -> bool:
        with database.transaction() as session:
            return session.execute(WAITING, {"number": number}).first() is not None

    wait_until(waits, what, seconds)


@contextlib.contextmanager
def locked_out(database: Database, number: int) -> Iterator[None]:
    """Hold the advisory lock that a trigger of the test requests."""
    with database.engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:number)"), {"number": number})
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:number)"), {"number": number})
            connection.commit()
