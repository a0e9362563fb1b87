"""Every field of a case at each service has a class, and readers get the fields that their role and relation allow."""

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from marshmallow import Schema
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from deploy.cli import servers
from services.intake.access.merging.models import CaseLink, CaseMerge
from services.intake.facts.case.rules import new_number
from services.registry import parts_of
from shared import deadlines, encryption
from shared.access.declarations import declaration_of
from shared.access.exclusions import Exclusion, keep
from shared.access.permissions import OF_THE_LEAD, SUFFICIENT, FieldClass, Sight
from shared.access.tokens import STAFF, Principal
from shared.access.views import View, categorised, classes_of, view_of, written
from shared.deadlines import fact_events, facts
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.http import routes_of
from shared.reference import codes
from shared.sealing.ring import new_ring
from shared.store.database import Database
from tests.kit import databases

pytestmark = pytest.mark.integration

#: Values for columns that accept only some words.
WORDS: dict[str, Any] = {
    "jurisdiction": "NL",
    "entitlements.profile": "NL",
    "transitions.outcomes": [{"outcome": "x", "services": ["x"]}],
    "entitlements.entitlement": "NL.REFLECTION_SHELTER",
    "cases.status": "open",
    "advice.status": "given",
    "matters.status": "opened",
    "referrals.state": "draft",
    "erasure_requests.state": "requested",
    "sharings.state": "proposed",
    "first_responders.state": "asked",
    "corrections.was": {"agency": "fictitious"},
    # Legal shows only the steps that count.
    "identification_facts.corrected": False,
}
#: The plain text of every sealed field.
SEALED = json.dumps({"immediate_safety": {"need": 1}})
#: The plain text of sealed fields with another type.
SEALED_AS = {
    "measures.answers": json.dumps({"1": 1}),
    "safety_plans.steps": json.dumps([{"part": "after", "visible": "no", "escalates": "no", "who": "person"}]),
    "counselling_aims.content": json.dumps(
        {
            "aim": "sleep_better",
            "words": "Fictitious.",
            "progress": [{"how_it_goes": "closer", "words": None, "said_on": "2026-03-02"}],
        }
    ),
    "goals.content": json.dumps(
        {
            "words": "Fictitious.",
            "steps": [{"text": "Fictitious.", "who": "person"}],
            "ratings": [{"rating": 1, "rated_on": "2026-03-02"}],
        }
    ),
}
WHOLE_CASE = ("GET", "/v1/cases/<uuid:case>")
#: The route with which each service shows a case.
READING = {
    "intake": ("services.intake.cases.lifecycle.actions.whole", "file_of"),
    "legal": ("services.legal.overview.case_file.actions", "file_of"),
    "support": ("services.support.overview.case_file.actions", "file_of"),
}
#: Values of facts, chosen so that every field of a fact is shown.
FACT: dict[str, Any] = {"codes": dict.fromkeys(fact_events.CODES, "x"), "happened": "2026-03-02", "learnt": None}
#: Parts about other cases and due items, which depend on the reader.
OF_OTHER_CASES: dict[str, dict[str, list[Any]]] = {"intake": {"links": [], "merges": [], "due": []}}

#: Columns that no view shows: for sorting and filtering of events from other services, and for a service's own work;
#: also columns that a view shows unsealed, or looks up, under another name.
SHOWN_TO_NOBODY = {
    "intake": {"exclusions.carried_from", "facts.codes", "has_team", "left_by"},
    "legal": {f"identification.{column}" for column in ("corrected", "event_id", "position", "step")}
    | {"awards.amount"},
    "support": {"language", "opened_on", "assessments.scores", "safety_plans.code_word", "services.unsafe"}
    | {"alerts.stays_inside", "entitlements.entitlement", "entitlements.profile"}
    | {"entitlement_proposals.entitlement", "entitlement_proposals.profile"},
}


@pytest.fixture(params=READING)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(service: str, postgres: servers.PostgresServer) -> Iterator[Database]:
    with databases.opened(postgres, service) as (database, _), databases.opened(postgres, databases.KEYS) as (store, _):
        database.provide(TIME_SOURCE, TimeSource(movable=True))
        database.provide(
            encryption.KEYS, encryption.Keys(store.engine, encryption.FileRing(new_ring("first")), service)
        )
        yield database


