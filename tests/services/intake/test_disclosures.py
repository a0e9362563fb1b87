"""Disclosure requests by police, courts and others: recorded, decided once, and only by a role that can disclose."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.intake.access.rights.models import Disclosure
from services.intake.access.rights.rules import check_decision
from services.intake.access.rights.schemas import DecideDemand
from shared.casework.refusals import FactRefused, StepForbidden
from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.disclosures import DECISION, DEMAND, decided, demanded, joined

pytestmark = pytest.mark.integration


@pytest.fixture
def case(worker: Client) -> str:
    return opened(worker)


def test_a_demand_is_kept_with_its_decision_and_who_took_it(worker: Client, door: RequestPipeline, case: str) -> None:
    adviser = joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    decided(adviser, case, which)
    [found] = told(worker.ask("GET", f"/v1/cases/{case}/disclosures"))["disclosures"]
    assert found["basis"] == "court_order"
    assert found["decision"] == "partly_given"
    assert found["given"] == ["detection"]
    assert found["decided_by"] == str(adviser.subject)
    assert found["confirmed_by"] not in (None, str(adviser.subject))
    assert found["proposal"]["state"] == "confirmed"


def test_demand_and_decision_are_told_in_codes_alone(
    worker: Client, door: RequestPipeline, case: str, database: Database
) -> None:
    adviser = joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    decided(adviser, case, which)
    with database.transaction() as session:
        rows = select(event_log.c.name, event_log.c.data).where(event_log.c.name.like("disclosure.%"))
        events = {row.name: row.data for row in session.execute(rows)}
    assert events["disclosure.demanded"]["asked"] == ["detection", "legal_advice"]
    assert events["disclosure.decided"]["given"] == ["detection"]
    assert str(adviser.subject) not in str(events)


def test_a_demand_is_decided_once(worker: Client, door: RequestPipeline, case: str) -> None:
    adviser = joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    decided(adviser, case, which)
    assert rule_of(decided(adviser, case, which, 409)) == "decided_once"


def test_only_a_legal_adviser_of_the_case_gives_what_is_privileged(
    worker: Client, door: RequestPipeline, case: str
) -> None:
    supervisor, adviser = joined(door, worker, case, "supervisor"), joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    everything: dict[str, Any] = {"decision": "given", "given": ["detection", "legal_advice"]}
    assert rule_of(decided(supervisor, case, which, 409, **everything)) == "privileged_by_a_legal_adviser"
    decided(adviser, case, which, **everything)


def test_a_token_of_a_legal_adviser_is_not_enough_where_the_team_has_them_otherwise(
    worker: Client, door: RequestPipeline, case: str
) -> None:
    both = Client(door, "legal_adviser", "supervisor")
    done(worker, case, "team", {"member": str(both.subject), "role": "supervisor"}, 201)
    refused = decided(both, case, demanded(worker, case), 409, decision="given", given=DEMAND["asked"])
    assert rule_of(refused) == "privileged_by_a_legal_adviser"


def test_who_takes_the_paper_at_the_door_decides_nothing(worker: Client, case: str) -> None:
    version = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    path = f"/v1/cases/{case}/disclosures/{demanded(worker, case)}/decision"
    assert worker.ask("POST", path, DECISION, If_Match=version).status_code == 403


def test_a_demand_of_another_case_is_not_found(worker: Client, door: RequestPipeline, case: str) -> None:
    adviser, other = joined(door, worker, case, "legal_adviser"), opened(worker)
    decided(adviser, case, demanded(worker, other), 404)


def test_demands_are_listed_page_by_page(worker: Client, case: str) -> None:
    made = [demanded(worker, case) for _ in range(3)]
    first = told(worker.ask("GET", f"/v1/cases/{case}/disclosures", query={"limit": "2"}))
    rest = told(worker.ask("GET", f"/v1/cases/{case}/disclosures", query={"limit": "2", "after": first["next"]}))
    assert [each["id"] for each in (*first["disclosures"], *rest["disclosures"])] == made
    assert rest["next"] is None


def test_a_demand_names_what_it_asks_for(worker: Client, case: str) -> None:
    refused = worker.ask("POST", f"/v1/cases/{case}/disclosures", {**DEMAND, "asked": []})
    assert rule_of(told(refused, 422)) == "demand_names_classes"


SAID = {**DECISION, "person_agreed": False, "not_told_reason": None}
ASKED = {"asked": ["detection", "consent"], "basis": "court_order", "decision": None}


@pytest.mark.parametrize(
    ("demand", "said", "rule"),
    [
        ({}, {"given": ["account"]}, "given_was_asked"),
        ({}, {"given": []}, "decision_fits_what_was_given"),
        ({}, {"given": ["detection", "consent"]}, "decision_fits_what_was_given"),
        ({}, {"decision": "refused"}, "decision_fits_what_was_given"),
        ({}, {"person_told": False}, "silence_has_a_reason"),
        ({}, {"not_told_reason": "forbidden_by_order"}, "silence_has_a_reason"),
        ({"basis": "request_without_order"}, {}, "bare_request_needs_the_person"),
        ({"decision": "refused"}, {}, "decided_once"),
    ],
)
def test_a_decision_that_does_not_add_up_is_refused(demand: dict[str, Any], said: dict[str, Any], rule: str) -> None:
    with pytest.raises(StepForbidden) as refused:
        check_decision(Disclosure(**{**ASKED, **demand}), DecideDemand(**{**SAID, **said}), by_legal_adviser=True)
    assert refused.value.rule == rule
    assert isinstance(refused.value, FactRefused) == hasattr(refused.value, "errors")


def test_a_bare_request_is_met_when_the_person_agrees_and_refused_without_them() -> None:
    bare = Disclosure(**{**ASKED, "basis": "request_without_order"})
    check_decision(bare, DecideDemand(**{**SAID, "person_agreed": True}), by_legal_adviser=False)
    check_decision(bare, DecideDemand(**{**SAID, "given": [], "decision": "refused"}), by_legal_adviser=False)


def test_nobody_without_a_part_hears_of_a_demand(worker: Client, door: RequestPipeline, case: str) -> None:
    demanded(worker, case)
    stranger = Client(door, "caseworker")
    for where in (UUID(case), uuid4()):
        assert stranger.ask("GET", f"/v1/cases/{where}/disclosures").status_code == 404
