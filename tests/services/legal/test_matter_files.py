"""Each matter file has its own team that opens, works on and closes it.

Two people check its key dates, and complete them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from deploy.cli import servers
from shared.http import routes_of
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

PROOF = "Receipt Zebrafinch-7731, fictitious"


@pytest.fixture(scope="module")
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def opened(adviser: Client, **stated: Any) -> str:
    """Open a matter's file; return its address."""
    made = adviser.told("POST", "matter-files", {"type": "residence", **stated}, 201)
    return f"matter-files/{made['id']}"


def joined(adviser: Client, file: str, colleague: Client, part: str = "adviser") -> None:
    adviser.told("POST", f"{file}/members", {"member": str(colleague.subject), "part": part}, 201)


def test_a_matter_is_opened_screened_worked_on_and_closed(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser, remedy="NL.CIVIL", opened_on="2026-03-02")
    adviser.told("POST", f"{file}/opening", {"decision": "accepted", "happened_on": "2026-03-03"}, 201)
    adviser.told("POST", f"{file}/stages", {"stage": "filed", "happened_on": "2026-03-09"}, 201)
    adviser.told("POST", f"{file}/stages", {"court_stage": "trial", "happened_on": "2026-04-01"}, 201)
    adviser.told("POST", f"{file}/reviews", {"review_on": "2026-06-01", "happened_on": "2026-04-02"}, 201)
    adviser.told("POST", f"{file}/closing", {"outcome": "partly_won", "closed_on": "2026-05-04"}, 201)
    whole = adviser.told("GET", file)
    head = whole["file"]
    assert (head["stage"], head["court_stage"], head["outcome"]) == ("closed", "trial", "partly_won")
    assert (head["responsible"], head["members"], head["review_on"]) == (
        str(adviser.subject),
        [str(adviser.subject)],
        "2026-06-01",
    )
    steps = [(step["step"], step["now"]) for step in whole["steps"]]
    assert steps == [
        ("opening", "accepted"),
        ("stage", "filed"),
        ("court_stage", "trial"),
        ("review", None),
        ("closing", "partly_won"),
    ]
    assert adviser.ask("POST", f"{file}/dates", {"kind": "appeal", "due_on": "2026-06-01"}).status_code == 409
    adviser.told("POST", f"{file}/stages", {"stage": "challenged"}, 201)
    assert adviser.told("GET", file)["file"]["closed_on"] is None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("opening", {"decision": "rejected"}, 422),
        ("opening", {"decision": "accepted", "rejection": "conflict"}, 422),
        ("stages", {}, 422),
        ("stages", {"stage": "filed", "court_stage": "trial"}, 422),
        ("stages", {"stage": "closed"}, 422),
        ("stages", {"stage": "filed", "happened_on": "2020-01-01"}, 422),
        ("members", {"member": str(uuid4()), "part": "deputy"}, 422),
    ],
)
def test_what_can_not_be_is_refused(legal: Harness, path: str, body: Any, status: int) -> None:
    adviser = legal.member("legal_adviser")
    assert adviser.ask("POST", f"{opened(adviser)}/{path}", body).status_code == status


