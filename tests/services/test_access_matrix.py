"""Every route x every role x every relation to the case: the outcome is as the access table says.

Made from the access table and from OpenAPI, so that a new route, role, need or relation can't be forgotten.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert
from werkzeug.wrappers import Response

from deploy.cli import servers
from services.registry import parts_of
from shared.access.break_glass import keep
from shared.access.exclusions import exclusions
from shared.access.permissions import Need, Relation
from shared.access.supervisions import supervisions
from shared.access.tokens import SERVICE_ROLE, STAFF, Principal
from shared.http import Reply, RequestPipeline, openapi, routes_of
from shared.reference import codes
from tests.kit.client import FOLLOWER, Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

SERVICES = ("intake", "legal", "support")
ROLES = sorted(codes("staff_role"))
#: What each need lets in, said once more and apart from the code.
LETS_IN = {
    "TEAM": {"TEAM"},
    "SUPERVISION": {"TEAM", "SUPERVISOR"},
    "READING": {"TEAM", "SUPERVISOR", "BREAK_GLASS"},
    "ANY": {"TEAM", "SUPERVISOR", "BREAK_GLASS", "NONE"},
}
PASSED = 299


class Threshold(RequestPipeline):
    """A door behind which nothing is done: whoever gets in is answered at once."""

    def _perform(self, *_request: Any, **_more: Any) -> Reply:
        return Reply(status=PASSED)


@dataclass
class Matrix:
    """One service, with a case and somebody in each relation to it."""

    service: Harness
    people: dict[Relation, UUID] = field(default_factory=lambda: {relation: uuid4() for relation in Relation})

    def operations(self) -> list[tuple[str, str, str]]:
        """Method, address and action of each guarded operation, as OpenAPI has them."""
        paths = openapi.document(self.service.service_class)["paths"]
        return [
            (method.upper(), path, operation["x-action"])
            for path, operations in paths.items()
            for method, operation in operations.items()
            if "x-action" in operation
        ]

    def ask(self, method: str, path: str, role: str, *, who: UUID | None = None, case: UUID | None = None) -> Response:
        """Ask with a role about the case or another one, as somebody without a part in it unless it says who."""
        return self._ask(method, path, self.service.staff(role, subject=who), case or self.service.case)

    def ask_as_service(self, method: str, path: str) -> Response:
        """Ask as another service does."""
        kind = self.service.service_class
        client = Client(self.service.door, SERVICE_ROLE, key=FOLLOWER, subject="legal", service=kind)
        return self._ask(method, path, client, self.service.case)

    @staticmethod
    def _ask(method: str, path: str, client: Client, case: UUID) -> Response:
        filled = re.sub(r"\{(\w+)\}", lambda name: str(case if name[1] == "case" else uuid4()), path)
        return client.ask(method, filled)


@pytest.fixture(params=SERVICES)
def matrix(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Matrix]:
    name = str(request.param)
    with harness(name, postgres, edge=Threshold) as service:
        matrix = Matrix(service)
        with service.database.transaction() as session:
            settle(session, matrix, parts_of(name)[0].migrations.metadata[-1].tables["case_team"])
        yield matrix


def settle(session: Any, matrix: Matrix, team: Any) -> None:
    """Bring everybody into their relation; the excluded one into every other too."""
    person = matrix.people
    for member in (person[Relation.TEAM], person[Relation.EXCLUDED]):
        session.execute(insert(team).values(case_id=matrix.service.case, member=member, role="caseworker", lead=True))
    for supervisor in (person[Relation.SUPERVISOR], person[Relation.EXCLUDED]):
        session.execute(insert(supervisions).values(supervisor=supervisor, member=person[Relation.TEAM]))
    for member in (person[Relation.BREAK_GLASS], person[Relation.EXCLUDED]):
        keep(session, uuid4(), matrix.service.case, member, datetime.now(UTC) + timedelta(hours=1))
    keep(session, uuid4(), matrix.service.case, person[Relation.NONE], datetime.now(UTC) - timedelta(seconds=1))
    named = {"kind": "worker", "member": person[Relation.EXCLUDED], "agency": None}
    session.execute(insert(exclusions).values(id=uuid4(), case_id=matrix.service.case, **named))


def seen(response: Response) -> tuple[Any, ...]:
    """All that a caller sees, but for the id of the request."""
    body = {**json.loads(response.get_data(as_text=True) or "{}"), "instance": ""}
    headers = sorted((name, value) for name, value in response.headers if name != "Request-Id")
    return response.status_code, body, headers


def test_the_relation_of_each_is_found(matrix: Matrix) -> None:
    with matrix.service.database.transaction() as session:
        for relation, person in matrix.people.items():
            who = Principal(str(person), frozenset(("caseworker",)), STAFF)
            assert matrix.service.parts.cases.admission(session, matrix.service.case, who).relation is relation


def test_every_route_answers_every_role_in_every_relation_as_the_table_says(matrix: Matrix) -> None:
    wrong = []
    for method, path, action in matrix.operations():
        about_case = "{case}" in path
        for role in ROLES:
            need = matrix.service.parts.access[action].get(role)
            unknown = seen(matrix.ask(method, path, role, case=uuid4())) if about_case else None
            for relation, person in matrix.people.items():
                if not about_case and relation is not Relation.NONE:
                    continue
                answer = matrix.ask(method, path, role, who=person)
                lets_in = need is not None and relation.name in LETS_IN[need.name]
                refused = 404 if about_case else 403
                if answer.status_code != (PASSED if lets_in else refused):
                    wrong.append((method, path, role, relation.name, answer.status_code))
                if about_case and not lets_in and seen(answer) != unknown:
                    wrong.append((method, path, role, relation.name, "differs from an unknown case"))
    assert wrong == []


def test_no_role_finds_a_case_that_is_not_there(matrix: Matrix) -> None:
    found = [
        (method, path, role)
        for method, path, _action in matrix.operations()
        if "{case}" in path
        for role in ROLES
        if matrix.ask(method, path, role, case=uuid4()).status_code != 404
    ]
    assert found == []


def test_a_service_gets_where_the_table_lets_it_and_near_no_case(matrix: Matrix) -> None:
    for method, path, action in matrix.operations():
        if "{case}" in path:
            assert matrix.ask_as_service(method, path).status_code == 404
        else:
            lets_in = SERVICE_ROLE in matrix.service.parts.access[action]
            assert matrix.ask_as_service(method, path).status_code == (PASSED if lets_in else 403)


def test_openapi_and_the_access_table_know_the_same_actions(matrix: Matrix) -> None:
    documented = {action for _method, _path, action in matrix.operations()}
    assert documented == matrix.service.parts.access.keys()
    assert documented == {each.action for each in routes_of(matrix.service.service_class) if each.action is not None}


def test_every_need_and_every_relation_is_tried() -> None:
    assert {each.name for each in Need} == LETS_IN.keys()
    assert {name for each in LETS_IN.values() for name in each} == {each.name for each in Relation} - {"EXCLUDED"}
