"""Access at intake by role is limited to the staff member's own agency: queues, searches, lists and counts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from shared.access import exclusions
from shared.access.exclusions import Exclusion
from shared.access.supervisions import supervisions
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, opened_with_version, rule_of
from tests.kit.intake.referrals import sent
from tests.kit.staff import AGENCY, register

pytestmark = pytest.mark.integration

SUPERVISORS = "/v1/queues/supervision"
NAME = {"kind": "family", "name": "Ruxandra Fictitious"}
HELD = {
    "held_on": "2026-03-02",
    "region": "NL-ZH",
    "setting": "workplace",
    "languages": ["bg"],
    "topics": ["rights_at_work"],
    "reached": 40,
    "spoke_with": 20,
    "contacts": 5,
}


@pytest.fixture
def supervisor(door: RequestPipeline, database: Database, worker: Client) -> Client:
    """A supervisor of the worker, at the same agency."""
    client = Client(door, "supervisor")
    with database.transaction() as session:
        session.execute(insert(supervisions).values(supervisor=client.subject, member=worker.subject))
    return client


def of_another(door: RequestPipeline, *roles: str) -> Client:
    """Return a staff member who works for another agency."""
    client = Client(door, *roles)
    register(door.database, client.subject, agency=uuid4())
    return client


def test_between_two_agencies_no_supervision_begins(worker: Client, door: RequestPipeline, database: Database) -> None:
    supervisor, operator = of_another(door, "supervisor"), Client(door, "operator")
    pair = {"supervisor": str(supervisor.subject), "member": str(worker.subject)}
    refused = told(operator.ask("POST", "/v1/supervisions", pair), 422)
    assert rule_of(refused) == "supervises_own_agency"
    register(database, supervisor.subject, agency=AGENCY)
    told(operator.ask("POST", "/v1/supervisions", pair))
    register(database, supervisor.subject, agency=uuid4())
    assert rule_of(told(operator.ask("POST", "/v1/supervisions", pair), 422)) == "supervises_own_agency"


def test_who_changes_agency_leaves_what_they_supervised_in_every_list(
    worker: Client, supervisor: Client, door: RequestPipeline, database: Database
) -> None:
    case = sent(worker)[0]
    done(worker, case, "person", {"names": [NAME]}, method="PUT")
    done(worker, case, "team", {"member": str(worker.subject), "role": "caseworker", "lead": False}, 201)
    consent = told(worker.ask("GET", f"/v1/cases/{case}"))["consents"][0]["id"]
    done(worker, case, f"consents/{consent}/withdrawal", {"erase_requested": True})
    clock: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        clock.move(session, datetime.now(UTC) + timedelta(days=31))

    def seen() -> dict[str, bool]:
        return {
            "queue": bool(told(supervisor.ask("GET", SUPERVISORS))["entries"]),
            "search": bool(told(supervisor.ask("POST", "/v1/searches", {"name": "Ruxandra"}))["found"]),
            "withdrawals": bool(told(supervisor.ask("GET", "/v1/consents/unanswered"))["consents"]),
            "case": supervisor.ask("GET", f"/v1/cases/{case}").status_code == 200,
        }

    assert set(seen().items()) == {(each, True) for each in seen()}
    register(database, supervisor.subject, agency=uuid4())
    assert set(seen().items()) == {(each, False) for each in seen()}


def left(worker: Client) -> str:
    """Return a case whose only member left it."""
    case, version = opened_with_version(worker)
    assert worker.ask("DELETE", f"/v1/cases/{case}/team/{worker.subject}", If_Match=version).status_code == 204
    return case


def sees(supervisor: Client, case: str) -> tuple[bool, int]:
    """Return whether a case is in the supervisor's queue, and the status when the supervisor reads it."""
    listed = [entry["case"] for entry in told(supervisor.ask("GET", SUPERVISORS))["entries"]]
    return case in listed, supervisor.ask("GET", f"/v1/cases/{case}").status_code


def test_a_case_that_its_whole_team_has_left_is_of_the_supervisors_of_its_agency(
    worker: Client, door: RequestPipeline
) -> None:
    own, other = Client(door, "supervisor"), of_another(door, "supervisor")
    case = left(worker)
    assert (sees(own, case), sees(other, case)) == ((True, 200), (False, 404))
    body = {"member": str(worker.subject), "role": "caseworker", "lead": True}
    done(own, case, "team", body, 201)
    assert (sees(own, case), sees(other, case)) == ((False, 404), (False, 404))


