"""An attacker with the credentials of `web-public` can open only what is open to everyone."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.cli.servers import PostgresServer
from services.registry import parts_of
from services.web.public.intake import ROUTES
from shared.access import visitors
from shared.http import openapi, routes_of
from tests.kit.access_matrix import Threshold
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

SECRET = "s" * 43
VISITOR = visitors.header(SECRET, "192.0.2.7")


@pytest.fixture(params=["intake", "legal", "support", "partners"], scope="module")
def service(request: pytest.FixtureRequest, postgres: PostgresServer) -> Iterator[Harness]:
    with harness(str(request.param), postgres, edge=Threshold) as found:
        yield found


def _guarded(service: Harness) -> list[tuple[str, str]]:
    paths = openapi.document(service.service_class)["paths"]
    return [
        (method.upper(), re.sub(r"\{\w+\}", str(uuid4()), path))
        for path, operations in paths.items()
        for method, operation in operations.items()
        if "x-action" in operation
    ]


@pytest.mark.hazard("H-PUBLIC-8", control="secret-opens-nothing")
@pytest.mark.parametrize("token", [SECRET, VISITOR])
def test_the_secret_of_the_public_pages_opens_no_guarded_route(service: Harness, token: str) -> None:
    attacker = Client(service.door, "caseworker", token=token, service=service.service_class)
    statuses = {
        (method, path): attacker.ask(method, path, Casepath_Visitor=VISITOR).status_code
        for method, path in _guarded(service)
    }
    assert len(statuses) > 20
    assert {place: status for place, status in statuses.items() if status != 401} == {}


def test_the_public_pages_use_no_route_that_needs_a_token() -> None:
    guarded = {(each.method, each.path) for each in routes_of(parts_of("intake")[1]) if each.action is not None}
    assert set(ROUTES) & guarded == set()
