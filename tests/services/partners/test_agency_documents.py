"""The documents for agencies: only the routes that a key opens, each with a typed body."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.cli import servers
from services.partners.service import ACCESS, SERVICE
from shared.access.tokens import AGENCY_ROLES
from shared.http import openapi
from tests.kit.agency_keys import agency_asks, with_key
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        yield found


def document(partners: Harness) -> dict[str, Any]:
    found: dict[str, Any] = with_key(partners, "").told("GET", "/openapi-agencies.json")
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_the_agencies_document_has_exactly_the_routes_that_a_key_opens(partners: Harness) -> None:
    whole = operations(openapi.document(SERVICE))
    theirs = {action for action, roles in ACCESS.items() if AGENCY_ROLES & roles.keys()}
    own = operations(document(partners))
    with_action = {each["operationId"] for each in own if "x-action" in each}
    assert with_action == {each["operationId"] for each in whole if each.get("x-action") in theirs}
    assert {tuple(scheme) for each in own for scheme in each["security"]} == {(), ("agencyKey",)}
    assert list(document(partners)["components"]["securitySchemes"]) == ["agencyKey"]
    assert len(own) < len(whole) / 2


def test_every_success_body_at_partners_has_a_named_schema() -> None:
    bare = [
        each["operationId"]
        for each in operations(openapi.document(SERVICE))
        for status, response in each["responses"].items()
        if status.startswith("2")
        and response.get("content", {}).get("application/json", {}).get("schema") == {"type": "object"}
    ]
    assert bare == []


def test_a_change_answers_with_the_id_that_the_document_states(partners: Harness) -> None:
    agency, administrator = agency_asks(partners, "administering")
    path = f"/v1/agencies/{agency}/subscription"
    assert administrator.told("PUT", path, {}) == {"id": agency}


def test_the_agencies_page_lists_those_routes_only(partners: Harness) -> None:
    page = with_key(partners, "").ask("GET", "/docs/agencies").get_data(as_text=True)
    assert "/v1/agency/agreements" in page
    assert "/v1/keys/rotation" not in page
    assert "/v1/rebuilds" not in page


def test_a_refused_key_is_not_told_to_sign_in(partners: Harness) -> None:
    for malformed in ("cpk_", "cpk_x", "cpk_x_y"):
        refused = with_key(partners, malformed).ask("GET", "/v1/agency").get_json()
        token = with_key(partners, "nonsense").ask("GET", "/v1/agency").get_json()
        assert refused["status"] == token["status"] == 401
        assert refused["type"] == token["type"]
        assert refused["detail"] != token["detail"]
