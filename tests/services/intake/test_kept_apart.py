"""Staff behind one of legal's barriers have no access to the case at intake until the barrier is found a mistake."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from shared.access import joined_cases
from shared.access.supervisions import supervisions
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.disclosures import joined
from tests.kit.intake.heard import answer, received

pytestmark = pytest.mark.integration

BARRIER = str(uuid4())


@pytest.fixture
def case(worker: Client) -> str:
    return opened(worker)


@pytest.fixture
def adviser(door: RequestPipeline, worker: Client, case: str) -> Client:
    return joined(door, worker, case, "legal_adviser")


def kept_apart(database: Database, case: str, member: Client, by: Client, position: int = 1) -> None:
    stated = {"barrier": BARRIER, "member": str(member.subject), "set_by": str(by.subject)}
    answer(database, received(case, "legal.barrier.set", position, **stated))


def lifted(database: Database, case: str, member: Client) -> None:
    stated = {"barrier": BARRIER, "member": str(member.subject)}
    answer(database, received(case, "legal.barrier.lifted", 2, **stated))


def status(who: Client, case: str, path: str = "") -> int:
    return who.ask("GET", f"/v1/cases/{case}{path}").status_code


def notices(who: Client) -> list[tuple[str, str | None]]:
    shown = told(who.ask("GET", "/v1/notices"))["notices"]
    return [(each["member"], each["case"]) for each in shown if each["kind"] == "kept_apart"]


def added(worker: Client, case: str, member: Client, expected: int = 201) -> Any:
    body = {"member": str(member.subject), "role": "legal_adviser"}
    return told(worker.ask("POST", f"/v1/cases/{case}/team", body), expected)


@pytest.mark.hazard("H-PRIVILEGE-3", control="barrier-ends-access-at-intake")
def test_whoever_is_kept_apart_leaves_the_team_and_nothing_opens_the_case_to_them(
    worker: Client, adviser: Client, case: str, door: RequestPipeline, database: Database
) -> None:
    assert (status(adviser, case), status(adviser, case, "/facts")) == (200, 200)
    kept_apart(database, case, adviser, by=worker)
    assert (status(adviser, case), status(adviser, case, "/facts")) == (404, 404)
    assert told(adviser.ask("GET", "/v1/work-list"))["cases"] == []
    assert str(adviser.subject) not in str(told(worker.ask("GET", f"/v1/cases/{case}"))["team"])
    opens = adviser.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"})
    assert opens.status_code == 404, "no emergency opens it"
    with database.transaction() as session:
        session.execute(insert(supervisions).values(supervisor=adviser.subject, member=worker.subject))
    assert status(Client(door, "supervisor", subject=adviser.subject), case) == 404
    assert rule_of(added(worker, case, adviser, 409)) == "kept_apart"
    assert status(worker, case) == 200


@pytest.mark.hazard("H-PRIVILEGE-3", control="barrier-ends-access-at-intake")
def test_the_cases_that_are_joined_with_it_are_closed_too(
    worker: Client, adviser: Client, case: str, door: RequestPipeline, database: Database
) -> None:
    other = opened(worker)
    added(worker, other, adviser)
    with database.transaction() as session:
        joined_cases.join(session, uuid4(), UUID(case), UUID(other))
    kept_apart(database, case, adviser, by=worker)
    assert status(adviser, other) == 404
    assert told(adviser.ask("GET", "/v1/work-list"))["cases"] == []


@pytest.mark.hazard("H-PRIVILEGE-4", control="barred-and-supervisor-are-notified")
def test_they_and_the_supervisors_are_notified_and_they_learn_of_no_case(
    worker: Client, adviser: Client, case: str, door: RequestPipeline, database: Database
) -> None:
    chief, stranger = Client(door, "supervisor"), Client(door, "supervisor")
    pair = {"supervisor": str(chief.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", pair))
    kept_apart(database, case, adviser, by=worker)
    setter = str(worker.subject)
    assert (notices(adviser), notices(chief), notices(stranger)) == ([(setter, None)], [(setter, case)], [])


@pytest.mark.hazard("H-PRIVILEGE-4", control="second-person-lifts")
def test_once_it_is_lifted_they_can_join_the_team_again_and_are_on_none_by_it(
    worker: Client, adviser: Client, case: str, database: Database
) -> None:
    kept_apart(database, case, adviser, by=worker)
    lifted(database, case, adviser)
    assert status(adviser, case) == 404
    added(worker, case, adviser)
    assert status(adviser, case) == 200
    done(worker, case, "person", {"names": None}, method="PUT")
