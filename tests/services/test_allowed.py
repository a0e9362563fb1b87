"""A reply about a case lists the actions that its reader can take now, and requests confirm the list."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.registry import parts_of
from shared.access import case_restrictions
from shared.access.permissions import Relation
from shared.http.route import doors_of, routes_of
from shared.reference import codes
from shared.reference.words import in_language
from tests.kit.access_matrix import PASSED, Matrix, Threshold, settle
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

SERVICES = ("intake", "legal", "support")
CLOSE = {"reason": "goals_met"}


def acts(file: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["action"]: each for each in file["actions"]}


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_said_to_be_allowed_is_what_is_answered(name: str, postgres: servers.PostgresServer) -> None:
    """Compare the list with the response to every action, for every role that can read the case in its relation."""
    with harness(name, postgres) as service:
        matrix = Matrix(service)
        with service.database.transaction() as session:
            settle(session, matrix, parts_of(name)[0].migrations.metadata[-1].tables["case_team"])
        real, threshold = service.door, Threshold(*_made_of(service))
        wrong, told = [], 0
        for role in sorted(codes("staff_role")):
            for relation in (Relation.TEAM, Relation.SUPERVISOR, Relation.BREAK_GLASS):
                service.door = real
                seen = service.staff(role, subject=matrix.people[relation]).ask("GET", "")
                if seen.status_code != 200:
                    continue
                said = acts(seen.get_json(force=True))
                assert said.keys() == doors_of(service.service_class).acts.keys()
                service.door = threshold
                asks = service.staff(role, subject=matrix.people[relation])
                for route in routes_of(service.service_class):
                    if not route.about_case or said[str(route.action)]["reason"] == "state":
                        continue
                    path = re.sub(
                        r"<\w+:(\w+)>", lambda at: str(service.case if at[1] == "case" else uuid4()), route.path
                    )
                    status = asks.ask(route.method, path).status_code
                    entry = said[str(route.action)]
                    told += 1
                    if (status == PASSED) != entry["allowed"] or (entry["reason"] is None) != entry["allowed"]:
                        wrong.append((role, relation.name, route.method, route.path, status, entry))
        assert wrong == []
        assert told > 50


def _made_of(service: Harness) -> tuple[Any, ...]:
    door: Any = service.door
    access = door._access
    return door.database, door._time_source, door._signing_in._verifier, door._emits, access._table, access._cases


@pytest.fixture
def intake(postgres: servers.PostgresServer) -> Any:
    with harness("intake", postgres) as service:
        yield service


def test_the_reason_is_the_role_the_part_in_the_case_or_the_state(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    reader = intake.supervisor_of(worker)
    said = acts(worker.told("GET", ""))
    assert said["case.close"] == {
        "action": "case.close",
        "allowed": True,
        "reason": None,
        "rule": None,
        "message": None,
    }
    assert said["erasure.decide"]["reason"] == "role"
    assert said["case.reopen"] | {"message": ""} == {
        "action": "case.reopen",
        "allowed": False,
        "reason": "state",
        "rule": "case_is_closed",
        "message": "",
    }
    assert said["case.reopen"]["message"]
    assert acts(reader.told("GET", ""))["person.record"]["reason"] == "relation"


def test_what_to_do_instead_is_said_in_the_readers_language(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    english, dutch = (
        acts(worker.ask("GET", "", Accept_Language=language).get_json(force=True))["case.reopen"]
        for language in ("en", "nl")
    )
    assert english["rule"] == dutch["rule"]
    assert in_language(english["message"], "nl") == dutch["message"] != english["message"]


def test_closing_says_what_may_be_done_then(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    etag = worker.ask("GET", "").headers["ETag"]
    said = acts(worker.told("POST", "closure", CLOSE, If_Match=etag))
    assert (said["case.close"]["allowed"], said["case.close"]["rule"]) == (False, "case_is_open")
    assert said["case.reopen"]["allowed"]
    refused = worker.told("POST", "closure", CLOSE, 409, If_Match=worker.ask("GET", "").headers["ETag"])
    assert refused["errors"][0]["rule"] == said["case.close"]["rule"]


def test_in_a_restricted_case_what_its_rights_ask_for_goes_on(intake: Harness) -> None:
    supervisor = intake.supervisor_of(intake.member("caseworker", lead=True))
    with intake.database.transaction() as session:
        case_restrictions.restrict(session, intake.case, uuid4())
    said = acts(supervisor.told("GET", ""))
    assert said["case.close"]["reason"] == "restricted"
    assert said["case.read"]["allowed"]


def test_the_persons_copy_has_neither(intake: Harness) -> None:
    copying = intake.service_class.copying
    assert {"actions", "etags"}.isdisjoint(copying.view().fields)
    assert isinstance(intake.case, UUID)
