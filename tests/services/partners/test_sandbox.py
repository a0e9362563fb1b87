"""A sandbox receives events about fictitious people in the published form, and no events about real people."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import jsonschema
import pytest

from deploy.cli import servers
from services.partners.overview.sandbox.rules import path_of_nobody
from shared.events import published
from shared.events.envelope import schema_address
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


def test_its_key_reads_the_path_of_nobody_and_plays_another(told: Told, sandbox: ToldAgency) -> None:
    first = sandbox.feed()
    assert [each["type"].rpartition(".")[0].removeprefix("org.casepath.") for each in first][:3] == [
        "intake.contact.opened",
        "intake.consent.granted",
        "intake.referral.sent",
    ]
    developer = Client(told.partners.door, token=sandbox.key, service=told.partners.service_class, registered=False)
    played = developer.told("POST", f"/v1/agencies/{sandbox.id}/fictitious-cases", {"people": 1})
    assert len(sandbox.feed()) == len(first) + played["events"]
    assert len({each["subject"] for each in sandbox.feed()}) == 2


def test_nobody_real_is_told_to_a_sandbox_whatever_they_consent_to(told: Told, sandbox: ToldAgency) -> None:
    before, case = len(sandbox.feed()), told.case()
    told.consent(case, sandbox)
    told.hear(case, "case.closed", {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []})
    assert len(sandbox.feed()) == before


def test_an_agency_of_real_people_is_told_of_nobody_fictitious(told: Told) -> None:
    shelter = told.agency()
    assert told.operator.ask("POST", f"/v1/agencies/{shelter.id}/fictitious-cases", {"people": 1}).status_code == 409


def test_what_is_made_up_has_the_published_form() -> None:
    for event in path_of_nobody(uuid4(), date(2026, 3, 2), iter(uuid4, None)):
        schema: Any = json.loads(published.schema(schema_address(event.source, event.name, event.version)) or b"")
        jsonschema.validate(event.data, schema, format_checker=jsonschema.FormatChecker())
