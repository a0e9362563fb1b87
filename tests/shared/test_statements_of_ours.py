"""Prepared statements, rows that are inserted together, and statements that are committed one by one."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Text, Uuid, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.audit.trail import audit_log
from shared.deadlines.facts import facts
from shared.http import Reply, route
from shared.store.conditions import is_one_of
from shared.store.database import Database, is_passing
from shared.store.statements import AT_ONCE, WrittenOnce, insert_rows, rows_into, send, together
from tests.kit.statements import statements

pytestmark = pytest.mark.integration
#: Text that SQL would have to escape.
AWKWARD = r"100%s o'clock \d{4} :name %(name)s"


def a_fact(number: int) -> dict[str, Any]:
    row = {"id": UUID(int=number + 1), "revision": 1, "case_id": UUID(int=99), "kind": "fictitious", "withdrawn": False}
    times = {"happened": "2026-03", "learnt": None, "recorded_at": datetime(2026, 3, 2, tzinfo=UTC)}
    return {**row, **times, "codes": {"stage": AWKWARD}, "about": None, "recorded_by": None}


def test_constants_stand_in_the_text_and_what_is_asked_for_is_bound(database: Database) -> None:
    asked = bindparam("asked", type_=Uuid)
    constants = literal(AWKWARD, Text).label("words"), cast(["one", "two"], ARRAY(Text)).label("list")
    statement = WrittenOnce(
        select(asked.label("asked"), *constants).where(is_one_of(literal("open"), ["open", "shut"]))
    )
    for case in (uuid4(), uuid4()):
        with statements() as sent, database.transaction() as session:
            [row] = statement.execute(session, {"asked": case}).all()
        assert tuple(row) == (case, AWKWARD, ["one", "two"])
        assert [each.text.count("%(asked)s") for each in sent] == [1]
        assert "'open'" in sent[0].text


@pytest.mark.parametrize("count", [0, 1, 2, AT_ONCE, AT_ONCE + 1])
def test_rows_go_in_together_and_a_document_is_a_document(database: Database, count: int) -> None:
    rows = [a_fact(number) for number in range(count)]
    with database.transaction() as session, statements() as sent:
        insert_rows(session, facts, rows)
        stored = session.execute(select(facts.c.id, facts.c.codes).order_by(facts.c.id)).all()
        session.rollback()
    assert [(row.id, json.loads(row.codes) if isinstance(row.codes, str) else row.codes) for row in stored] == [
        (row["id"], row["codes"]) for row in rows
    ]
    assert len(sent) == 1 + bool(rows)


def test_rows_of_two_tables_go_in_with_one_statement(database: Database) -> None:
    note = {"actor": "fictitious", "roles": "", "action": "case.read", "status": 200, "correlation": uuid4()}
    with database.transaction() as session, statements() as sent:
        with together(session):
            insert_rows(session, audit_log, [note, note])
            insert_rows(session, facts, [a_fact(1)])
        assert len(sent) == 1
        insert_rows(session, audit_log, [note])
        assert session.scalar(select(func.count()).select_from(audit_log)) == 3
        assert session.scalars(select(facts.c.id)).all() == [a_fact(1)["id"]]
        session.rollback()


def test_rows_that_were_to_go_in_together_do_not_if_what_they_come_of_fails(database: Database) -> None:
    with database.transaction() as session:
        with suppress(LookupError), together(session):
            insert_rows(session, facts, [a_fact(1)])
            raise LookupError
        assert session.scalars(select(facts.c.id)).all() == []


def test_what_is_sent_directly_fails_as_every_statement_does(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.transaction() as session:
        insert_rows(session, facts, [a_fact(1), a_fact(1)])
    assert not is_passing(refused.value)
    with pytest.raises(DBAPIError) as lost, database.transaction() as session:
        send(session, "select pg_terminate_backend(pg_backend_pid())", {})
    assert is_passing(lost.value)
    with database.transaction() as session:
        assert send(session, "select 1", {}).scalar_one() == 1


def test_of_statements_that_stand_alone_each_is_kept_though_what_follows_fails(database: Database) -> None:
    row = {"actor": "fictitious", "roles": "", "action": "case.read", "status": 200, "correlation": uuid4()}
    for begin, stored in ((database.reading, 1), (database.transaction, 0)):
        with suppress(LookupError), begin() as session:
            insert_rows(session, audit_log, [{**row, "action": begin.__name__}])
            raise LookupError
        with database.transaction() as session:
            assert len(session.execute(select(audit_log).where(audit_log.c.action == begin.__name__)).all()) == stored


def test_a_change_can_not_be_said_to_read_alone() -> None:
    def change(_call: object) -> Reply:
        """Change a thing."""
        return Reply()

    with pytest.raises(ValueError, match="POST /v1/things"):
        route("POST", "/v1/things", action="thing.change", only_reads=True)(change)


@pytest.mark.parametrize("count", [1, 2, 300])
def test_any_number_of_rows_goes_in_with_one_text_and_each_value_as_it_was(database: Database, count: int) -> None:
    rows = [a_fact(number) for number in range(count)]
    with database.transaction() as session, statements() as sent:
        session.execute(rows_into(facts, rows).on_conflict_do_nothing())
        session.execute(rows_into(facts, rows[:1]).on_conflict_do_nothing())
        stored = session.execute(select(facts).order_by(facts.c.id)).mappings().all()
        session.rollback()
    assert [{name: row[name] for name in rows[0]} for row in stored] == rows
    assert sent[0].text == sent[1].text


def test_a_value_that_a_document_does_not_carry_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        rows_into(facts, [{**a_fact(1), "about": b"sealed"}])
