"""What earlier releases kept of a case becomes facts: the same periods follow, and nothing long over is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import Connection

from deploy.cli import servers
from services.legal.deadline.actions import KEEPING
from services.legal.service import PARTS
from shared import deadlines
from shared.deadlines import facts
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.exchange.eventlog import ORIGIN, Origin, event_log
from shared.store.database import Database, engine_for
from shared.store.migration import _migrating
from tests.kit import databases

pytestmark = pytest.mark.integration

BEFORE = ("mechanism_0020", "legal_0004")
NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)


@contextmanager
def brought_over(
    postgres: servers.PostgresServer,
    *statements: tuple[str, dict[str, object]],
    before: tuple[str, ...] = BEFORE,
) -> Iterator[Database]:
    """Make a database as a release before had it, with rows, and migrate it."""
    name = f"legal_{uuid4().hex[:12]}"
    postgres.create_database(name)
    with _migrating(PARTS.migrations, postgres.owner_url(name)) as (config, connection):
        for target in before:
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


def rows_of(case: UUID) -> tuple[tuple[str, dict[str, object]], ...]:
    detection, matter = uuid4(), uuid4()
    days = {"earliest_incident_on": "2024-06-10", "work_ended_on": "2025-01-10", "withdrawn": False}
    step = {
        "event_id": uuid4(),
        "case_id": case,
        "position": 7,
        "stage": "reasonable_grounds",
        "outcome": "negative",
        "authority": "GB.SCA",
        "occurred_on": None,
        "received_on": "2026-03-10",
        "made_elsewhere": True,
        "step": uuid4(),
        "corrected": False,
    }
    claimed = {"status": "applied", "opened_on": "2026-03-01", "applied_on": "2026-03-15", "late": False}
    at_a_tribunal = {
        **claimed,
        "remedy": "GB.EMPLOYMENT_TRIBUNAL",
        "opened_on": "2025-02-01",
        "applied_on": "2025-03-01",
    }
    began = {"began_on": "2024-06-10", "due_on": "2026-06-10", "verify": True, "late_filing": True}
    clock = {"id": uuid4(), "subject": case, "jurisdiction": "GB-EAW", "code": "GB.CICA", "kind": "limitation"}
    stopped = {"rule_version": "2012-11-27", "state": "stopped"}
    return (
        ("cases", {"id": case, "version": 3, "jurisdiction": "GB-EAW", "status": "open"}),
        ("detection_facts", {"detection": detection, "case_id": case, **days}),
        ("identification_facts", step),
        ("identification_facts", {**step, "event_id": uuid4(), "step": uuid4(), "corrected": True}),
        ("matters", {"id": matter, "case_id": case, "remedy": "GB.CICA", **claimed}),
        ("matters", {**at_a_tribunal, "id": uuid4(), "case_id": case}),
        ("clocks", {**clock, **began, **stopped}),
    )


def test_what_was_kept_becomes_facts_and_what_is_long_over_is_not_told_again(postgres: servers.PostgresServer) -> None:
    case = uuid4()
    with brought_over(postgres, *rows_of(case)) as database:
        with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
            found = {(each.kind, each.happened) for each in facts.standing(session, [case])}
            assert found == {
                ("law", "unknown"),
                ("first_incident", "2024-06-10"),
                ("work_ended", "2025-01-10"),
                ("decision", "unknown"),
                ("claim", "2025-03-01"),
                ("claim", "2026-03-15"),
            }
            KEEPING.derive(session, case, NOW)
            told = session.execute(text("select data->>'code', name from event_log")).all()
            states = {each["code"]: each["state"] for each in deadlines.of_subject(session, case)}
        assert (states["GB.ET"], states["GB.ET_CONTRACT"]) == ("met", "passed")
        assert {"GB.ET", "GB.ET_CONTRACT"} & {code for code, _name in told} == set()
        assert ("GB.RECONSIDER", "clock.started") in told
        # The last incident is not known: it may be later than the claim that had closed the limit.
        assert states["GB.CICA"] == "doubtful"
        assert ("GB.CICA", "clock.doubtful") in told


def test_each_case_is_derived_soon_its_facts_are_built_again_and_the_birth_is_asked_for(
    postgres: servers.PostgresServer,
) -> None:
    case = uuid4()
    with brought_over(postgres, *rows_of(case)) as database, database.transaction() as session:
        asked = "select owner, name from timers union all select case_id, 'birth' from birth_inquiries"
        assert session.execute(text(asked)).all() == [(case, "derive"), (case, "birth")]
        built = session.execute(text("select projection, state from rebuilds order by projection")).all()
        assert built == [("agency_grounds", "waiting"), ("facts", "waiting")]
        assert session.execute(event_log.select()).all() == []


def test_a_limit_that_the_release_before_had_closed_wrongly_is_derived_again_and_reopened(
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
    with brought_over(postgres, *rows, before=("mechanism@head", "legal_0019")) as database:
        with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
            assert session.execute(text("select owner, name from timers")).all() == [(case, "derive")]
            KEEPING.derive(session, case, now)
            found = session.execute(
                text("select name, data->>'takes_back' from event_log where data->>'code' = 'GB.CICA'")
            ).all()
            [limit] = [each for each in deadlines.of_subject(session, case) if each["code"] == "GB.CICA"]
        assert (limit["state"], limit["due_on"], limit["other_due_on"]) == ("doubtful", "2023-03-01", None)
        assert "clock.doubtful" in {name for name, _takes_back in found}
        assert "passed" in {takes_back for _name, takes_back in found}
