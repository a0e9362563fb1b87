"""Every route x every role x every relation to the case: the result is as the access table says.

The tests are generated from the access table and from OpenAPI, so that a new route, role, need or relation cannot be
forgotten.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Response

from deploy.cli import servers
from services.registry import parts_of
from shared.access.permissions import Need, Relation
from shared.access.tokens import SERVICE_ROLE, STAFF, Principal
from shared.http import routes_of
from shared.reference import codes
from tests.kit.access_matrix import LETS_IN, PASSED, Matrix, Threshold, settle
from tests.kit.harness import harness

pytestmark = pytest.mark.integration

SERVICES = ("intake", "legal", "support")
ROLES = sorted(codes("staff_role"))
#: A service's own query about a case: legal requests the month of a birth in a job, for a child's limits.
NEAR_A_CASE = {"birth_month.read"}
#: The need of each word in the access table, repeated here independently of the code.
ASKED_FOR = {Need.TEAM: "team", Need.SUPERVISION: "supervision", Need.READING: "reading", Need.ANY: "any"}


@pytest.fixture(params=SERVICES, scope="module")
def matrix(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Matrix]:
    name = str(request.param)
    with harness(name, postgres, edge=Threshold) as service:
        matrix = Matrix(service)
        with service.database.transaction() as session:
            settle(session, matrix, parts_of(name)[0].migrations.metadata[-1].tables["case_team"])
        yield matrix


def seen(response: Response) -> tuple[Any, ...]:
    """Return the reply that a caller sees, without the id of the request."""
    body = {**json.loads(response.get_data(as_text=True) or "{}"), "instance": ""}
    headers = sorted((name, value) for name, value in response.headers if name != "Request-Id")
    return response.status_code, body, headers


@pytest.mark.promise("SEC-9")
@pytest.mark.hazard("H-CONFIDENTIALITY-5", control="exclusion-beats-every-role")
def test_the_relation_of_each_is_found(matrix: Matrix) -> None:
    with matrix.service.database.transaction() as session:
        for relation, person in matrix.people.items():
            who = Principal(str(person), frozenset(("caseworker",)), STAFF)
            assert matrix.service.parts.cases.admission(session, matrix.service.case, who).relation is relation


@pytest.mark.promise("SEC-8", "SEC-9")
@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="access-table")
def test_every_route_answers_every_role_in_every_relation_as_the_table_says(matrix: Matrix) -> None:
    wrong = []
    for method, path, action in matrix.operations():
        about_case = "{case}" in path
        for role in ROLES:
            need = matrix.service.parts.access[action].get(role)
            unknown = seen(matrix.answer_about_none(method, path, role)) if about_case else None
            for relation in matrix.people:
                if not about_case and relation is not Relation.NONE:
                    continue
                answer = matrix.answer(method, path, role, relation)
                lets_in = need is not None and relation.name in LETS_IN[need.name]
                is_told = not about_case or matrix.reads(role, relation)
                if answer.status_code != (PASSED if lets_in else 403 if is_told else 404):
                    wrong.append((method, path, role, relation.name, answer.status_code))
                if about_case and not lets_in and not is_told and seen(answer) != unknown:
                    wrong.append((method, path, role, relation.name, "differs from an unknown case"))
    assert wrong == []


def test_who_may_read_the_case_is_told_the_action_and_who_has_it(matrix: Matrix) -> None:
    told, wrong = 0, []
    for method, path, action in matrix.operations():
        if "{case}" not in path:
            continue
        has_it = matrix.service.parts.access[action]
        for role in ROLES:
            for relation in matrix.people:
                answer = matrix.answer(method, path, role, relation)
                if answer.status_code != 403:
                    continue
                told += 1
                problem = json.loads(answer.get_data(as_text=True))
                named = {entry["role"]: entry["relation"] for entry in problem["roles"]}
                if (problem["action"], named) != (action, {one: ASKED_FOR[need] for one, need in has_it.items()}):
                    wrong.append((method, path, role, relation.name, problem))
                if not all(one.replace("_", " ") in problem["detail"] for one in has_it):
                    wrong.append((method, path, role, relation.name, problem["detail"]))
    assert told > 100
    assert wrong == []


def test_no_role_finds_a_case_that_is_not_there(matrix: Matrix) -> None:
    found = [
        (method, path, role)
        for method, path, _action in matrix.operations()
        if "{case}" in path
        for role in ROLES
        if matrix.answer_about_none(method, path, role).status_code != 404
    ]
    assert found == []


def test_a_service_gets_where_the_table_lets_it_and_near_no_case(matrix: Matrix) -> None:
    for method, path, action in matrix.operations():
        if "{case}" in path and action not in NEAR_A_CASE:
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
