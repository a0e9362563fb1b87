"""When a staff member leaves, their records stay, each case gets a named lead, and their tokens stop working."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from services.intake.access.staff.rules import Handed, Heir, Held, Part, check_heirs, handed
from services.intake.cases.lifecycle.actions.opening import open_case
from services.intake.cases.lifecycle.schemas import OpenCase
from shared.access import staff, supervisions
from shared.access.staff import LEFT
from shared.access.tokens import STAFF, Principal, TokenRefused
from shared.casework.refusals import FactRefused
from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import id_of, works_for
from tests.kit.client import Client, told
from tests.kit.intake.cases import OPEN, done, opened, rule_of
from tests.kit.intake.referrals import sent, take
from tests.kit.staff import register

ROLES = ("caseworker", "counsellor")
PARTS = st.builds(Part, st.sampled_from(ROLES), st.booleans())
#: A team: the parts of the leaver, of the named successor, and of others.
TEAMS = st.tuples(PARTS, st.none() | PARTS, st.lists(PARTS, max_size=2))


@given(TEAMS)
def test_every_case_of_who_leaves_has_a_lead_afterwards_and_nobody_loses_a_part(
    team: tuple[Part, Part | None, list[Part]],
) -> None:
    leaver, heir, others = team
    held = Held(
        case=uuid4(),
        part=leaver,
        heir=uuid4(),
        heirs_part=heir,
        is_led_by_another=any(part.lead for part in (*others, *([heir] if heir else []))),
        is_excluded=False,
    )
    came: Handed = handed(held)
    after = [came.part, *others]
    assert any(part.lead for part in after)
    assert came.part.role == (heir or leaver).role
    assert came.part.lead or not (leaver.lead or (heir is not None and heir.lead))
    assert came.changes is (came.part != heir)


def held_by(heir: UUID, **different: Any) -> Held:
    usual = {"part": Part("caseworker", True), "heirs_part": None, "is_led_by_another": False, "is_excluded": False}
    return Held(case=uuid4(), heir=heir, **{**usual, **different})


@pytest.mark.parametrize(
    ("heir", "held"),
    [
        (None, {}),
        (Heir(roles=ROLES, takes_cases=True, works=False), {}),
        (Heir(roles=ROLES, takes_cases=False, works=True), {}),
        (Heir(roles=("counsellor",), takes_cases=True, works=True), {}),
        (Heir(roles=ROLES, takes_cases=True, works=True), {"is_excluded": True}),
    ],
    ids=["not registered", "left", "takes no cases", "another role", "not wanted"],
)
def test_a_case_goes_to_nobody_who_can_not_have_it(heir: Heir | None, held: dict[str, Any]) -> None:
    who = uuid4()
    case = held_by(who, **held)
    with pytest.raises(FactRefused) as refused:
        check_heirs([case], {} if heir is None else {who: heir})
    assert refused.value.rule == "successor_can_have_it"
    assert str(case.case) in str(refused.value)


@dataclass
class House:
    """An agency with a staff member who leaves, and an operator who records it."""

    door: RequestPipeline
    database: Database
    leaver: Client = field(init=False)
    successor: Client = field(init=False)
    operator: Client = field(init=False)

    def __post_init__(self) -> None:
        self.operator, self.successor = Client(self.door, "operator"), Client(self.door, "caseworker")
        person = {"agency": "NL.COMENSHA", "roles": ["caseworker"], "name": "Lee Fictitious"}
        ident = UUID(told(self.operator.ask("POST", "/v1/staff", person), 201)["id"])
        self.leaver = Client(self.door, "caseworker", subject=ident)

    def leave(self, status: int = 200, **different: Any) -> dict[str, Any]:
        body = {"successor": str(self.successor.subject), **different}
        return told(self.operator.ask("POST", f"/v1/staff/{self.leaver.subject}/leaving", body), status)

    def team(self, case: str) -> dict[str, tuple[str, bool]]:
        query = text("select member, role, lead from case_team where case_id = :case")
        with self.database.transaction() as session:
            rows = session.execute(query, {"case": UUID(case)})
            return {str(row.member): (row.role, row.lead) for row in rows}

    def announced(self, about: UUID | str) -> list[str]:
        with self.database.transaction() as session:
            query = select(event_log.c.name).where(event_log.c.subject == UUID(str(about))).order_by("serial")
            return list(session.scalars(query))


@pytest.fixture
def house(door: RequestPipeline, database: Database) -> House:
    return House(door, database)


@pytest.mark.integration
def test_who_leaves_hands_over_each_case_and_is_let_in_no_more(house: House) -> None:
    led, joined = opened(house.leaver), opened(house.successor)
    member = {"member": str(house.leaver.subject), "role": "caseworker"}
    done(house.successor, joined, "team", member, 201)
    gone = house.leave()
    assert gone == {
        "id": str(house.leaver.subject),
        "successor": str(house.successor.subject),
        "cases": 2,
        "supervisions": 0,
    }
    for case in (led, joined):
        assert house.team(case) == {str(house.successor.subject): ("caseworker", True)}
    assert house.announced(led)[-2:] == ["team.member_added", "team.member_removed"]
    assert house.announced(house.leaver.subject)[-2:] == ["access.revoked", "staff.left"]
    assert house.leaver.ask("GET", "/v1/me").status_code == 401
    with house.database.transaction() as session:
        found = staff.find(session, house.leaver.subject)
    assert found is not None
    assert (found.state, found.subjects) == (LEFT, ())
    assert rule_of(house.leave(409)) == "left_once"


@pytest.mark.integration
def test_a_case_whose_person_does_not_want_the_successor_goes_to_another(house: House) -> None:
    usual, unwanted, other = opened(house.leaver), opened(house.leaver), Client(house.door, "caseworker")
    exclusion = {"kind": "worker", "member": str(house.successor.subject)}
    done(house.leaver, unwanted, "exclusions", exclusion, 201)
    refused = house.leave(422)
    assert rule_of(refused) == "successor_can_have_it"
    assert unwanted in refused["errors"][0]["message"]
    assert usual not in refused["errors"][0]["message"]
    assert house.team(usual).keys() == {str(house.leaver.subject)}, "nothing is handed over in part"
    house.leave(elsewhere=[{"case": unwanted, "member": str(other.subject)}])
    assert house.team(usual).keys() == {str(house.successor.subject)}
    assert house.team(unwanted).keys() == {str(other.subject)}


@pytest.mark.integration
def test_a_case_goes_to_nobody_of_an_agency_that_the_person_does_not_want(house: House) -> None:
    case = opened(house.leaver)
    works_for(house.database, house.successor.subject, id_of("NL.POLICE"), "caseworker")
    done(house.leaver, case, "exclusions", {"kind": "agency", "agency": "NL.POLICE"}, 201)
    assert rule_of(house.leave(422)) == "successor_can_have_it"
    assert house.team(case).keys() == {str(house.leaver.subject)}


@pytest.mark.integration
def test_a_case_that_is_not_theirs_goes_nowhere(house: House) -> None:
    strange = [{"case": opened(house.successor), "member": str(house.successor.subject)}]
    assert rule_of(house.leave(422, elsewhere=strange)) == "case_is_theirs"


@pytest.mark.integration
def test_who_was_supervised_has_a_supervisor_again(house: House) -> None:
    led, chief = Client(house.door, "caseworker"), Client(house.door, "supervisor")
    next_one = Client(house.door, "supervisor")
    register(house.database, house.leaver.subject, "supervisor")
    for colleague in (led, chief, next_one):
        works_for(house.database, colleague.subject, id_of("NL.COMENSHA"), *colleague.roles)
    for pair in ((house.leaver, led), (chief, house.leaver)):
        body = {"supervisor": str(pair[0].subject), "member": str(pair[1].subject)}
        told(house.operator.ask("POST", "/v1/supervisions", body))
    assert rule_of(house.leave(422)) == "staff_has_role"
    of_another = Client(house.door, "supervisor")
    refused = house.leave(422, supervisor=str(of_another.subject))
    assert (rule_of(refused), refused["errors"][0]["field"]) == ("supervises_own_agency", "supervisor")
    assert house.leave(supervisor=str(next_one.subject))["supervisions"] == 1
    with house.database.transaction() as session:
        assert supervisions.members_of(session, next_one.subject) == [led.subject]
        assert supervisions.members_of(session, house.leaver.subject) == []
        assert supervisions.members_of(session, chief.subject) == []


@pytest.mark.integration
def test_what_they_had_not_read_is_read_by_who_has_the_case(house: House) -> None:
    case = opened(house.leaver)
    outsider = Client(house.door, "caseworker")
    told(outsider.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}), 201)
    house.leave()
    (notice,) = told(house.successor.ask("GET", "/v1/notices"))["notices"]
    assert (notice["case"], notice["kind"]) == (case, "glass_broken")


@pytest.mark.integration
def test_returned_work_goes_to_the_new_lead_and_each_service_receives_who_that_is(
    house: House,
) -> None:
    case, referral = sent(house.leaver)
    take(house.leaver, case, referral, "reject", reason="no_capacity")
    other, elsewhere = opened(house.leaver), Client(house.door, "caseworker")
    house.leave(elsewhere=[{"case": other, "member": str(elsewhere.subject)}])
    shown = told(house.successor.ask("GET", f"/v1/cases/{case}"))
    assert [found["returned_to"] for found in shown["referrals"]] == [str(house.successor.subject)]
    assert "referral_back" in {item["what"] for item in shown["due"]}
    [line] = [line for line in told(house.successor.ask("GET", "/v1/work-list"))["cases"] if line["case"] == case]
    assert "referral_back" in {item["what"] for item in line["items"]}
    with house.database.transaction() as session:
        query = select(event_log.c.subject, event_log.c.data).where(event_log.c.name == "team.member_removed")
        handed = {str(row.subject): row.data["handed_to"] for row in session.execute(query)}
    assert handed == {case: str(house.successor.subject), other: str(elsewhere.subject)}


@pytest.mark.integration
def test_nobody_leaves_to_themselves_or_to_a_stranger(house: House) -> None:
    assert rule_of(house.leave(422, successor=str(house.leaver.subject))) == "staff_works"
    assert rule_of(house.leave(422, successor=str(uuid4()))) == "staff_is_registered"


@pytest.mark.integration
def test_a_case_that_somebody_opens_while_they_leave_is_refused(house: House) -> None:
    leaver = Principal(str(house.leaver.subject), frozenset({"caseworker"}), STAFF)
    with house.database.transaction() as session:
        staff.leave(session, house.leaver.subject)
        with pytest.raises(TokenRefused):
            open_case(session, OpenCase(**OPEN), datetime.now(UTC), by=leaver)
