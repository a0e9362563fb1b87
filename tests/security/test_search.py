"""A search behaves the same for names known elsewhere, and is audited in each case that it found."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine

from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Keys
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, edge_of, told
from tests.kit.intake.cases import opened
from tests.kit.intake.merges import joined
from tests.kit.intake.names import found, named

pytestmark = [pytest.mark.security, pytest.mark.integration]
KNOWN_ELSEWHERE, UNKNOWN = "Ruxandra Vranceanu", "Kostadin Miroslavi"


@pytest.fixture
def door(database: Database, own_keys: Keys) -> RequestPipeline:
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    return edge_of(database, clock=clock)


@contextmanager
def sent() -> Iterator[list[tuple[str, str]]]:
    """Yield every statement of this process with its parameters, while the block lasts."""
    statements: list[tuple[str, str]] = []

    def add(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, repr(parameters)))

    event.listen(Engine, "before_cursor_execute", add)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", add)


@pytest.mark.promise("SEC-15")
def test_a_search_sends_the_same_statements_whether_or_not_others_know_the_name(door: RequestPipeline) -> None:
    others, worker = Client(door, "caseworker"), Client(door, "caseworker")
    theirs = [named(others) for _ in range(3)]
    own = named(worker, {"kind": "called_by", "name": "Danail, fictitious"})
    asked = {}
    for name in (KNOWN_ELSEWHERE, UNKNOWN, KNOWN_ELSEWHERE):
        with sent() as asked[name]:
            assert found(worker, name) == []
    texts = {name: [statement for statement, _ in statements] for name, statements in asked.items()}
    assert texts[KNOWN_ELSEWHERE] == texts[UNKNOWN]
    # No statement names a case of others, so none reads their rows.
    parameters = "".join(written for statements in asked.values() for _, written in statements)
    assert not any(case in parameters for case in theirs)
    assert own in parameters


@pytest.mark.promise("SEC-15")
def test_who_looks_for_duplicates_sends_the_same_statements_too(door: RequestPipeline) -> None:
    others, worker = Client(door, "caseworker"), Client(door, "caseworker")
    named(others)
    texts = []
    for case in (named(worker), named(worker, {"kind": "called_by", "name": "Kostadin Miroslavi Lebedinsko"})):
        with sent() as statements:
            assert told(worker.ask("GET", f"/v1/cases/{case}/duplicates"))["duplicates"] == []
        texts.append([statement for statement, _ in statements])
    assert texts[0] == texts[1]


def noted(database: Database, case: str) -> list[tuple[str, str, int]]:
    with database.transaction() as session:
        rows = text("select action, actor, status from audit_log where subject = :case order by number")
        return [tuple(row) for row in session.execute(rows, {"case": UUID(case)})]


@pytest.mark.promise("SEC-16")
def test_a_search_stands_in_the_audit_of_each_case_that_it_found(door: RequestPipeline, database: Database) -> None:
    worker = Client(door, "caseworker")
    case, other = named(worker), named(worker, {"kind": "called_by", "name": "Danail, fictitious"})
    before = noted(database, case), noted(database, other)
    assert found(worker, KNOWN_ELSEWHERE) == [(case, "same")]
    assert noted(database, case)[len(before[0]) :] == [("person.search", str(worker.subject), 200)]
    assert noted(database, other) == before[1], "it was not found"
    with database.transaction() as session:
        everything = "".join(session.scalars(text("select audit_log::text from audit_log")))
    assert "ruxandra" not in everything.casefold()


@pytest.mark.promise("SEC-16")
def test_whoever_is_shown_a_likely_duplicate_stands_in_its_audit(door: RequestPipeline, database: Database) -> None:
    worker = Client(door, "caseworker")
    case, other = named(worker), named(worker)
    assert len(told(worker.ask("GET", f"/v1/cases/{case}/duplicates"))["duplicates"]) == 1
    assert noted(database, other)[-1] == ("duplicate.read", str(worker.subject), 200)


def test_whom_a_person_excluded_finds_the_merged_case_by_no_name(door: RequestPipeline) -> None:
    worker, cousin = Client(door, "caseworker"), Client(door, "caseworker")
    case, other = named(worker), opened(worker)
    for joining in (case, other):
        member = {"member": str(cousin.subject), "role": "caseworker"}
        told(worker.ask("POST", f"/v1/cases/{joining}/team", member), 201)
    assert found(cousin, KNOWN_ELSEWHERE) == [(case, "same")]
    joined(worker, other, case)
    excluded = {"kind": "worker", "member": str(cousin.subject)}
    told(worker.ask("POST", f"/v1/cases/{other}/exclusions", excluded), 201)
    assert found(cousin, KNOWN_ELSEWHERE) == []
    assert found(worker, KNOWN_ELSEWHERE) == [(case, "same")]
