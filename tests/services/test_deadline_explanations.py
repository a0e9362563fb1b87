"""The explanation of a deadline over HTTP: for those who see the deadline, with the facts that they may read."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from tests.kit.agencies import works_for
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear
from tests.kit.intake.cases import OPEN
from tests.kit.statements import listing, statements

pytestmark = pytest.mark.integration

STEP = {
    "stage": "referred",
    "authority": "GB.SCA",
    "received_on": "2026-04-02",
    "occurred_on": "2026-04-02",
    "made_elsewhere": True,
}


@pytest.fixture
def intake(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("intake", postgres, "GB-EAW") as found:
        opening = {**OPEN, "jurisdiction": "GB-EAW"}
        found.case = UUID(found.staff("caseworker").told("POST", "/v1/cases", opening, 201)["id"])
        yield found


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        hear(found, ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2026-02-01"}))
        yield found


def explanation(reader: Client, clock: str) -> Any:
    return reader.told("GET", f"clocks/{clock}/explanation")


def deadlines(reader: Client, door: Harness) -> dict[str, Any]:
    return {clock["code"]: clock for clock in reader.told("GET", f"/v1/cases/{door.case}")["clocks"]}


def test_intake_explains_a_target_with_its_rule_source_and_excluded_days(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    step = worker.told("POST", "identification", STEP, 201)["id"]
    shown = deadlines(worker, intake)["GB.RG"]
    found = explanation(worker, shown["id"])
    assert found["deadline"] == shown
    assert found["rule"]["version"] == shown["rule_version"]
    assert found["rule"]["source"]
    [reading] = found["readings"]
    assert (reading["due_on"], reading["length"]) == (shown["due_on"], "5WD")
    assert {"day": "2026-04-03", "reason": "Good Friday"} in reading["skipped"]
    [used] = found["facts"]
    assert (used["id"], used["use"], used["kind"], used["happened"]) == (step, "starts", "submission", "2026-04-02")
    assert used["kept"] == "here"
    assert {"kind": "decision", "effect": "met"}.items() <= next(
        change for change in found["changes"] if change["effect"] == "met"
    ).items()


def test_legal_explains_what_it_derives_and_asks_for_the_last_day(legal: Harness) -> None:
    adviser = legal.member("legal_adviser", lead=True)
    adviser.told("POST", "facts", {"kind": "first_incident", "happened": "2025-06-10"}, 201)
    shown = deadlines(adviser, legal)["GB.CICA"]
    found = explanation(adviser, shown["id"])
    assert found["deadline"] == shown
    assert (found["question"], found["closes"]) == ("last_incident", ["last_incident_unknown"])
    assert found["facts"][0]["happened"] == "2025-06-10"


def test_a_deadline_is_explained_only_to_readers_of_its_own_case(
    intake: Harness,
) -> None:
    worker = intake.member("caseworker", lead=True)
    worker.told("POST", "identification", STEP, 201)
    clock = deadlines(worker, intake)["GB.RG"]["id"]
    path = f"/v1/cases/{intake.case}/clocks/{clock}/explanation"
    assert intake.staff("caseworker").ask("GET", path).status_code == 404
    excluded = intake.member("caseworker")
    intake.exclude(excluded)
    assert excluded.ask("GET", path).status_code == 404
    assert worker.ask("GET", f"/v1/cases/{intake.case}/clocks/{uuid4()}/explanation").status_code == 404


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="timeline-from-the-file")
def test_another_agency_sees_the_deadline_and_none_of_the_facts_that_it_may_not_have(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    worker.told("POST", "identification", STEP, 201)
    outsider = intake.member("caseworker")
    works_for(intake.database, outsider.subject, str(uuid4()), "caseworker")
    shown = deadlines(outsider, intake)["GB.RG"]
    found = explanation(outsider, shown["id"])
    assert found["deadline"] == shown
    assert [used.keys() for used in found["facts"]] == [{"id", "use", "kept"}]
    assert [reading.get("counted_from") for reading in found["readings"]] == [None]
    assert found["withheld_categories"]


def test_a_deadline_whose_start_was_taken_back_says_that_nothing_is_left_to_explain(legal: Harness) -> None:
    adviser = legal.member("legal_adviser", lead=True)
    fact = adviser.told("POST", "facts", {"kind": "work_ended", "happened": "2026-10-20"}, 201)["id"]
    clock = deadlines(adviser, legal)["GB.ET"]["id"]
    adviser.told("POST", f"facts/{fact}/correction", {"reason": "not_so", "withdrawn": True}, 201)
    found = explanation(adviser, clock)
    assert found["deadline"]["state"] == "withdrawn"
    assert (found["facts"], found["readings"], found["question"]) == ([], [], None)


def test_an_explanation_takes_few_statements_whatever_the_case_holds(legal: Harness) -> None:
    adviser = legal.member("legal_adviser", lead=True)
    adviser.told("POST", "facts", {"kind": "work_ended", "happened": "2026-10-20"}, 201)
    clock = deadlines(adviser, legal)["GB.ET"]["id"]
    counted = []
    for _ in range(2):
        with statements() as sent:
            explanation(adviser, clock)
        counted.append(len(sent))
        adviser.told("POST", "facts", {"kind": "conciliation_begun", "happened": "2026-11-02"}, 201)
    assert counted[0] == counted[1], listing(sent)
