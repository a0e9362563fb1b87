"""A whole case is transferred to another team."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.intake.access.staff_access.rules import Handover, Member, change_of_team
from shared.casework.refusals import FactRefused, StepForbidden
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of

PEOPLE = [uuid4() for _ in range(4)]
MEMBER = st.builds(Member, st.sampled_from(PEOPLE), st.sampled_from(["caseworker", "counsellor"]), st.booleans())
TEAM = st.lists(MEMBER, max_size=4, unique_by=lambda each: each.member)


@given(TEAM, TEAM)
def test_a_transfer_leads_from_one_team_to_the_other_and_one_leads(before: list[Member], after: list[Member]) -> None:
    try:
        handover = change_of_team(before, after, [])
    except (FactRefused, StepForbidden):
        assert sum(each.lead for each in after) != 1 or set(before) == set(after)
        return
    team = {each.member: each for each in before if each.member not in handover.leave}
    team |= {each.member: each for each in handover.join}
    assert set(team.values()) == set(after)
    assert sum(each.lead for each in team.values()) == 1


def test_the_new_lead_is_told_of_first() -> None:
    old, new, other = (
        Member(each, "caseworker", lead) for each, lead in zip(PEOPLE, (True, True, False), strict=False)
    )
    assert change_of_team([old], [other, new], []) == Handover((old.member,), (new, other), new.member)


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ([Member(PEOPLE[0], "caseworker", lead=False)], "one_lead"),
        ([Member(PEOPLE[0], "caseworker", lead=True), Member(PEOPLE[1], "caseworker", lead=True)], "one_lead"),
        ([Member(PEOPLE[0], "caseworker", lead=True), Member(PEOPLE[0], "counsellor", lead=False)], "each_once"),
    ],
)
def test_a_team_without_one_lead_is_refused(members: list[Member], rule: str) -> None:
    with pytest.raises(FactRefused) as refused:
        change_of_team([], members, [])
    assert refused.value.errors[0]["rule"] == rule


def test_nobody_whom_the_person_excluded_takes_a_case_over() -> None:
    with pytest.raises(StepForbidden) as refused:
        change_of_team([], [Member(PEOPLE[0], "caseworker", lead=True)], [PEOPLE[0]])
    assert refused.value.rule == "excluded_by_the_person"


@pytest.mark.integration
def test_a_transferred_case_is_the_new_teams_and_no_more_the_old_ones(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, new = opened(worker), Client(door, "caseworker")
    members = [{"member": str(new.subject), "role": "caseworker", "lead": True}]
    done(worker, case, "transfer", {"members": members})
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 404
    assert [each["member"] for each in told(new.ask("GET", f"/v1/cases/{case}"))["team"]] == [str(new.subject)]
    again = done(new, case, "transfer", {"members": members}, 409)
    assert rule_of(again) == "transfer_changes_something"
    with database.transaction() as session:
        events = session.execute(
            text("select name, data from event_log where subject = :case order by serial"), {"case": UUID(case)}
        ).all()
    assert [each.name for each in events][-3:] == ["team.member_added", "team.member_removed", "team.transferred"]
    assert events[-1].data == {"lead": str(new.subject), "joined": 1, "left": 1}


@pytest.mark.integration
@pytest.mark.parametrize("role", ["legal_adviser", "outreach_worker"])
def test_whoever_opened_a_contact_and_leads_it_changes_its_team_and_hands_it_over(
    door: RequestPipeline, role: str
) -> None:
    lead, colleague, successor = Client(door, role), Client(door, role), Client(door, "caseworker")
    case = opened(lead)
    told(lead.ask("POST", f"/v1/cases/{case}/team", {"member": str(colleague.subject), "role": role}), 201)
    another = {"member": str(uuid4()), "role": "counsellor"}
    refused = told(colleague.ask("POST", f"/v1/cases/{case}/team", another), 409)
    assert rule_of(refused) == "lead_changes_team"
    members = [{"member": str(colleague.subject), "role": role, "lead": True}]
    assert rule_of(done(colleague, case, "transfer", {"members": members}, 409)) == "lead_changes_team"
    version = lead.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    gone = lead.ask("DELETE", f"/v1/cases/{case}/team/{colleague.subject}", If_Match=version)
    assert gone.status_code == 204
    done(lead, case, "transfer", {"members": [{"member": str(successor.subject), "role": "caseworker", "lead": True}]})
    assert [each["member"] for each in told(successor.ask("GET", f"/v1/cases/{case}"))["team"]] == [
        str(successor.subject)
    ]
