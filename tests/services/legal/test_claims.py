"""A claim or a conciliation names the decision that it answers if there are several, and can be corrected to do so."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear

pytestmark = pytest.mark.integration

TODAY = "2026-11-30T12:00:00+00:00"


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(TODAY)
        hear(found, ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2026-02-01"}))
        yield found


def recorded(adviser: Client, kind: str, happened: str, **more: Any) -> str:
    return str(adviser.told("POST", "facts", {"kind": kind, "happened": happened, **more}, 201)["id"])


def applied(adviser: Client, remedy: str, status: int = 200, **body: Any) -> tuple[str, Any]:
    """Open a matter and record its application; return the matter, and the reply."""
    matter = str(adviser.told("POST", "matters", {"remedy": remedy}, 201)["id"])
    reply = adviser.told("POST", f"matters/{matter}/application", body, status, If_Match=version_of(adviser))
    return matter, reply


def version_of(adviser: Client) -> str:
    return str(adviser.ask("GET", "").headers["ETag"])


def states(adviser: Client, code: str) -> dict[str, str]:
    """Return the state of each period of a rule, by the fact that starts it."""
    clocks = adviser.told("GET", "")["clocks"]
    return {clock["because"][0]: clock["state"] for clock in clocks if clock["code"] == code}


@pytest.mark.hazard("H-DEADLINE-4", control="claim-names-its-start")
def test_a_claim_against_one_of_two_employers_is_refused_with_the_choices(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    one, other = recorded(adviser, "work_ended", "2026-09-05"), recorded(adviser, "work_ended", "2026-09-20")

    _matter, refused = applied(adviser, "GB.EMPLOYMENT_TRIBUNAL", 422)
    [error] = refused["errors"]
    assert (error["field"], error["rule"]) == ("about", "says_what_it_answers")
    assert one in error["message"]
    assert other in error["message"]
    assert set(states(adviser, "GB.ET").values()) == {"running"}

    _matter, reply = applied(adviser, "GB.EMPLOYMENT_TRIBUNAL", about=one)
    assert reply["limitation"] == "in_time"
    assert states(adviser, "GB.ET") == {one: "met", other: "running"}
    assert states(adviser, "GB.ET_CONTRACT") == {one: "running", other: "running"}


def test_a_claim_without_an_employer_leaves_both_limits_open_once_two_are_known(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    one = recorded(adviser, "work_ended", "2026-09-05")
    matter, _reply = applied(adviser, "GB.EMPLOYMENT_TRIBUNAL")
    assert states(adviser, "GB.ET") == {one: "met"}
    other = recorded(adviser, "work_ended", "2026-09-20")
    assert states(adviser, "GB.ET") == {one: "doubtful", other: "doubtful"}

    body = {"reason": "wrong_code", "about": other}
    adviser.told("POST", f"matters/{matter}/correction", body, 201, If_Match=version_of(adviser))
    assert states(adviser, "GB.ET") == {one: "running", other: "met"}


@pytest.mark.parametrize("decision_first", [True, False])
def test_a_request_may_be_older_than_a_decision_of_an_unknown_day_in_either_order(
    legal: Harness, decision_first: bool
) -> None:
    adviser = legal.member("legal_adviser")
    days = {"occurred_on": None, "received_on": "2026-11-20"}
    said = {"stage": "conclusive_grounds", "outcome": "negative", "reconsidered": None, "authority": None}
    decision = {"step": str(uuid4()), "jurisdiction": "GB-EAW", "made_elsewhere": True, **said, **days}
    request = {"stage": "conclusive_grounds", "ground": "other", "requested_on": "2026-11-01"}

    def hear_of_the_decision() -> None:
        hear(legal, ("identification.decided", decision))

    def record_the_request() -> None:
        adviser.told("POST", "reconsiderations", request, 201)

    steps = [hear_of_the_decision, record_the_request]
    for take in steps if decision_first else reversed(steps):
        take()
    assert set(states(adviser, "GB.RECONSIDER").values()) == {"undated"}


def test_a_claim_that_names_something_else_is_refused(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    work, incident = recorded(adviser, "work_ended", "2026-09-05"), recorded(adviser, "first_incident", "2026-01-05")
    _matter, refused = applied(adviser, "GB.EMPLOYMENT_TRIBUNAL", 422, about=incident)
    assert [error["rule"] for error in refused["errors"]] == ["answers_what_it_names"]
    assert work in refused["errors"][0]["message"]


@pytest.mark.hazard("H-DEADLINE-4", control="claim-names-its-start")
def test_a_conciliation_names_its_employer_and_a_certificate_its_conciliation(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    one, other = recorded(adviser, "work_ended", "2026-09-05"), recorded(adviser, "work_ended", "2026-09-20")
    begun = {"kind": "conciliation_begun", "happened": "2026-11-20"}
    refused = adviser.told("POST", "facts", begun, 422)
    assert [error["rule"] for error in refused["errors"]] == ["says_what_it_answers"]
    first = recorded(adviser, **begun, about=one)
    second = recorded(adviser, "conciliation_begun", "2026-11-21", about=other)

    certified = {"kind": "conciliation_certified", "happened": "2026-11-25"}
    refused = adviser.told("POST", "facts", certified, 422)
    assert all(each in refused["errors"][0]["message"] for each in (first, second))
    recorded(adviser, **certified, about=second)
    due = {
        clock["because"][0]: clock["due_on"] for clock in adviser.told("GET", "")["clocks"] if clock["code"] == "GB.ET"
    }
    # A month from 20 November, as if certified at once; a month from 25 November.
    assert due == {one: "2026-12-20", other: "2026-12-25"}


def test_the_only_conciliation_of_a_case_need_not_be_named(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    recorded(adviser, "work_ended", "2026-09-05")
    recorded(adviser, "conciliation_begun", "2026-11-20")
    recorded(adviser, "conciliation_open", "2026-11-30")
    [clock] = [clock for clock in adviser.told("GET", "")["clocks"] if clock["code"] == "GB.ET"]
    assert (clock["due_on"], clock["other_due_on"], clock["state"]) == ("2026-12-30", "2027-03-12", "running")


def test_a_compensation_claim_without_a_known_last_incident_leaves_the_limit_open(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    recorded(adviser, "first_incident", "2025-03-01")
    _, reply = applied(adviser, "GB.CICA")
    assert reply["limitation"] == "not_met"
    assert set(states(adviser, "GB.CICA").values()) == {"doubtful"}
    recorded(adviser, "last_incident", "2026-11-01")
    assert set(states(adviser, "GB.CICA").values()) == {"met"}
