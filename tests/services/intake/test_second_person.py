"""Steps at intake that one person proposes or takes in an emergency, and that wait for a second person's review."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.wrappers import Response

from services.intake.access.erasure import rules as erasure
from services.intake.access.rights import rules as rights
from services.intake.service import PARTS
from shared.casework.refusals import FactRefused, StepForbidden
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.confirmations import answered, waiting
from tests.kit.intake.disclosures import demanded, joined, proposed
from tests.kit.intake.sharings import AT_ONCE
from tests.kit.intake.sharings import proposed as shared_by

pytestmark = pytest.mark.integration


@pytest.fixture
def officer(door: RequestPipeline) -> Client:
    return Client(door, "data_protection_officer")


@pytest.fixture
def supervisor(door: RequestPipeline, worker: Client) -> Client:
    """A supervisor of the case's worker: the second person if there is only one officer."""
    chief = Client(door, "supervisor")
    pair = {"supervisor": str(chief.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", pair))
    return chief


@pytest.fixture
def later(database: Database) -> Callable[..., int]:
    """Advance the domain's clock, and fire every timer that is due by then."""
    clock: TimeSource = database.provided(TIME_SOURCE)

    def go(**more: float) -> int:
        with database.transaction() as session:
            clock.move(session, datetime.now(UTC) + timedelta(**more))
        return Timers(database, clock, PARTS.following.emits, PARTS.on_timer).fire_due()

    return go


def names(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.execute(text("select name from event_log order by serial")).scalars())


def change(client: Client, case: str, path: str, body: Any, status: int = 200) -> Any:
    """Change a case in its current state, with its ETag."""
    version = client.ask("GET", f"/v1/cases/{case}/erasure-requests").headers["ETag"]
    return told(client.ask("POST", f"/v1/cases/{case}/{path}", body, If_Match=version), status)


def ordered(officer: Client, case: str, reason: str = "retention_over") -> str:
    """Have one officer request an erasure on behalf of the organisation, examine it, and order it."""
    asked = officer.ask("POST", f"/v1/cases/{case}/erasure-requests", {"reason": reason})
    which = str(told(asked, 201)["id"])
    change(officer, case, f"erasure-requests/{which}/checks", {"checked": "third_party"})
    assert change(officer, case, f"erasure-requests/{which}/decision", {"decision": "order"})["state"] == "proposed"
    return which


def confirm_order(client: Client, case: str, which: str, **said: Any) -> Response:
    return answered(
        client, f"/v1/cases/{case}/erasure-requests/{which}/confirmation", which, {"confirms": True, **said}
    )


def state_of(officer: Client, which: str) -> str:
    return str(told(officer.ask("GET", f"/v1/erasures/{which}"))["state"])


@pytest.mark.parametrize("reason", sorted(erasure.UNASKED))
def test_an_unrequested_erasure_destroys_nothing_until_a_second_person_confirms_it(
    reason: str, worker: Client, officer: Client, supervisor: Client, database: Database
) -> None:
    case = opened(worker)
    which = ordered(officer, case, reason)
    assert "erasure.ordered" not in names(database)
    assert officer.ask("GET", f"/v1/cases/{case}/erasure-requests").status_code == 200, "it is all still there"
    assert waiting(supervisor)[which]["reason"] == reason
    assert told(confirm_order(supervisor, case, which))["state"] == "ordered"
    assert names(database)[-1] == "erasure.ordered"
    shown = told(officer.ask("GET", f"/v1/erasures/{which}"))
    assert (shown["decided_by"], shown["confirmed_by"]) == (str(officer.subject), str(supervisor.subject))


def test_who_ordered_it_confirms_it_in_no_other_role(
    worker: Client, officer: Client, door: RequestPipeline, supervisor: Client
) -> None:
    case = opened(worker)
    which = ordered(officer, case)
    assert which not in waiting(officer), "nothing of one's own waits for oneself"
    version = waiting(supervisor)[which]["version"]
    for roles in (("data_protection_officer",), ("supervisor", "data_protection_officer")):
        same = Client(door, *roles, subject=officer.subject)
        path = f"/v1/cases/{case}/erasure-requests/{which}/confirmation"
        refused = same.ask("POST", path, {"confirms": True}, If_Match=f'"{version}"')
        assert rule_of(told(refused, 409)) == "second_person"
    assert state_of(officer, which) == "proposed"


def test_a_second_person_refuses_with_a_reason_and_the_case_stays_restricted(
    worker: Client, officer: Client, supervisor: Client
) -> None:
    case = opened(worker)
    which = ordered(officer, case)
    assert rule_of(told(confirm_order(supervisor, case, which, confirms=False), 422)) == "refusal_has_a_reason"
    answer = told(confirm_order(supervisor, case, which, confirms=False, reason="legal_claims"))
    assert answer["state"] == "refused"
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 403
    assert waiting(supervisor) == {}
    assert change(officer, case, f"erasure-requests/{which}/decision", {"decision": "lift"})["state"] == "lifted"


@pytest.mark.promise("RIGHT-8")
def test_a_proposed_erasure_lapses_after_a_week_and_can_be_ordered_anew(
    worker: Client, officer: Client, supervisor: Client, later: Callable[..., int]
) -> None:
    case = opened(worker)
    which = ordered(officer, case)
    assert later(days=6) == 0
    assert later(days=7, minutes=1) == 1
    assert state_of(officer, which) == "requested"
    assert waiting(supervisor) == {}
    version = told(supervisor.ask("GET", f"/v1/cases/{case}/erasure-requests"))["erasure_requests"][0]
    assert (version["decided_by"], version["lapses_at"]) == (None, None)
    kinds = [notice["kind"] for notice in told(officer.ask("GET", "/v1/notices"))["notices"]]
    assert kinds == ["erasure_proposed", "erasure_proposal_lapsed"]
    change(officer, case, f"erasure-requests/{which}/decision", {"decision": "order"})
    assert told(confirm_order(supervisor, case, which))["state"] == "ordered"


def test_a_legal_hold_that_came_meanwhile_keeps_what_it_is_for(
    worker: Client, officer: Client, supervisor: Client
) -> None:
    case = opened(worker)
    which = ordered(officer, case)
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    hold = {"basis": "criminal_proceedings", "until": until}
    told(supervisor.ask("POST", f"/v1/cases/{case}/legal-holds", hold), 201)
    assert told(confirm_order(supervisor, case, which))["state"] == "held"
    assert state_of(officer, which) == "held"


@pytest.mark.promise("RIGHT-6")
def test_what_the_person_asked_for_is_not_ordered_by_who_alone_says_so(
    worker: Client, officer: Client, door: RequestPipeline
) -> None:
    case = opened(worker)
    which = told(officer.ask("POST", f"/v1/cases/{case}/erasure-requests", {}), 201)["id"]
    for checked in ("coercion", "third_party"):
        change(officer, case, f"erasure-requests/{which}/checks", {"checked": checked})
    decision = {"decision": "order"}
    refused = change(officer, case, f"erasure-requests/{which}/decision", decision, 409)
    assert rule_of(refused) == "second_person"
    change(worker, case, f"erasure-requests/{which}/checks", {"checked": "coercion"})
    assert change(officer, case, f"erasure-requests/{which}/decision", decision)["state"] == "ordered"


def confirm_demand(client: Client, case: str, which: str, **said: Any) -> Response:
    return answered(client, f"/v1/cases/{case}/disclosures/{which}/confirmation", which, {"confirms": True, **said})


def copied(client: Client, case: str, which: str) -> int:
    return int(client.ask("GET", f"/v1/cases/{case}/copy", query={"disclosure": which}).status_code)


def test_nothing_is_handed_over_on_a_demand_until_a_second_person_confirms_it(
    worker: Client, officer: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    adviser = joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    assert proposed(adviser, case, which)["state"] == "proposed"
    assert copied(worker, case, which) == 409
    assert "disclosure.decided" not in names(database)
    shown = waiting(officer)[which]
    assert (shown["demanded_by"], shown["reason"], shown["given"]) == ("police", "court_order", ["detection"])
    assert told(confirm_demand(officer, case, which))["state"] == "confirmed"
    assert copied(worker, case, which) == 200
    assert names(database)[-1] == "disclosure.decided"


def test_who_decides_a_demand_confirms_it_in_no_other_role(
    worker: Client, officer: Client, door: RequestPipeline
) -> None:
    case = opened(worker)
    adviser = joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    proposed(adviser, case, which)
    version = waiting(officer)[which]["version"]
    for role in ("legal_adviser", "data_protection_officer"):
        same = Client(door, role, subject=adviser.subject)
        assert which not in waiting(same)
        path = f"/v1/cases/{case}/disclosures/{which}/confirmation"
        refused = same.ask("POST", path, {"confirms": True}, If_Match=f'"{version}"')
        assert rule_of(told(refused, 409)) == "second_person"
    assert copied(worker, case, which) == 409


@pytest.mark.promise("RIGHT-8")
def test_a_refused_or_lapsed_proposal_discloses_nothing_and_is_decided_again(
    worker: Client, officer: Client, door: RequestPipeline, later: Callable[..., int]
) -> None:
    case = opened(worker)
    adviser = joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    proposed(adviser, case, which)
    assert rule_of(told(confirm_demand(officer, case, which, confirms=False), 422)) == "refusal_has_a_reason"
    refusal = {"confirms": False, "reason": "more_than_asked"}
    assert told(confirm_demand(officer, case, which, **refusal))["state"] == "refused"
    assert waiting(officer) == {}
    proposed(adviser, case, which)
    assert later(days=8) == 1
    [demand] = told(worker.ask("GET", f"/v1/cases/{case}/disclosures"))["disclosures"]
    assert (demand["decision"], demand["proposal"]["state"]) == (None, "lapsed")
    assert copied(worker, case, which) == 409
    proposed(adviser, case, which)
    proposed(adviser, case, which, decision="refused", given=[])
    assert waiting(officer) == {}, "to give nothing is decided by one, and what waited is replaced"
    [demand] = told(worker.ask("GET", f"/v1/cases/{case}/disclosures"))["disclosures"]
    assert (demand["decision"], demand["proposal"]["state"]) == ("refused", "replaced")


def test_a_second_person_confirms_what_they_have_seen(worker: Client, officer: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    adviser = joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    proposed(adviser, case, which)
    seen = waiting(officer)[which]["version"]
    proposed(adviser, case, which, decision="given", given=["detection", "legal_advice"])
    path = f"/v1/cases/{case}/disclosures/{which}/confirmation"
    assert officer.ask("POST", path, {"confirms": True}, If_Match=f'"{seen}"').status_code == 412


def opened_in_emergency(door: RequestPipeline, case: str, reason: str = "danger_to_life") -> tuple[Client, str]:
    stranger = Client(door, "caseworker")
    glass = told(stranger.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": reason}), 201)["id"]
    return stranger, str(glass)


def review(client: Client, case: str, glass: str, outcome: str = "needed") -> Response:
    return answered(client, f"/v1/cases/{case}/break-glass/{glass}/review", glass, {"outcome": outcome})


def acknowledged(officer: Client) -> list[str]:
    """Read every notice, and acknowledge it."""
    read = told(officer.ask("GET", "/v1/notices"))["notices"]
    for notice in read:
        told(officer.ask("POST", f"/v1/notices/{notice['id']}/acknowledgement"))
    return [notice["kind"] for notice in read]


@pytest.mark.parametrize("reason", ["danger_to_life", "team_out_of_reach"])
def test_an_emergency_comes_back_every_day_until_another_has_reviewed_it(
    reason: str, worker: Client, officer: Client, door: RequestPipeline, database: Database, later: Callable[..., int]
) -> None:
    case = opened(worker)
    stranger, glass = opened_in_emergency(door, case, reason)
    assert acknowledged(officer) == ["glass_broken"]
    for day in (1, 2, 3):
        assert later(days=day, minutes=1) == 1
        assert acknowledged(officer) == ["glass_not_reviewed"], "also after the last was acknowledged"
        assert waiting(officer)[glass]["reason"] == reason
    assert names(database).count("access.glass_review_overdue") == 3
    same = Client(door, "data_protection_officer", subject=stranger.subject)
    version = waiting(officer)[glass]["version"]
    path = f"/v1/cases/{case}/break-glass/{glass}/review"
    assert rule_of(told(same.ask("POST", path, {"outcome": "needed"}, If_Match=f'"{version}"'), 409)) == "second_person"
    assert told(review(officer, case, glass))["outcome"] == "needed"
    assert (waiting(officer), later(days=30), acknowledged(officer)) == ({}, 0, [])
    assert names(database)[-1] == "access.glass_reviewed"


def test_a_clock_jump_lists_an_emergency_once_and_repeats_no_unread_notice(
    worker: Client, officer: Client, door: RequestPipeline, later: Callable[..., int]
) -> None:
    opened_in_emergency(door, opened(worker))
    acknowledged(officer)
    assert later(days=20) == 1
    assert later(days=22) == 1
    assert acknowledged(officer) == ["glass_not_reviewed"]


@pytest.mark.promise("RIGHT-10")
def test_what_was_shared_at_once_comes_back_every_day_until_another_has_reviewed_it(
    worker: Client, officer: Client, database: Database, later: Callable[..., int]
) -> None:
    case = opened(worker)
    which = shared_by(worker, case, AT_ONCE)
    assert acknowledged(officer) == ["sharing_without_consent"]
    for day in (1, 2):
        assert later(days=day, minutes=1) == 1
        assert acknowledged(officer) == ["sharing_without_consent"]
        assert waiting(officer)[which]["kind"] == "sharing"
    decision = answered(officer, f"/v1/cases/{case}/sharings/{which}/decision", which, {"approves": True})
    told(decision)
    assert (waiting(officer), later(days=30)) == ({}, 0)
    assert names(database).count("sharing.review_overdue") == 2


@pytest.mark.promise("RIGHT-9")
def test_the_list_shows_to_each_what_they_may_answer_and_nothing_else(
    worker: Client, officer: Client, supervisor: Client, door: RequestPipeline
) -> None:
    case, other = opened(worker), opened(Client(door, "caseworker"))
    adviser = joined(door, worker, case, "legal_adviser")
    which = demanded(worker, case)
    proposed(supervisor, case, which)
    _, glass = opened_in_emergency(door, case)
    _, elsewhere = opened_in_emergency(door, other)
    member = str(uuid4())
    ending = told(Client(door, "operator").ask("POST", "/v1/access/endings", {"member": member}))["id"]
    assert waiting(officer).keys() == {which, glass, elsewhere, ending}
    assert waiting(supervisor).keys() == {glass, ending}, "no case of others, and not one's own"
    assert waiting(adviser).keys() == {which}
    assert worker.ask("GET", "/v1/confirmations").status_code == 403
    excluded = {"kind": "worker", "member": str(officer.subject)}
    done(worker, case, "exclusions", excluded, 201)
    assert waiting(officer).keys() == {elsewhere, ending}


@pytest.mark.parametrize(
    ("state", "confirms", "refusal", "rule"),
    [
        (None, True, None, "proposal_waits"),
        ("lapsed", True, None, "proposal_waits"),
        ("waiting", True, "more_than_asked", "refusal_has_a_reason"),
    ],
)
def test_a_demand_is_confirmed_while_it_waits(
    state: str | None, confirms: bool, refusal: str | None, rule: str
) -> None:
    with pytest.raises(StepForbidden) as refused:
        rights.check_second(state, proposed_by=uuid4(), by=uuid4(), confirms=confirms, refusal=refusal)
    assert refused.value.rule == rule
    assert isinstance(refused.value, FactRefused) == hasattr(refused.value, "errors")