def test_where_its_agency_has_no_supervisor_of_its_own_it_is_every_supervisors(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    other, case = of_another(door, "supervisor"), left(worker)
    assert sees(other, case) == (True, 200)
    own = Client(door, "supervisor")
    assert sees(other, case) == (False, 404)
    with database.transaction() as session:
        exclusions.keep(session, Exclusion(uuid4(), uuid4(), "worker", own.subject, None))
    assert sees(other, case) == (False, 404), "somebody else does not want them"
    with database.transaction() as session:
        exclusions.keep(session, Exclusion(uuid4(), UUID(case), "worker", own.subject, None))
    assert sees(other, case) == (True, 200), "nobody is left of its agency whom the person wants"


@pytest.mark.parametrize("unknown", ["worker", "supervisor"])
def test_a_case_of_no_known_agency_is_every_supervisors(door: RequestPipeline, unknown: str) -> None:
    worker = Client(door, "caseworker", registered=unknown != "worker")
    Client(door, "supervisor")
    other = Client(door, "supervisor", registered=False) if unknown == "supervisor" else of_another(door, "supervisor")
    assert sees(other, left(worker)) == (True, 200)


def test_sessions_of_outreach_and_their_counts_are_of_ones_own_agency(worker: Client, door: RequestPipeline) -> None:
    session = str(told(worker.ask("POST", "/v1/outreach-sessions", HELD), 201)["id"])
    opened(worker, outreach_session=session)
    own, other = Client(door, "supervisor"), of_another(door, "supervisor", "caseworker")

    def counted(who: Client) -> tuple[int, int, int]:
        page = told(who.ask("GET", "/v1/outreach-sessions"))["sessions"]
        status = who.ask("GET", f"/v1/outreach-sessions/{session}/progression").status_code
        return len(page), told(who.ask("GET", "/v1/progression"))["total"]["contacts"], status

    assert (counted(own), counted(other)) == ((1, 1, 200), (0, 0, 404))
    assert told(other.ask("GET", f"/v1/outreach-sessions/{session}"), 404)
    assert counted(Client(door, "supervisor", "caseworker", registered=False)) == (1, 1, 200)
    of_nobody = Client(door, "caseworker", registered=False)
    told(of_nobody.ask("POST", "/v1/outreach-sessions", HELD), 201)
    assert (counted(own)[0], counted(other)[0]) == (2, 1), "of what agency it is, nobody knows"


def test_ended_access_is_shown_and_confirmed_within_the_agency(worker: Client, door: RequestPipeline) -> None:
    ending = told(Client(door, "supervisor").ask("POST", "/v1/access/endings", {"member": str(worker.subject)}))["id"]
    own, other = Client(door, "supervisor"), of_another(door, "supervisor")
    officer = of_another(door, "data_protection_officer")

    def listed(who: Client) -> list[bool]:
        endings = told(who.ask("GET", "/v1/access/endings"))["endings"]
        waiting = told(who.ask("GET", "/v1/confirmations"))["confirmations"]
        return [ending in [each["id"] for each in found] for found in (endings, waiting)]

    assert listed(own) == listed(officer) == [True, True]
    assert listed(other) == [False, False]
    path, answer = f"/v1/access/endings/{ending}/confirmation", {"confirms": False}
    assert other.ask("POST", path, answer).status_code == 404
    assert told(own.ask("POST", path, answer))["state"] == "lifted"


def test_ids_without_a_name_are_listed_to_who_may_name_them(door: RequestPipeline, database: Database) -> None:
    unnamed, supervisor = Client(door, "caseworker", registered=False), Client(door, "supervisor")
    opened(unnamed)

    def listed(who: Client) -> list[str]:
        return [each["id"] for each in told(who.ask("GET", "/v1/staff/unnamed"))["unnamed"]]

    assert (listed(Client(door, "operator")), listed(supervisor)) == ([str(unnamed.subject)], [])
    with database.transaction() as session:
        session.execute(insert(supervisions).values(supervisor=supervisor.subject, member=unnamed.subject))
    assert listed(supervisor) == [str(unnamed.subject)]
