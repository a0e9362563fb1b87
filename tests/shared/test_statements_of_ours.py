"""Statements that are written once, rows that go into a table together, and statements that each stand alone."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Text, Uuid, bindparam, cast, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.audit.trail import audit_log
from shared.deadlines.facts import facts
from shared.http import Reply, route
from shared.store.conditions import is_one_of
from shared.store.database import Database
from shared.store.many_rows import AT_ONCE, insert_rows
from shared.store.written_once import WrittenOnce
from tests.kit.statements import statements

pytestmark = pytest.mark.integration
#: What a text of SQL would have to escape.
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

    with pytest.raises(ValueError, match="as a whole or not at all"):
        route("POST", "/v1/things", action="thing.change", only_reads=True)(change)
