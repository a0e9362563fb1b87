"""A sandbox is an agency like any other: without an agreement it receives nothing, with one what is consented to."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from deploy.cli import servers
from services.partners.migrations import partners_0023
from shared.access.staff import SECOND_PERSON
from tests.kit.client import Client
from tests.kit.harness import harness
from tests.kit.told_agencies import Told, ToldAgency

pytestmark = pytest.mark.integration


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


@pytest.fixture
def sandbox(told: Told) -> ToldAgency:
    made = told.operator.told("POST", "/v1/sandboxes", {"country": "NL"}, 201)
    return ToldAgency(told.partners, made["id"], made["key"], made["key"])


def test_it_receives_nothing_without_an_agreement(told: Told, sandbox: ToldAgency) -> None:
    told.consent(told.case(), sandbox)
    assert sandbox.ask("/v1/feed").status_code == 403


def test_it_receives_what_an_agency_receives_of_the_same_consent(told: Told, sandbox: ToldAgency) -> None:
    told.agree(sandbox.id)
    agency, before = told.agency(), len(sandbox.feed())
    before_it = len(agency.feed())
    case = told.case()
    for each in (sandbox, agency):
        told.consent(case, each)
    told.hear(case, "case.closed", {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []})
    assert sandbox.types()[before:] == agency.types()[before_it:] != []


def test_it_hears_of_no_person_who_did_not_consent(told: Told, sandbox: ToldAgency) -> None:
    told.agree(sandbox.id)
    before, case = len(sandbox.feed()), told.case()
    told.hear(case, "case.closed", {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []})
    assert len(sandbox.feed()) == before


def test_no_events_are_invented_by_request(told: Told, sandbox: ToldAgency) -> None:
    developer = Client(told.partners.door, token=sandbox.key, service=told.partners.service_class, registered=False)
    path = f"/v1/agencies/{sandbox.id}/fictitious-cases"
    assert developer.told("POST", path, {"people": 1}, 409)["errors"][0]["rule"] == "played_by_staff"
    other = f"/v1/agencies/{told.agency().id}/fictitious-cases"
    assert told.operator.told("POST", other, {"people": 1}, 409)["errors"][0]["rule"] == "is_sandbox"


@pytest.mark.hazard("H-AGENCY-40", control="no-sandbox-in-production")
def test_production_refuses_to_create_one(told: Told) -> None:
    told.partners.database.provide(SECOND_PERSON, True)
    refused = told.operator.told("POST", "/v1/sandboxes", {"country": "NL"}, 409)
    assert refused["errors"][0]["rule"] == "is_for_training"


def test_the_upgrade_ends_sandboxes_of_earlier_releases(told: Told, sandbox: ToldAgency) -> None:
    agency = told.agency()
    with told.partners.database.transaction() as session:
        for statement in partners_0023.ENDING:
            session.execute(text(statement))
    assert sandbox.ask("/v1/feed").status_code == 401
    assert agency.ask("/v1/feed").status_code == 200
