"""In production, steps that grant staff access wait for a second person. Steps that remove access apply at once."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from deploy.cli import servers
from services.intake.access.staff import actions
from services.intake.access.staff.models import OneTimeCode, StaffProposal
from services.intake.access.staff.schemas import AnswerStaffProposal
from shared.access import staff, supervisions
from shared.access.staff import SECOND_PERSON, Member
from shared.access.tokens import Principal
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.agencies import id_of, works_for
from tests.kit.client import Client, told
from tests.kit.harness import Harness, harness
from tests.kit.intake.cases import rule_of
from tests.kit.staff import register

pytestmark = pytest.mark.integration

OFFICER = "data_protection_officer"
SIGN_IN = {"issuer": "https://id.example", "subject": "ann@example.org"}
OWN = {"issuer": "https://id.example", "subject": "the-operator"}
ANN: dict[str, Any] = {
    "agency": "NL.COMENSHA",
    "roles": ["caseworker"],
    "languages": ["ro"],
    "name": "Ann Fictitious",
    "sign_ins": [SIGN_IN],
}


@pytest.fixture(scope="module")
def production(postgres: servers.PostgresServer) -> Iterator[Harness]:
    """Intake as in production: steps that grant access wait."""
    with harness("intake", postgres) as service:
        service.database.provide(SECOND_PERSON, True)
        yield service


@pytest.fixture
def operator(production: Harness) -> Client:
    return production.staff("operator")


@pytest.fixture
def officer(production: Harness) -> Client:
    return production.staff(OFFICER)


def find(production: Harness, member: UUID) -> Member | None:
    with production.database.transaction() as session:
        return staff.find(session, member)


def sign_ins_of(production: Harness, member: UUID) -> int:
    found = find(production, member)
    return 0 if found is None else len(found.subjects)


def proposals(by: Client, **query: str) -> list[dict[str, Any]]:
    asked = "&".join(f"{name}={value}" for name, value in {"limit": "100", **query}.items())
    listed: list[dict[str, Any]] = told(by.ask("GET", f"/v1/staff/proposals?{asked}"), 200)["proposals"]
    return listed


def about(by: Client, member: UUID) -> dict[str, Any]:
    [proposal] = [each for each in proposals(by) if each["member"] == str(member)]
    return proposal


def answer(by: Client, proposal: dict[str, Any], status: int = 200, *, confirms: bool = True) -> dict[str, Any]:
    body = {"confirms": confirms}
    return told(by.ask("POST", f"/v1/staff/proposals/{proposal['id']}/confirmation", body), status)


def proposed(by: Client, **different: Any) -> UUID:
    stated = {**ANN, "sign_ins": [{**SIGN_IN, "subject": str(uuid4())}], **different}
    return UUID(told(by.ask("POST", "/v1/staff", stated), 201)["id"])


def kinds(by: Client) -> list[str]:
    return [each["kind"] for each in told(by.ask("GET", "/v1/notices", query={"limit": "100"}), 200)["notices"]]


def code(production: Harness, *, age: timedelta = timedelta()) -> str:
    """Issue a one-time code, as the command does on the server."""
    made, now = str(uuid4()), datetime.now(UTC) - age
    digest = hashlib.sha256(made.encode()).hexdigest()
    row = OneTimeCode(digest=digest, issued_by=uuid4(), issued_at=now, ends_at=now + timedelta(hours=1))
    with production.database.transaction() as session:
        session.add(row)
    return made


@pytest.mark.promise("SEC-56")
@pytest.mark.hazard("H-OPERATOR-1", control="registration-is-a-proposal")
def test_an_operator_alone_registers_nobody(production: Harness, operator: Client, officer: Client) -> None:
    member = proposed(operator, roles=["supervisor"])
    assert find(production, member) is None
    assert "staff.registered" not in [
        name for name, data in production.announced() if data.get("member") == str(member)
    ]
    waits = about(officer, member)
    assert (waits["kind"], waits["name"], waits["sign_ins"][0]["issuer"]) == (
        "registration",
        ANN["name"],
        "https://id.example",
    )
    listed = told(officer.ask("GET", "/v1/confirmations"), 200)["confirmations"]
    assert [each["reason"] for each in listed if each["id"] == waits["id"]] == ["registration"]
    detailed = told(officer.ask("GET", "/v1/confirmations", query={"with": "names"}), 200)["confirmations"]
    [entry] = [each for each in detailed if each["id"] == waits["id"]]
    assert (entry["member_name"], entry["roles"]) == (ANN["name"], ["supervisor"])
    assert entry["sign_ins"] == waits["sign_ins"]
    assert rule_of(answer(operator, waits, 409)) == "confirmed_by_role"
    assert answer(officer, waits)["confirmed"] is True
    assert sign_ins_of(production, member) == 1
    assert rule_of(answer(officer, waits, 409)) == "answered_once"
    assert "Ann" not in production.everything()


def test_a_list_of_proposals_names_the_colleagues_where_it_is_asked_to(
    production: Harness, operator: Client, officer: Client
) -> None:
    people = {"Ben": uuid4(), "Cor": uuid4(), "Dee": UUID(str(operator.subject))}
    for name, member in people.items():
        proposed(production.staff("operator"), id=str(member), name=name, roles=["supervisor", "caseworker"])
        answer(officer, about(officer, member))
    pair = {"supervisor": str(people["Ben"]), "member": str(people["Cor"])}
    told(operator.ask("POST", "/v1/supervisions", pair), 200)
    plain = about(officer, people["Cor"])
    [named] = [each for each in proposals(officer, **{"with": "names"}) if each["id"] == plain["id"]]
    assert named == {**plain, "by_name": "Dee", "member_name": "Cor", "supervisor_name": "Ben"}
    told(officer.ask("GET", "/v1/staff/proposals?with=all"), 400)


@pytest.mark.promise("SEC-56")
@pytest.mark.hazard("H-OPERATOR-1", control="registration-is-a-proposal")
def test_a_sign_in_that_is_added_waits_and_one_that_is_removed_is_gone_at_once(
    production: Harness, operator: Client, officer: Client
) -> None:
    member = proposed(operator)
    answer(officer, about(officer, member))
    path = f"/v1/staff/{member}"
    etag = operator.ask("GET", path).headers["ETag"]
    changed = operator.ask("PATCH", path, {"sign_ins": [OWN]}, if_match=etag)
    told(changed, 200)
    assert sign_ins_of(production, member) == 0, "the former one is gone, and the new one waits"
    waits = about(officer, member)
    assert (waits["kind"], waits["sign_ins"]) == ("change", [OWN])
    told(operator.ask("PATCH", path, {"sign_ins": []}, if_match=changed.headers["ETag"]), 200)
    answer(officer, waits)
    assert sign_ins_of(production, member) == 1
    refused = proposed(operator)
    answer(officer, about(officer, refused), confirms=False)
    assert find(production, refused) is None


def test_roles_agency_and_last_day_open_and_their_ends_do_not(
    production: Harness, operator: Client, officer: Client
) -> None:
    member = proposed(operator, roles=["caseworker", "counsellor"], until="2030-01-01")
    answer(officer, about(officer, member))
    path = f"/v1/staff/{member}"
    more = {"roles": ["caseworker", "supervisor"], "until": None, "languages": ["nl"]}
    told(operator.ask("PATCH", path, more, if_match=operator.ask("GET", path).headers["ETag"]), 200)
    standing = find(production, member)
    assert standing is not None
    assert (standing.roles, str(standing.until), standing.languages) == (("caseworker",), "2030-01-01", ("nl",))
    answer(officer, about(officer, member))
    standing = find(production, member)
    assert standing is not None
    assert (standing.roles, standing.until) == (("caseworker", "supervisor"), None)
    sooner = {"until": "2029-01-01"}
    told(operator.ask("PATCH", path, sooner, if_match=operator.ask("GET", path).headers["ETag"]), 200)
    assert [each for each in proposals(officer) if each["member"] == str(member)] == []


@pytest.mark.promise("SEC-56")
@pytest.mark.hazard("H-OPERATOR-1", control="registration-is-a-proposal")
@pytest.mark.hazard("H-OPERATOR-1", control="member-is-notified")
def test_a_supervision_waits_and_member_and_lead_are_notified(
    production: Harness, operator: Client, officer: Client
) -> None:
    lead, member = production.member("caseworker", lead=True), production.member("caseworker")
    supervisor = production.staff("supervisor")
    pair = {"supervisor": str(supervisor.subject), "member": str(member.subject)}
    for _ in range(2):
        told(operator.ask("POST", "/v1/supervisions", pair), 200)
    with production.database.transaction() as session:
        assert supervisions.members_of(session, supervisor.subject) == []
    assert supervisor.ask("GET", f"/v1/cases/{production.case}").status_code == 404
    assert [kinds(each).count("staff_access_proposed") for each in (lead, member)] == [1, 1]
    assert kinds(supervisor).count("staff_access_proposed") == 1
    waits = about(officer, member.subject)
    answer(officer, waits)
    with production.database.transaction() as session:
        assert supervisions.members_of(session, supervisor.subject) == [member.subject]
    assert [kinds(each).count("staff_access_opened") for each in (lead, member)] == [1, 1]
    ended = operator.ask("DELETE", f"/v1/supervisions/{supervisor.subject}/{member.subject}")
    assert ended.status_code == 204
    with production.database.transaction() as session:
        assert supervisions.members_of(session, supervisor.subject) == []


def test_who_proposed_or_gains_by_it_confirms_nothing(production: Harness, operator: Client, officer: Client) -> None:
    mine = proposed(officer, roles=[OFFICER])
    assert rule_of(answer(officer, about(officer, mine), 409)) == "second_person"
    answer(officer, about(officer, mine), confirms=False)
    next_one = proposed(operator, roles=[OFFICER])
    answer(officer, about(officer, next_one))
    assert find(production, next_one) is not None
    own = {"supervisor": str(officer.subject), "member": str(production.member("caseworker").subject)}
    register(production.database, officer.subject, "supervisor")
    told(operator.ask("POST", "/v1/supervisions", own), 200)
    assert rule_of(answer(officer, about(officer, UUID(own["member"])), 409)) == "second_person"
    stranger = production.staff(OFFICER)
    with production.database.transaction() as session:
        session.execute(text("delete from staff where id = :id"), {"id": stranger.subject})
    assert answer(stranger, about(officer, UUID(own["member"])), 422)["errors"][0]["field"] == "by"


def test_a_proposal_lapses_and_keeps_nothing(production: Harness, operator: Client, officer: Client) -> None:
    member = proposed(operator)
    waits = about(officer, member)
    later = datetime.now(UTC) + timedelta(days=8)
    production.move_clock(later)
    try:
        assert [each for each in proposals(officer) if each["member"] == str(member)] == []
        assert rule_of(answer(officer, waits, 409)) == "answered_once"
    finally:
        production.move_clock(datetime.now(UTC))


def test_a_supervisor_sees_their_own_proposals_alone(production: Harness, operator: Client) -> None:
    proposed(operator)
    supervisor = production.staff("supervisor")
    works_for(production.database, supervisor.subject, id_of(ANN["agency"]), "supervisor")
    mine = proposed(supervisor)
    assert [each["member"] for each in proposals(supervisor)] == [str(mine)]


def first(by: Client, **different: Any) -> Any:
    body = {"role": OFFICER, "agency": "NL.COMENSHA", "name": "Dee Fictitious", **different}
    return by.ask("POST", "/v1/staff/first", body)


@pytest.mark.promise("SEC-57")
@pytest.mark.hazard("H-OPERATION-3", control="officer-can-sign-in")
@pytest.mark.hazard("H-OPERATOR-2", control="first-officer-once")
def test_the_first_officer_signs_in_and_comes_by_a_code_of_the_machine(postgres: servers.PostgresServer) -> None:
    with harness("intake", postgres) as production:
        production.database.provide(SECOND_PERSON, True)
        key = production.staff("operator")
        sign_ins = [{**SIGN_IN, "subject": "dee"}]
        assert rule_of(told(first(key, code=code(production)), 422)) == "officer_signs_in"
        for wrong in ({}, {"code": "made-up"}, {"code": code(production, age=timedelta(hours=2))}):
            assert rule_of(told(first(key, sign_ins=sign_ins, **wrong), 409)) == "one_time_code"
        once = code(production)
        dee = UUID(told(first(key, sign_ins=sign_ins, code=once), 201)["id"])
        assert sign_ins_of(production, dee) == 1
        again = [{**SIGN_IN, "subject": "eve"}]
        assert rule_of(told(first(key, sign_ins=again, code=once), 409)) == "one_time_code"

        # A second use, for example when the officer has left: two operators are needed, and every officer is notified.
        eve = UUID(told(first(key, sign_ins=again, code=code(production)), 201)["id"])
        assert find(production, eve) is None
        officer = production.staff(OFFICER)
        assert "staff_access_proposed" in kinds(officer)
        other = register(production.database, uuid4(), "operator")
        waits = about(key, eve)
        assert waits["kind"] == "officer"
        assert rule_of(answer(officer, waits, 409)) == "confirmed_by_role"
        assert rule_of(answer(key, waits, 409)) == "key_confirms_nothing"
        with production.database.transaction(ORIGIN.holding(Origin(production.parts.following.emits))) as session:
            signed_in = Principal(str(other), frozenset(("operator",)), "https://login.example.org")
            actions.answer_proposal(
                session, UUID(waits["id"]), AnswerStaffProposal(confirms=True), datetime.now(UTC), by=signed_in
            )
        assert sign_ins_of(production, eve) == 1
        assert kinds(officer).count("staff_access_opened") == 1

        operator = UUID(told(first(key, role="operator", sign_ins=[OWN]), 201)["id"])
        assert find(production, operator) is None, "an operator is confirmed by data protection"
        assert about(officer, operator)["kind"] == "registration"


@pytest.mark.hazard("H-OPERATION-3", control="officer-can-sign-in")
def test_an_officer_who_can_not_sign_in_is_none(postgres: servers.PostgresServer) -> None:
    with harness("intake", postgres) as production:
        key = production.staff("operator")
        told(first(key), 201)
        production.database.provide(SECOND_PERSON, True)
        sign_ins = [{**SIGN_IN, "subject": "dee"}]
        dee = UUID(told(first(key, sign_ins=sign_ins, code=code(production)), 201)["id"])
        assert sign_ins_of(production, dee) == 1


def test_a_fictitious_officer_confirms_at_once(postgres: servers.PostgresServer) -> None:
    with harness("intake", postgres) as training:
        member = proposed(training.staff("operator"))
        assert sign_ins_of(training, member) == 1
        assert proposals(training.staff(OFFICER)) == []


def test_what_waits_is_sealed(production: Harness, operator: Client) -> None:
    member = proposed(operator, name="Planted-7f3a")
    with production.database.transaction() as session:
        stored = session.scalars(select(StaffProposal.stated).where(StaffProposal.member == member)).one()
    assert stored is not None
    assert "Planted-7f3a" not in production.everything()
