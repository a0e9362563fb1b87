"""Every route x every role x every relation to the case: the outcome is as the access table says.

Made from the access table and from OpenAPI, so that a new route, role, need or relation can't be forgotten.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from deploy.cli import servers
from services.registry import parts_of
from shared.access.break_glass import keep
from shared.access.exclusions import exclusions
from shared.access.permissions import Need, Relation
from shared.access.supervisions import supervisions
from shared.access.tokens import SERVICE_ROLE, STAFF, Principal, Verifier, issue, new_key, public_set, service_issuer
from shared.deadlines.time_source import TimeSource
from shared.http import Reply, RequestPipeline, openapi, routes_of
from shared.reference import codes
from shared.store.database import Database, engine_for
from shared.store.migration import migrate

pytestmark = pytest.mark.integration

SERVICES = ("intake", "legal", "support")
ROLES = sorted(codes("staff_role"))
STAFF_KEY, SERVICE_KEY = new_key(STAFF), new_key(service_issuer("legal"))
KEYS = json.dumps(public_set([STAFF_KEY, SERVICE_KEY]))
#: What each need lets in, said once more and apart from the code.
LETS_IN = {
    "TEAM": {"TEAM"},
    "SUPERVISION": {"TEAM", "SUPERVISOR"},
    "READING": {"TEAM", "SUPERVISOR", "GLASS"},
    "ANY": {"TEAM", "SUPERVISOR", "GLASS", "NONE"},
}
PASSED = 299
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


class Threshold(RequestPipeline):
    """A door behind which nothing is done: whoever gets in is answered at once."""

    def _perform(self, *_request: Any, **_more: Any) -> Reply:
        return Reply(status=PASSED)


@dataclass
class House:
    """One service, with a case and somebody in each relation to it."""

    name: str
    plan: Any
    service_class: Any
    door: RequestPipeline
    case: UUID = field(default_factory=uuid4)
    people: dict[Relation, UUID] = field(default_factory=lambda: {each: uuid4() for each in Relation})

    def operations(self) -> list[tuple[str, str, str]]:
        """Method, address and action of each guarded operation, as OpenAPI has them."""
        paths = openapi.document(self.service_class)["paths"]
        return [
            (method.upper(), path, operation["x-action"])
            for path, operations in paths.items()
            for method, operation in operations.items()
            if "x-action" in operation
        ]

    @cached_property
    def _served(self) -> tuple[dict[str, Any], Map]:
        """The service's entrypoints by name, and the address of each."""
        named = {name: getattr(self.service_class, name) for name in dir(self.service_class)}
        served = {name: each for name, each in named.items() if hasattr(each, "route")}
        rules = [Rule(each.route.path, methods=[each.route.method], endpoint=name) for name, each in served.items()]
        return served, Map(rules)

    def ask(self, method: str, path: str, token: str, case: UUID) -> Response:
        told = re.sub(r"\{(\w+)\}", lambda each: str(case if each[1] == "case" else uuid4()), path)
        served, addresses = self._served
        built = EnvironBuilder(path=told, method=method, headers={"Authorization": f"Bearer {token}"})
        name, values = addresses.bind("localhost").match(told, method)
        service = self.service_class()
        service.edge = self.door
        response: Response = served[name](service, Request(built.get_environ()), **values)
        return response