def value_of(table: str, column: Any, case: UUID) -> Any:
    """Return a value for a column, so that no part of the case is empty."""
    if column.name in ("case_id", "subject") or (table, column.name) == ("cases", "id"):
        return case
    if column.foreign_keys:
        return None
    if (table, column.name) == ("cases", "number"):
        return new_number(secrets.choice)
    if f"{table}.{column.name}" in WORDS:
        return WORDS[f"{table}.{column.name}"]
    days = {date: date(2026, 3, 2), datetime: datetime(2026, 3, 2, tzinfo=UTC)}
    made = {UUID: uuid4(), bool: True, int: 1, bytes: b"x", **days}
    if isinstance(column.type, ARRAY):
        return [made.get(column.type.item_type.python_type, "x")]
    return WORDS.get(column.name) or made.get(column.type.python_type, "x")


def fill(session: Session, service: str, case: UUID) -> None:
    """Store one row in every table of a case, including the rows that its service starts itself."""
    metadata = parts_of(service)[0].migrations.metadata[-1]
    for table in metadata.sorted_tables:
        if table.name == "cases" or "case_id" in table.columns:
            row = {each.name: value_of(table.name, each, case) for each in table.columns}
            sealed = {
                name: encryption.of(session).seal(
                    case,
                    encryption.Cell(table.name, name, row.get("id", case)),
                    SEALED_AS.get(f"{table.name}.{name}", SEALED),
                )
                for name, value in row.items()
                if isinstance(value, bytes)
            }
            session.execute(insert(table).values(**row | sealed))
    row = {each.name: value_of("clocks", each, case) for each in deadlines.clocks.columns}
    session.execute(insert(deadlines.clocks).values(**row))
    fact = {each.name: value_of("facts", each, case) for each in facts.facts.columns}
    session.execute(insert(facts.facts).values(**fact | FACT))
    heard = {each.name: value_of("heard_facts", each, case) for each in facts.heard_facts.columns}
    session.execute(insert(facts.heard_facts).values(**heard | FACT))
    keep(session, Exclusion(uuid4(), case, "worker", uuid4(), None))


def view_of_case(service: str) -> type[View]:
    """Return the schema that serialises a whole case."""
    [reply] = [route.reply for route in routes_of(parts_of(service)[1]) if (route.method, route.path) == WHOLE_CASE]
    assert isinstance(reply, type)
    return reply


def test_every_field_that_a_whole_case_declares_is_loaded_and_nothing_else(service: str, database: Database) -> None:
    case = uuid4()
    module, name = READING[service]
    with database.transaction() as session:
        fill(session, service, case)
        session.flush()
        loaded = getattr(import_module(module), name)(session, case)
        view = view_of_case(service)
        shown = written(view, {**loaded, **OF_OTHER_CASES.get(service, {})})
    shown = json.loads(json.dumps(shown, default=str))
    lists = {name: value for name, value in shown.items() if isinstance(value, list) and name in loaded}
    assert [name for name, value in lists.items() if not value] == []
    assert unshown(view, loaded) == SHOWN_TO_NOBODY.get(service, set())


def unshown(view: type[View], loaded: dict[str, Any]) -> set[str]:
    """Return the columns of a case, and of its parts, that no view shows."""
    names = loaded.keys() - view().fields.keys()
    for name, rows in loaded.items():
        part = None if name in names else view_of(view().fields[name])
        if part is not None and isinstance(rows, list):
            read = {field.attribute or key for key, field in part().fields.items()}
            names |= {f"{name}.{column}" for row in rows if isinstance(row, dict) for column in row.keys() - read}
    return names


def paths(view: type[Schema], shown: object, of: str = "") -> set[str]:
    """Yield the paths of the plain fields in a reply."""
    found: set[str] = set()
    for entry in shown if isinstance(shown, list) else [shown]:
        for name, value in entry.items() if isinstance(entry, dict) else ():
            inner = view_of(view().fields[name])
            found |= {f"{of}{name}"} if inner is None else paths(inner, value, f"{of}{name}.")
    return found


def categories_of(view: type[Schema]) -> dict[str, str | None]:
    return {path: category for path, _field, category in categorised(view)}


EVERYTHING = (None, *codes("data_category"), OF_THE_LEAD)


