"""The case's team sees what each agency received about a case: the delivered events and the agency's answers."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from deploy.cli import servers
from services.partners.overview.received.models import TeamMember
from shared.reference import codes
from tests.kit.agencies import works_for
from tests.kit.client import Client
from tests.kit.harness import harness
from tests.kit.told_agencies import Told

pytestmark = pytest.mark.integration

CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def joins(told: Told, case: UUID, role: str = "caseworker", *, lead: bool = True) -> Client:
    """Add a staff member to the team of a case, as intake publishes it."""
    member = told.partners.staff(role)
    added = {"member": str(member.subject), "role": role, "lead": lead}
    told.hear(case, "team.member_added", added)
    return member


def deliveries(reader: Client, case: UUID) -> list[Any]:
    found: list[Any] = reader.told("GET", f"/v1/cases/{case}/deliveries")["agencies"]
    return found


def test_the_team_sees_what_each_agency_received_and_what_for(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    worker = joins(told, case)
    [shown] = deliveries(worker, case)
    assert (shown["agency"], shown["name"], shown["state"]) == (shelter.id, "Fictitious Harbour", "open")
    assert shown["purposes"] == ["referral_for_support"]
    assert {each["type"] for each in shown["types"]} == set(shelter.types())
    assert shown["first_at"] <= shown["last_at"]
    assert shown["withdrawals"] == []


def test_nobody_but_the_team_learns_that_the_case_is_there(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    path = f"/v1/cases/{case}/deliveries"
    nowhere = f"/v1/cases/{uuid4()}/deliveries"
    worker = joins(told, case)
    for stranger in (told.partners.staff("caseworker"), told.officer, told.operator, joins(told, told.case())):
        there, not_there = stranger.ask("GET", path), stranger.ask("GET", nowhere)
        assert (there.status_code, not_there.status_code) == (404, 404)
        assert there.get_json()["detail"] == not_there.get_json()["detail"]
    assert shelter.ask(path).status_code == 404
    told.hear(case, "team.member_removed", {"member": str(worker.subject)})
    assert worker.ask("GET", path).status_code == 404


def test_a_role_on_the_team_reads_it_if_the_access_table_has_the_role(told: Told) -> None:
    case, may = told.case(), told.partners.parts.access["received.read"]
    roles = sorted(codes("staff_role"))
    answers = {role: joins(told, case, role, lead=False).ask("GET", f"/v1/cases/{case}/deliveries") for role in roles}
    assert {role for role, answer in answers.items() if answer.status_code == 200} == set(may)
    assert {answer.status_code for role, answer in answers.items() if role not in may} == {404}


@pytest.mark.hazard("H-CONFIDENTIALITY-5", control="exclusion-beats-every-role")
def test_who_is_excluded_by_the_person_sees_nothing_though_on_the_team(told: Told) -> None:
    case = told.case()
    worker = joins(told, case)
    assert deliveries(worker, case) == []
    told.hear(case, "exclusion.recorded", {"exclusion": str(uuid4()), "kind": "worker", "member": str(worker.subject)})
    assert worker.ask("GET", f"/v1/cases/{case}/deliveries").status_code == 404


def test_staff_of_another_agency_than_the_leads_see_their_own_agency_alone(told: Told) -> None:
    shelter, other, case = told.agency(), told.agency(), told.case()
    for agency in (shelter, other):
        told.consent(case, agency)
    lead = joins(told, case)
    works_for(told.partners.database, lead.subject, str(uuid4()), "caseworker")
    outsider = joins(told, case, lead=False)
    works_for(told.partners.database, outsider.subject, shelter.id, "caseworker")
    assert {each["agency"] for each in deliveries(lead, case)} == {shelter.id, other.id}
    assert [each["agency"] for each in deliveries(outsider, case)] == [shelter.id]


def test_after_a_withdrawal_the_agency_has_ended_and_was_notified(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    consent = told.consent(case, shelter)
    worker = joins(told, case)
    told.withdraw(case, shelter, consent)
    [shown] = deliveries(worker, case)
    assert (shown["state"], shown["purposes"], shown["until"]) == ("ended", [], None)
    [withdrawal] = shown["withdrawals"]
    assert (withdrawal["state"], withdrawal["answer"]) == ("told", None)
    assert withdrawal["told_at"]


def test_a_team_is_as_intake_states_it(told: Told) -> None:
    case = told.case()
    joins(told, case)
    left = joins(told, case, lead=False)
    told.hear(case, "team.member_removed", {"member": str(left.subject)})
    with told.partners.database.transaction() as session:
        members = session.execute(select(TeamMember.case_id, TeamMember.role, TeamMember.lead)).all()
    assert [tuple(row) for row in members] == [(case, "caseworker", True)]
