"""The waiting list of an agency: what waits, without the case, and how staff take it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from deploy.cli import servers
from services.support.cases.case.models import TeamMember
from shared.access import case_restrictions, exclusions
from shared.access.exclusions import Exclusion
from shared.audit.trail import audit_log
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.staff import AGENCY, register

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 5, 11, tzinfo=UTC)
LIST = "/v1/waiting-list"
REQUEST = {"modalities": ["one_to_one"], "language": "ro", "waits_because": "language", "asked_on": "2026-03-02"}
TAKES = {"role": "counsellor"}
HELP = {"service_type": "childcare", "needed_by": "2026-03-09"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    """Return the lead of the case, of the agency of all staff by default."""
    member = support.member("support_worker", lead=True)
    register(support.database, member.subject, "support_worker")
    return member


def colleague(support: Harness, role: str, agency: UUID = AGENCY) -> Client:
    found = support.staff(role)
    register(support.database, found.subject, role, agency=agency)
    return found


def asked(worker: Client) -> str:
    return str(worker.told("POST", "counselling-requests", REQUEST, 201)["id"])


def listed(who: Client) -> list[dict[str, Any]]:
    return list(who.told("GET", LIST)["waiting"])


def taken(support: Harness) -> list[dict[str, Any]]:
    return [data for name, data in support.announced() if name == "waiting.taken"]


@pytest.mark.hazard("H-CONFIDENTIALITY-33", control="waiting-without-case")
@pytest.mark.parametrize("role", ["counsellor", "support_worker", "supervisor"])
def test_colleagues_see_what_waits_without_the_case(support: Harness, worker: Client, role: str) -> None:
    item = asked(worker)
    worker.told("POST", "practical-help", HELP, 201)
    reader = colleague(support, role)
    help_needed, counselling = listed(reader)
    assert counselling == {
        "id": item,
        "kind": "counselling",
        "language": "ro",
        "counsellor_gender": None,
        "modalities": ["one_to_one"],
        "waits_because": "language",
        "service_type": None,
        "needed_by": None,
        "days": 3,
        "offered": False,
    }
    assert (help_needed["kind"], help_needed["needed_by"]) == ("practical_help", "2026-03-09")
    assert help_needed["language"] == "bg", "the language of the case, if the request states none"
    seen = str(listed(reader))
    assert str(support.case) not in seen
    assert str(worker.subject) not in seen
    assert reader.ask("GET", "").status_code in (403, 404)


@pytest.mark.hazard("H-CONFIDENTIALITY-33", control="own-agency-only")
def test_only_the_agency_that_leads_the_case_sees_its_requests(support: Harness, worker: Client) -> None:
    item = asked(worker)
    elsewhere = colleague(support, "counsellor", uuid4())
    assert listed(elsewhere) == []
    elsewhere.told("POST", f"{LIST}/{item}/taking", TAKES, 404)
    with support.database.transaction() as session:
        member = {"case_id": support.case, "member": elsewhere.subject, "role": "counsellor", "lead": False}
        session.execute(insert(TeamMember).values(**member))
    assert listed(elsewhere) == [], "a member of another agency reads the queue of their own cases"


@pytest.mark.hazard("H-CONFIDENTIALITY-33", control="own-agency-only")
def test_excluded_staff_and_restricted_cases_are_left_out(support: Harness, worker: Client) -> None:
    item = asked(worker)
    excluded, reader = colleague(support, "counsellor"), colleague(support, "counsellor")
    support.exclude(excluded)
    assert (listed(excluded), len(listed(reader))) == ([], 1)
    excluded.told("POST", f"{LIST}/{item}/taking", TAKES, 404)
    with support.database.transaction() as session:
        case_restrictions.restrict(session, support.case, uuid4())
    assert listed(reader) == []


def test_a_request_that_was_answered_or_withdrawn_does_not_wait(support: Harness, worker: Client) -> None:
    reader = colleague(support, "counsellor")
    answered, withdrawn = asked(worker), asked(worker)
    worker.told("POST", f"counselling-requests/{answered}/answer", {"state": "started"}, 201)
    worker.told("POST", f"counselling-requests/{withdrawn}/correction", {"reason": "not_so"}, 201)
    assert listed(reader) == []


def test_a_counsellor_takes_a_request_once_and_asks_to_join_the_team(support: Harness, worker: Client) -> None:
    item = asked(worker)
    counsellor, second = colleague(support, "counsellor"), colleague(support, "counsellor")
    colleague(support, "support_worker").told("POST", f"{LIST}/{item}/taking", {"role": "support_worker"}, 409)
    colleague(support, "support_worker").told("POST", f"{LIST}/{item}/taking", TAKES, 422)
    counsellor.told("POST", f"{LIST}/{item}/taking", TAKES, 201)
    assert taken(support) == [{"item": item, "member": str(counsellor.subject), "role": "counsellor"}]
    assert listed(second) == []
    second.told("POST", f"{LIST}/{item}/taking", TAKES, 409)
    with support.database.transaction() as session:
        rows = session.execute(audit_log.select().where(audit_log.c.action == "waiting.take")).all()
    assert str(support.case) in str([row.subject for row in rows])


@pytest.mark.hazard("H-CONFIDENTIALITY-33", control="taker-joins-by-the-rules")
def test_a_taken_request_waits_again_if_the_taker_does_not_join_or_leaves(support: Harness, worker: Client) -> None:
    item = asked(worker)
    counsellor, reader = colleague(support, "counsellor"), colleague(support, "counsellor")
    counsellor.told("POST", f"{LIST}/{item}/taking", TAKES, 201)
    support.move_clock(NOW + timedelta(minutes=16))
    assert [each["id"] for each in listed(reader)] == [item]
    with support.database.transaction() as session:
        member = {"case_id": support.case, "member": counsellor.subject, "role": "counsellor", "lead": False}
        session.execute(insert(TeamMember).values(**member))
    assert listed(reader) == []


def test_a_supervisor_offers_a_request_to_staff_of_the_agency(support: Harness, worker: Client) -> None:
    asked(worker)
    item = asked(worker)
    supervisor, counsellor = colleague(support, "supervisor"), colleague(support, "counsellor")
    elsewhere = colleague(support, "counsellor", uuid4())
    path = f"{LIST}/{item}/offer"
    supervisor.told("POST", path, {"member": str(elsewhere.subject)}, 409)
    counsellor.told("POST", path, {"member": str(counsellor.subject)}, 403)
    supervisor.told("POST", path, {"member": str(counsellor.subject)}, 201)
    assert [(each["id"] == item, each["offered"]) for each in listed(counsellor)] == [(True, True), (False, False)]
    assert {each["offered"] for each in listed(supervisor)} == {False}


def test_nothing_is_offered_to_a_member_who_could_not_take_it(support: Harness, worker: Client) -> None:
    path = f"{LIST}/{asked(worker)}/offer"
    supervisor, excluded = colleague(support, "supervisor"), colleague(support, "counsellor")
    support.exclude(excluded)
    for other in (excluded, colleague(support, "support_worker")):
        supervisor.told("POST", path, {"member": str(other.subject)}, 409)


def test_an_excluded_agency_sees_no_request(support: Harness, worker: Client) -> None:
    asked(worker)
    reader = colleague(support, "counsellor")
    with support.database.transaction() as session:
        exclusions.keep(session, Exclusion(uuid4(), support.case, "agency", None, AGENCY))
    assert listed(reader) == []