def test_another_agency_sees_each_category_that_it_may_have_and_no_other(service: str, database: Database) -> None:
    """The access matrix by agency: every category x every field of a whole case, compared both ways."""
    case, agency = uuid4(), uuid4()
    module, name = READING[service]
    with database.transaction() as session:
        fill(session, service, case)
        session.flush()
        loaded = {**getattr(import_module(module), name)(session, case), **OF_OTHER_CASES.get(service, {})}
    view, classes = view_of_case(service), frozenset(FieldClass)
    there, categories = paths(view, written(view, loaded)), categories_of(view)
    assert {categories[path] for path in there} >= {None, OF_THE_LEAD} - (
        {OF_THE_LEAD} if service == "support" else set()
    )
    for category in EVERYTHING:
        may_have = frozenset(() if category is None else (category,))
        shown = written(view, loaded, Sight(classes, may_have, agency))
        assert paths(view, shown) == {path for path in there if categories[path] in (None, category)}
    authors = {
        row[mark]
        for rows in loaded.values()
        if isinstance(rows, list)
        for row in rows
        for mark in AUTHORS
        if mark in row
    }
    own = written(view, loaded, Sight(classes, frozenset(), agency, frozenset(authors)))
    assert {path for path in there if path.partition(".")[0] in OWN[service]} <= paths(view, own)


#: The author of a record, and the parts that store one.
AUTHORS = ("recorded_by", "made_by", "written_by", "by", "proposed_by")
OWN = {
    "intake": {"accounts", "annotations", "consents", "consent_refusals", "facts", "notifications", "referrals"},
    "legal": {"advice", "facts", "matters"},
    "support": {
        "alerts",
        "assessments",
        "counselling",
        "measures",
        "plans",
        "safety_plans",
        "goals",
        "absences",
        "services",
        "urgent_needs",
    },
}


@pytest.mark.parametrize("name", READING)
def test_every_field_about_a_case_is_of_a_known_category_and_no_class_is_forgotten(name: str) -> None:
    for _action, view in replies_about_cases(name):
        for path, field, category in categorised(view):
            assert category in EVERYTHING, path
            is_basic = declaration_of(field).field_class is FieldClass.BASIC
            # Every role can read a fact at legal, but the fact still has a category.
            assert is_basic or category is not None, path


def test_a_whole_case_is_read_as_its_rows_are_stored(service: str, database: Database) -> None:
    """The test converts the case to JSON and back. Each part keeps its order, and none is from another case."""
    case, other = sorted((uuid4(), uuid4()))
    whole = import_module(READING[service][0]).WHOLE
    with database.transaction() as session:
        for filled in (case, other):
            fill(session, service, filled)
        if service == "intake":
            join(session, case, other)
        loaded = whole.read(session, case)
        for name, part in whole.parts.items():
            rows = session.execute(select(part.table).where(part.condition).order_by(*part.order), {"case": case})
            stored = [{key: row[key] for key in row if key != "case_id"} for row in rows.mappings()]
            assert loaded[name] == stored
            assert stored, name


def join(session: Session, case: UUID, other: UUID) -> None:
    """Link two cases of intake, and merge one into the other."""
    session.execute(insert(CaseLink).values(first_id=case, second_id=other, kind="family", linked_on=date(2026, 3, 2)))
    by, day = uuid4(), date(2026, 3, 2)
    session.execute(insert(CaseMerge).values(kept_id=case, alias_id=other, merged_by=by, merged_on=day))


def replies_about_cases(service: str) -> list[tuple[str, type[View]]]:
    """Return the action and the schema of each route that shows part of a case."""
    routes = [route for route in routes_of(parts_of(service)[1]) if route.about_case and route.action is not None]
    return [(str(route.action), route.reply) for route in routes if isinstance(route.reply, type)]


@pytest.mark.parametrize("name", READING)
def test_every_class_of_a_field_that_a_reply_shows_has_its_readers(name: str) -> None:
    visibility = parts_of(name)[0].cases.visibility
    shown = {field_class.value for _action, view in replies_about_cases(name) for field_class in classes_of(view)}
    assert shown <= visibility.classes.keys()


@pytest.mark.parametrize("name", READING)
def test_whoever_is_answered_about_a_case_sees_its_basic_fields(name: str) -> None:
    """The API description requires them in every reply, so every reader of the reply must be able to see them."""
    parts = parts_of(name)[0]
    blind = [
        (action, role, relation.name)
        for action, _view in replies_about_cases(name)
        for role, need in parts.access[action].items()
        for relation in SUFFICIENT[need]
        if FieldClass.BASIC not in parts.cases.visibility.seen(Principal("", frozenset((role,)), STAFF), relation)
    ]
    assert blind == []
