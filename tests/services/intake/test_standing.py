"""Exclusions and supervisions at intake through its own routes, on a real database."""

from uuid import UUID, uuid4

import pytest

from services.intake.service import PARTS
from shared.access.permissions import Relation
from shared.access.tokens import Principal
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client
from tests.kit.intake.cases import opened, opened_with_version
from tests.kit.intake.standing import CONSENT, body_of, exclude, join, rule_of, supervise, told

pytestmark = pytest.mark.integration


def test_an_excluded_member_leaves_the_team_and_is_told_nothing(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    cousin = Client(door, "counsellor", "supervisor", "caseworker")
    join(worker, case, cousin, "counsellor")
    supervise(door, cousin, worker)
    assert exclude(worker, case, kind="worker", member=str(cousin.subject)).status_code == 201
    assert told(database)[-2:] == ["exclusion.recorded", "team.member_removed"]
    for method, path in (("GET", "{}"), ("POST", "{}/exclusions"), ("POST", "{}/team")):
        theirs, nobodys = (cousin.ask(method, f"/v1/cases/{path.format(each)}") for each in (case, uuid4()))
        assert theirs.status_code == nobodys.status_code == 404
        assert {**body_of(theirs), "instance": ""} == {**body_of(nobodys), "instance": ""}
    again = join(worker, case, cousin, "counsellor")
    assert (again.status_code, rule_of(again)) == (409, "excluded_by_the_person")


def test_somebody_is_excluded_before_they_come_near_the_case(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    interpreter = Client(door, "support_worker")
    assert exclude(worker, case, kind="interpreter", member=str(interpreter.subject)).status_code == 201
    assert told(database)[-1] == "exclusion.recorded"
    assert join(worker, case, interpreter, "support_worker").status_code == 409


def test_an_excluded_agency_loses_its_consents_and_gets_no_other(worker: Client, database: Database) -> None:
    case = opened(worker)
    assert worker.ask("POST", f"/v1/cases/{case}/consents", CONSENT).status_code == 201
    assert exclude(worker, case, kind="agency", agency="NL.COMENSHA").status_code == 201
    assert told(database)[-2:] == ["exclusion.recorded", "consent.withdrawn"]
    refused = worker.ask("POST", f"/v1/cases/{case}/consents", CONSENT)
    assert (refused.status_code, rule_of(refused)) == (409, "excluded_by_the_person")


def test_an_exclusion_that_is_taken_back_puts_nobody_on_the_team(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    adviser = Client(door, "legal_adviser")
    join(worker, case, adviser, "legal_adviser")
    made = exclude(worker, case, kind="worker", member=str(adviser.subject))
    path = f"/v1/cases/{case}/exclusions/{body_of(made)['id']}"
    assert worker.ask("DELETE", path, If_Match=made.headers["ETag"]).status_code == 204
    assert adviser.ask("GET", f"/v1/cases/{case}").status_code == 404
    assert join(worker, case, adviser, "legal_adviser").status_code == 201
    version = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    assert worker.ask("DELETE", path, If_Match=version).status_code == 404, "it is lifted only once"


@pytest.mark.parametrize(
    ("named", "rule"),
    [
        ({"kind": "worker"}, "exclusion_names_somebody"),
        ({"kind": "worker", "agency": "NL.COMENSHA"}, "exclusion_names_somebody"),
        ({"kind": "agency", "member": str(uuid4())}, "exclusion_names_somebody"),
        ({"kind": "agency", "agency": "NL.COMENSHA", "member": str(uuid4())}, "exclusion_names_one"),
    ],
)
def test_an_exclusion_names_the_one_whom_its_kind_asks_for(worker: Client, named: dict[str, str], rule: str) -> None:
    case = opened(worker)
    refused = exclude(worker, case, **named)
    assert (refused.status_code, rule_of(refused)) == (422, rule)


def test_the_same_exclusion_stands_once(worker: Client) -> None:
    case = opened(worker)
    cousin = str(uuid4())
    assert exclude(worker, case, kind="worker", member=cousin).status_code == 201
    assert rule_of(exclude(worker, case, kind="interpreter", member=cousin)) == "exclusion_is_new"


def test_a_supervisor_stands_to_the_cases_of_those_whom_they_supervise(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    supervisor, other = Client(door, "supervisor"), Client(door, "supervisor")
    assert supervisor.ask("GET", f"/v1/cases/{case}").status_code == 404
    assert supervise(door, supervisor, worker).status_code == 200
    assert supervise(door, supervisor, worker).status_code == 200
    assert supervisor.ask("GET", f"/v1/cases/{case}").status_code == 200
    assert other.ask("GET", f"/v1/cases/{case}").status_code == 404
    operator, path = Client(door, "operator"), f"/v1/supervisions/{supervisor.subject}"
    assert body_of(operator.ask("GET", path))["members"] == [str(worker.subject)]
    assert operator.ask("DELETE", f"{path}/{worker.subject}").status_code == 204
    assert operator.ask("DELETE", f"{path}/{worker.subject}").status_code == 404
    assert supervisor.ask("GET", f"/v1/cases/{case}").status_code == 404
    assert told(database)[2:] == ["supervision.began", "supervision.ended"]


def test_nobody_supervises_themselves(worker: Client, door: RequestPipeline) -> None:
    refused = supervise(door, worker, worker)
    assert (refused.status_code, rule_of(refused)) == (422, "supervises_another")


def test_a_case_that_its_whole_team_has_left_is_every_supervisors(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, version = opened_with_version(worker)
    supervisor, colleague = Client(door, "supervisor"), Client(door, "caseworker")
    assert worker.ask("DELETE", f"/v1/cases/{case}/team/{worker.subject}", If_Match=version).status_code == 204
    assert colleague.ask("GET", f"/v1/cases/{case}").status_code == 404
    assert join(supervisor, case, colleague, "caseworker").status_code == 201
    assert supervisor.ask("GET", f"/v1/cases/{case}").status_code == 404, "it has people again"
    assert colleague.ask("GET", f"/v1/cases/{case}").status_code == 200


def test_whom_the_person_excluded_does_not_get_it_that_way_either(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    supervisor = Client(door, "supervisor")
    made = exclude(worker, case, kind="worker", member=str(supervisor.subject))
    gone = worker.ask("DELETE", f"/v1/cases/{case}/team/{worker.subject}", If_Match=made.headers["ETag"])
    assert gone.status_code == 204
    assert supervisor.ask("GET", f"/v1/cases/{case}").status_code == 404


def test_a_service_has_no_part_in_a_case_whatever_agencies_are_excluded(worker: Client, database: Database) -> None:
    case = opened(worker)
    exclude(worker, case, kind="agency", agency="NL.COMENSHA")
    service = Principal("legal", frozenset({"service"}), "casepath:service:legal")
    with database.transaction() as session:
        assert PARTS.cases.admission(session, uuid4(), service).relation is None
    with database.transaction() as session:
        assert PARTS.cases.admission(session, UUID(case), service).relation is Relation.NONE


def test_an_officer_whom_the_person_excluded_finds_no_trace_of_the_case_in_the_audit(
    worker: Client, door: RequestPipeline
) -> None:
    case = opened(worker)
    officer, other = (Client(door, "data_protection_officer") for _ in range(2))
    exclude(worker, case, kind="worker", member=str(officer.subject))
    theirs, nobodys, others = (
        body_of(who.ask("GET", "/v1/audit", query={"subject": about}))
        for who, about in ((officer, case), (officer, str(uuid4())), (other, case))
    )
    assert theirs == nobodys == {"rows": [], "next": None}
    assert others["rows"]