def test_a_rejected_matter_is_closed_with_its_reason(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    adviser.told("POST", f"{file}/opening", {"decision": "rejected", "rejection": "conflict"}, 201)
    head = adviser.told("GET", file)["file"]
    assert (head["opening"], head["rejection"], head["stage"]) == ("rejected", "conflict", "closed")
    assert adviser.ask("POST", f"{file}/opening", {"decision": "accepted"}).status_code == 409


def test_a_key_date_is_checked_by_another_and_answered_once_and_never_goes(legal: Harness) -> None:
    adviser, second = legal.member("legal_adviser"), legal.member("legal_adviser")
    file = opened(adviser)
    made = adviser.told("POST", f"{file}/dates", {"kind": "appeal", "due_on": "2026-03-02", "unclear": True}, 201)
    key_date = f"{file}/dates/{made['id']}"
    assert adviser.ask("POST", f"{key_date}/check").status_code == 409
    assert second.ask("POST", f"{key_date}/check").status_code == 404
    joined(adviser, file, second)
    second.told("POST", f"{key_date}/check", None, 201)
    assert second.ask("POST", f"{key_date}/check").status_code == 409
    assert adviser.ask("POST", f"{file}/closing", {"outcome": "won"}).status_code == 409
    adviser.told("POST", f"{key_date}/answer", {"answer": "not_pursued", "proof": PROOF}, 201)
    assert second.ask("POST", f"{key_date}/answer", {"answer": "filed"}).status_code == 409
    assert not any(each.method == "DELETE" and "dates" in each.path for each in routes_of(legal.service_class))
    [shown] = second.told("GET", file)["dates"]
    assert (shown["answer"], shown["proof"], shown["checked_by"]) == ("not_pursued", PROOF, str(second.subject))
    assert PROOF not in legal.everything()
    adviser.told("POST", f"{file}/closing", {"outcome": "withdrawn"}, 201)


def test_the_morning_list_has_what_waits_the_first_day_first(legal: Harness) -> None:
    adviser, deputy = legal.member("legal_adviser"), legal.member("legal_adviser")
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()  # where the case is
    file = opened(adviser, review_on=str(today + timedelta(days=40)))
    assert {item["item"] for item in waiting(adviser)} == {"not_screened", "no_deputy"}
    adviser.told("POST", f"{file}/opening", {"decision": "accepted"}, 201)
    joined(adviser, file, deputy, "deputy")
    for days, kind in ((31, "appeal"), (20, "hearing"), (-10, "limitation")):
        body = {"kind": kind, "due_on": str(today + timedelta(days=days))}
        made = adviser.told("POST", f"{file}/dates", body, 201)
        deputy.told("POST", f"{file}/dates/{made['id']}/check", None, 201)
    needed = adviser.told("POST", f"{file}/documents", {"kind": "authority_to_act", "due_on": str(today)}, 201)
    found = [(item["item"], item["due_on"]) for item in waiting(deputy)]
    assert found == [
        ("key_date", str(today - timedelta(days=10))),
        ("document", str(today)),
        ("key_date", str(today + timedelta(days=20))),
    ]
    assert waiting(deputy)[0]["days_late"] in (9, 10, 11)
    adviser.told("POST", f"{file}/documents/{needed['id']}/receipt", {}, 201)
    assert [item["item"] for item in waiting(deputy)] == ["key_date", "key_date"]
    legal.exclude(deputy)
    assert waiting(deputy) == []


def test_privilege_is_waived_by_the_person_once_and_a_wrong_entry_is_put_right(legal: Harness) -> None:
    adviser, deputy = legal.member("legal_adviser"), legal.member("legal_adviser")
    file = opened(adviser, privilege="legal_professional")
    adviser.told("POST", f"{file}/members", {"member": str(deputy.subject), "part": "deputy", "privilege": "none"}, 201)
    adviser.told("POST", f"{file}/privilege/waiver", {}, 201)
    assert adviser.ask("POST", f"{file}/privilege/waiver", {}).status_code == 409
    whole = deputy.told("GET", file)
    assert whole["file"]["privilege_waived_on"] is not None
    # The deputy is no lawyer, so the law does not protect statements to the deputy.
    assert {row["member"]: row["privilege"] for row in whole["advisers"]} == {
        str(adviser.subject): None,
        str(deputy.subject): "none",
    }
    adviser.told("POST", f"{file}/members", {"member": str(deputy.subject), "part": "adviser"}, 201)
    assert {row["privilege"] for row in adviser.told("GET", file)["advisers"]} == {None, "none"}
    adviser.told("POST", f"{file}/privilege", {"privilege": "none"}, 201)
    whole = adviser.told("GET", file)
    assert (whole["file"]["privilege"], whole["file"]["privilege_waived_on"]) == ("none", None)
    assert [step["step"] for step in whole["steps"]] == ["privilege_waived", "privilege"]
    assert adviser.ask("POST", f"{file}/privilege/waiver", {}).status_code == 409, "there is nothing to waive"


def test_an_emergency_opens_the_case_and_none_of_its_matters(legal: Harness) -> None:
    adviser, rescuer = legal.member("legal_adviser"), legal.staff("legal_adviser")
    file = opened(adviser, privilege="legal_professional")
    legal.break_glass(rescuer)
    assert rescuer.ask("GET", "").status_code == 200
    for path in ("matter-files", file, f"{file}/parties", f"{file}/hearings"):
        assert rescuer.ask("GET", path).status_code == 403, path


def test_what_authorities_owe_on_request_is_due_by_the_law_of_the_case(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()  # where the case is
    file, in_time = opened(adviser), str(today + timedelta(days=14))
    for kind in ("case_information", "release_notice", "identity"):
        adviser.told("POST", f"{file}/documents", {"kind": kind}, 201)
    adviser.told("POST", f"{file}/documents", {"kind": "case_information", "due_on": str(today)}, 201)
    shown = [(row["kind"], row["due_on"], row["unclear"]) for row in adviser.told("GET", file)["documents"]]
    # Article 51ac of the Dutch code: 14 days; the law states no length for the notice of a release.
    assert shown == [
        ("case_information", in_time, True),
        ("release_notice", None, True),
        ("identity", None, False),
        ("case_information", str(today), False),
    ]
    assert ("document", in_time) in [(item["item"], item["due_on"]) for item in waiting(adviser)]


def waiting(adviser: Client) -> list[dict[str, Any]]:
    due: list[dict[str, Any]] = adviser.told("GET", "/v1/matter-files/due")["due"]
    return due


def test_what_nobody_is_left_for_is_handed_on_blindly(legal: Harness) -> None:
    gone, heir, apart = (legal.member("legal_adviser") for _ in range(3))
    supervisor = legal.supervisor_of(heir)
    file = opened(gone)
    gone.told("POST", f"{file}/barriers", {"member": str(apart.subject), "reason": "acted_before"}, 201)
    gone.told("POST", f"{file}/barriers", {"member": str(gone.subject), "reason": "own_interest"}, 201)
    assert gone.ask("GET", file).status_code == 404
    for to in (apart, heir):
        version = supervisor.ask("GET", "").headers["ETag"]
        answer = supervisor.ask("POST", "matter-files/handover", {"to": str(to.subject)}, If_Match=version)
        assert (answer.status_code, answer.data) == (204, b"")
    assert apart.ask("GET", file).status_code == 404
    assert heir.told("GET", file)["file"]["responsible"] == str(heir.subject)


def test_a_deputy_takes_over_from_who_is_kept_apart(legal: Harness) -> None:
    adviser, deputy = legal.member("legal_adviser"), legal.member("legal_adviser")
    file = opened(adviser)
    joined(adviser, file, deputy, "deputy")
    deputy.told("POST", f"{file}/barriers", {"member": str(adviser.subject), "reason": "acts_for_co_victim"}, 201)
    head = deputy.told("GET", file)["file"]
    assert (head["responsible"], head["deputy"], head["members"]) == (str(deputy.subject), None, [str(deputy.subject)])
    joined(deputy, file, adviser)
    assert adviser.ask("GET", file).status_code == 404, "a barrier stands, whoever adds them"
    assert deputy.told("GET", file)["file"]["apart"] == [str(adviser.subject)]
