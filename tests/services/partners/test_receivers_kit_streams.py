"""The receivers' kit on real streams of partners: the cases that the safety of a person depends on."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.cli import servers
from tests.kit.agency_kit import LANGUAGES, following, serving_partners
from tests.kit.harness import harness
from tests.kit.told_agencies import Told

CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}
REOPENED = {"reason": "new_information", "reopened_on": "2026-03-02"}
pytestmark = [pytest.mark.integration, pytest.mark.parametrize("language", LANGUAGES)]


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def test_a_persons_path_from_consent_to_erasure_reaches_every_handler(
    language: str, told: Told, tmp_path: Path
) -> None:
    shelter, case, other = told.agency(), told.case(), told.case()
    consent = told.consent(case, shelter)
    told.consent(other, shelter)
    told.hear(case, "case.closed", CLOSED)
    with serving_partners(shelter) as url:
        with following(language, url, tmp_path, shelter.key) as program:
            program.wait_for([("received", 1), ("received", 2), ("received", 3)])
            told.withdraw(case, shelter, consent)
            program.wait_for([("withdrawn", 4)])
        told.hear(other, "case.closed", CLOSED)
        told.hear(other, "erasure.ordered", {"request": str(uuid4()), "reason": "person_asked"})
        with following(language, url, tmp_path, shelter.key) as program:
            program.wait_for([("withdrawn", 4), ("redacted", 5), ("erased", 6)])
        people = [json.loads(line[3]).get("subject") for line in program.lines()]
        assert people[0] == people[2] == people[3] != people[1]
        assert people[4:] == [None, people[1]], "the placeholder names no person"


def test_new_ids_after_a_breach_reach_the_handler(language: str, told: Told, tmp_path: Path) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    with serving_partners(shelter) as url:
        with following(language, url, tmp_path, shelter.key) as program:
            program.wait_for([("received", 1)])
        told.officer.told("POST", f"/v1/agencies/{shelter.id}/pseudonym-rotations", {"reason": "breach"})
        told.hear(case, "case.reopened", REOPENED)
        with following(language, url, tmp_path, shelter.key) as program:
            program.wait_for([("received", 1), ("received", 2)])
    first, renamed, second = program.lines()
    assert renamed[:3] == ["renamed", json.loads(first[3])["subject"], json.loads(second[3])["subject"]]


def test_a_wrong_key_and_a_suspended_agreement_stop_it(language: str, told: Told, tmp_path: Path) -> None:
    shelter = told.agency()
    with serving_partners(shelter) as url:
        with following(language, url, tmp_path, "cpk_wrong") as program:
            code, message = program.ended()
        assert (code, "401" in message) == (1, True)
        [agreement] = told.officer.ask("GET", f"/v1/agencies/{shelter.id}/agreements").get_json()["agreements"]
        path = f"/v1/agencies/{shelter.id}/agreements/{agreement['id']}/suspension"
        told.operator.told("POST", path, {"reason": "data_breach"})
        with following(language, url, tmp_path, shelter.key) as program:
            code, message = program.ended()
        assert (code, "403" in message) == (1, True)