@pytest.fixture(params=SERVICES)
def house(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[House]:
    name = str(request.param)
    module = import_module(f"services.{name}.service")
    tables = module.PLAN.migrations.metadata[-1].tables
    store = f"{name}{uuid4().hex[:8]}"
    postgres.create_database(store)
    migrate(parts_of(name)[0].migrations, postgres.database_url(store))
    database = Database(engine_for(postgres.database_url(store)))
    plan = module.PLAN
    door = Threshold(database, TimeSource(movable=True), Verifier(KEYS), plan.following.emits, plan.access, plan.cases)
    found = House(name, plan, module.SERVICE, door)
    with database.transaction() as session:
        columns = tables["cases"].columns.keys()
        known = {key: value for key, value in CASE.items() if key in columns}
        session.execute(insert(tables["cases"]).values(id=found.case, **known))
        settle(session, found, tables["case_team"])
    yield found
    database.engine.dispose()


def settle(session: Any, house: House, team: Any) -> None:
    """Bring everybody into their relation; the excluded one into every other too."""
    person = house.people
    for member in (person[Relation.TEAM], person[Relation.EXCLUDED]):
        session.execute(insert(team).values(case_id=house.case, member=member, role="caseworker", lead=True))
    for supervisor in (person[Relation.SUPERVISOR], person[Relation.EXCLUDED]):
        session.execute(insert(supervisions).values(supervisor=supervisor, member=person[Relation.TEAM]))
    for member in (person[Relation.BREAK_GLASS], person[Relation.EXCLUDED]):
        keep(session, uuid4(), house.case, member, datetime.now(UTC) + timedelta(hours=1))
    keep(session, uuid4(), house.case, person[Relation.NONE], datetime.now(UTC) - timedelta(seconds=1))
    named = {"kind": "worker", "member": person[Relation.EXCLUDED], "agency": None}
    session.execute(insert(exclusions).values(id=uuid4(), case_id=house.case, **named))


def seen(response: Response) -> tuple[Any, ...]:
    """All that a caller sees, but for the id of the request."""
    body = {**json.loads(response.get_data(as_text=True) or "{}"), "instance": ""}
    headers = sorted((name, value) for name, value in response.headers if name != "Request-Id")
    return response.status_code, body, headers


def test_the_relation_of_each_is_found(house: House) -> None:
    with house.door._database.transaction() as session:
        for relation, person in house.people.items():
            who = Principal(str(person), frozenset(("caseworker",)), STAFF)
            assert house.plan.cases.relation(session, house.case, who) is relation


def test_every_route_answers_every_role_in_every_relation_as_the_table_says(house: House) -> None:
    wrong = []
    for method, path, action in house.operations():
        about_case = "{case}" in path
        for role in ROLES:
            need = house.plan.access[action].get(role)
            nobody = issue(STAFF_KEY, subject=str(uuid4()), roles=[role])
            unknown = seen(house.ask(method, path, nobody, uuid4())) if about_case else None
            for relation, person in house.people.items():
                if not about_case and relation is not Relation.NONE:
                    continue
                token = issue(STAFF_KEY, subject=str(person), roles=[role])
                answer = house.ask(method, path, token, house.case)
                lets_in = need is not None and relation.name in LETS_IN[need.name]
                refused = 404 if about_case else 403
                if answer.status_code != (PASSED if lets_in else refused):
                    wrong.append((method, path, role, relation.name, answer.status_code))
                if about_case and not lets_in and seen(answer) != unknown:
                    wrong.append((method, path, role, relation.name, "differs from an unknown case"))
    assert wrong == []


def test_no_role_finds_a_case_that_is_not_there(house: House) -> None:
    found = [
        (method, path, role)
        for method, path, _action in house.operations()
        if "{case}" in path
        for role in ROLES
        if house.ask(method, path, issue(STAFF_KEY, subject=str(uuid4()), roles=[role]), uuid4()).status_code != 404
    ]
    assert found == []


def test_a_service_gets_where_the_table_lets_it_and_near_no_case(house: House) -> None:
    token = issue(SERVICE_KEY, subject="legal", roles=[SERVICE_ROLE])
    for method, path, action in house.operations():
        if "{case}" in path:
            assert house.ask(method, path, token, house.case).status_code == 404
        else:
            lets_in = SERVICE_ROLE in house.plan.access[action]
            assert house.ask(method, path, token, house.case).status_code == (PASSED if lets_in else 403)


def test_openapi_and_the_access_table_know_the_same_actions(house: House) -> None:
    documented = {action for _method, _path, action in house.operations()}
    assert documented == house.plan.access.keys()
    assert documented == {each.action for each in routes_of(house.service_class) if each.action is not None}


def test_every_need_and_every_relation_is_tried() -> None:
    assert {each.name for each in Need} == LETS_IN.keys()
    assert {name for each in LETS_IN.values() for name in each} == {each.name for each in Relation} - {"EXCLUDED"}
