"""The public documents list all event types; an agency's document lists those that its agreements can open."""

import html
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator

from deploy.cli import servers
from services.partners.streams.event_type.rules import may_hear
from shared.events import agency_schemas
from shared.events.envelope import agency_schema_address
from shared.events.outside import outside_type
from shared.reference.words import words_of_code
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

CLOSED = "org.casepath.intake.case.closed.v1"
COUNSELLING = "org.casepath.support.counselling.started.v1"
ASSESSMENT = "org.casepath.support.assessment.completed.v2"
AGENCY = "org.casepath.partners.agency.registered.v1"


AGREED = {
    "purposes": ["referral_for_support"],
    "data_categories": ["contact_safe", "health"],
    "jurisdictions": ["NL"],
    "reference": "Fictitious binder 7",
}


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as running:
        yield running


@pytest.fixture
def anybody(partners: Harness) -> Client:
    return with_key(partners, "")


def with_key(partners: Harness, key: str) -> Client:
    return Client(partners.door, token=key, service=partners.service_class, registered=False)


def types_for(client: Client) -> set[str]:
    return {row["type"] for row in client.told("GET", "/v1/event-types")["types"]}


@pytest.mark.integration
def test_anybody_reads_what_agencies_may_hear_of(anybody: Client) -> None:
    assert types_for(anybody) == agency_schemas.by_type().keys()
    assert "org.casepath.intake.case.merged.v1" not in types_for(anybody)


@pytest.mark.integration
def test_a_page_about_a_type_has_its_fields_its_codes_with_words_and_a_sample(anybody: Client) -> None:
    page = anybody.ask("GET", f"/v1/event-types/{CLOSED}").get_data(as_text=True)
    assert CLOSED in page
    assert "closed_on" in page
    assert html.escape(words_of_code("closure_reason", "goals_met", "en").label) in page
    assert anybody.ask("GET", "/v1/event-types/org.casepath.intake.case.merged.v1").status_code == 404


@pytest.mark.integration
def test_the_schema_for_agencies_is_found_by_its_address(anybody: Client) -> None:
    address = agency_schema_address("intake", "case.closed", 1)
    schema = json.loads(anybody.ask("GET", f"/v1/schemas/{address}").get_data(as_text=True))
    assert schema["$id"] == address
    assert schema["anyOf"][0]["required"] == ["closed_on"]


@pytest.mark.integration
def test_an_agency_reads_what_its_agreements_can_open(partners: Harness) -> None:
    operator = partners.staff("operator")
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    agency = operator.told("POST", "/v1/agencies", entry, 201)["id"]
    asked = {"purpose": "production", "scopes": ["reading"]}
    key = operator.told("POST", f"/v1/agencies/{agency}/keys", asked, 201)["key"]
    own = with_key(partners, str(key))
    assert types_for(own) == set()
    assert own.told("GET", "/asyncapi-agencies.json")["components"]["messages"] == {}
    agree(operator, partners.staff("data_protection_officer"), f"/v1/agencies/{agency}/agreements")
    assert {CLOSED, ASSESSMENT, AGENCY} <= types_for(own)
    assert COUNSELLING not in types_for(own)
    drawn = own.told("GET", "/asyncapi-agencies.json")["components"]["messages"]
    assert {message["name"] for message in drawn.values()} == types_for(own)


def agree(one: Client, another: Client, path: str) -> None:
    today = datetime.now(UTC).date()
    days = {"first_day": str(today), "last_day": str(today + timedelta(days=300))}
    agreement = f"{path}/{one.told('POST', path, {**AGREED, **days}, 201)['id']}"
    another.told("POST", f"{agreement}/confirmation", If_Match=another.ask("GET", agreement).headers["ETag"])


def test_an_agreement_opens_what_its_purposes_and_categories_can() -> None:
    assert hears("support", "counselling.started", 1, ["medical_care"], ["health"])
    assert not hears("support", "counselling.started", 1, ["legal_representation"], ["health"])
    assert hears("intake", "case.closed", 1, ["legal_representation"], ["identity"])
    assert hears("partners", "agency.registered", 1, [], [])
    assert hears("intake", "consent.granted", 2, [], [])


def hears(service: str, name: str, version: int, purposes: list[str], categories: list[str]) -> bool:
    kind = outside_type(service, name, version)
    return kind is not None and may_hear(kind, purposes, categories)


def test_each_sample_is_as_its_schema_says() -> None:
    for schema in agency_schemas.by_type().values():
        Draft202012Validator.check_schema(schema)
        assert [error.message for error in Draft202012Validator(schema).iter_errors(schema["examples"][0])] == []
