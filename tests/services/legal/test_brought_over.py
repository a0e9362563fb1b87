"""A migration turns the records of earlier releases into facts. The periods stay, and old ones are not published."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import Connection

from deploy.cli import servers
from services.legal.cases.deadline.actions import KEEPING
from services.legal.service import PARTS
from shared import deadlines
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.exchange.eventlog import ORIGIN, Origin
from shared.store.database import Database, engine_for
from shared.store.migration import _migrating
from tests.kit import databases

pytestmark = pytest.mark.integration

BEFORE = ("mechanism@head", "legal_0019")


@contextmanager
def brought_over(
    postgres: servers.PostgresServer,
    *statements: tuple[str, dict[str, object]],
) -> Iterator[Database]:
    """Create a database of an earlier release with rows, and migrate it."""
    name = f"legal_{uuid4().hex[:12]}"
    postgres.create_database(name)
    with _migrating(PARTS.migrations, postgres.owner_url(name)) as (config, connection):
        for target in BEFORE:
            command.upgrade(config, target)
        for statement, values in statements:
            _insert(connection, statement, values)
    databases.migrated_anew(postgres, name, PARTS.migrations)
    database = Database(engine_for(postgres.database_url(name)))
    database.provide(TIME_SOURCE, TimeSource(movable=True))
    try:
        yield database
    finally:
        database.engine.dispose()


def _insert(connection: Connection, table: str, values: dict[str, object]) -> None:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"insert into {table} ({names}) values ({places})"), values)  # noqa: S608 - its own names


def test_a_limit_closed_wrongly_by_the_previous_release_is_reopened(
    postgres: servers.PostgresServer,
) -> None:
    case, now = uuid4(), datetime(2026, 11, 30, 12, tzinfo=UTC)
    incident = {"happened": "2021-03", "learnt": "2026-02-01", "codes": "{}", "withdrawn": False}
    law = {"happened": "2026-02-01", "codes": '{"jurisdiction": "GB-EAW"}', "withdrawn": False}
    person = {**law, "codes": '{"age": "adult"}'}
    clock = {"id": uuid4(), "subject": case, "jurisdiction": "GB-EAW", "code": "GB.CICA", "kind": "limitation"}
    passed = {"state": "passed", "due_on": "2023-03-01", "began_on": "2021-03-01", "began": "2021-03"}
    kept = {"key": "GB-EAW/GB.CICA/", "rule_version": "2012-11-27", "verify": True, "late_filing": True}
    rows = (
        ("cases", {"id": case, "version": 3, "jurisdiction": "GB-EAW", "status": "open"}),
        *(
            ("heard_facts", {"id": uuid4(), "revision": 1, "case_id": case, "kind": kind, **said})
            for kind, said in (("law", law), ("person", person), ("first_incident", incident))
        ),
        ("clocks", {**clock, **passed, **kept}),
        ("derivations", {"case_id": case, "derived_at": now, "adopting": False}),
    )
    with brought_over(postgres, *rows) as database:
        with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
            assert session.scalars(text("select owner from timers where name = 'adopt'")).all() == [case]
            KEEPING.derive(session, case, now)
            found = session.execute(
                text("select name, data->>'takes_back' from event_log where data->>'code' = 'GB.CICA'")
            ).all()
            [limit] = [each for each in deadlines.of_subject(session, case) if each["code"] == "GB.CICA"]
        assert (limit["state"], limit["due_on"], limit["other_due_on"]) == ("doubtful", "2023-03-01", None)
        assert "clock.doubtful" in {name for name, _takes_back in found}
        assert "passed" in {takes_back for _name, takes_back in found}
