"""Needs and risk assessments: the person's words and view first, over several days, with parts shared by consent."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from shared.access import agency_grounds, staff
from tests.kit.agencies import works_for
from tests.kit.client import Client
from tests.kit.grounds import received
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

PLANTED = "Zebrafinch-2290, fictitious"
SAID: dict[str, Any] = {
    "accommodation": {
        "need": 3, "risk": 1, "priority": 5, "words": PLANTED, "harder": "the stairs", "helps": "a friend",
        "wants": "a door of my own", "worker_need": 2, "worker_risk": 2, "worker_words": "seen by the worker",
    },
    "self_harm_suicide": {"need": "prefer_not_to_say", "risk": "prefer_not_to_say"},
    "money_debt": {"need": 2, "risk": "unknown", "priority": 2},
}  # fmt: skip


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        yield found


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def assessed(worker: Client, domains: dict[str, Any], **more: Any) -> str:
    body = {"type": "initial", "domains": domains, **more}
    return str(worker.told("POST", "assessments", body, 201)["id"])


def shown(client: Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.told("GET", "")["assessments"]
    return rows


def test_both_views_are_kept_and_it_says_of_how_many_it_is(support: Harness, worker: Client) -> None:
    assessed(worker, SAID)
    [seen] = shown(worker)
    assert seen["domains"] == SAID
    assert (seen["answered"], seen["of"], seen["unasked"], seen["overall_risk"]) == (2, 20, 17, "medium")
    assert "self_harm_suicide" in seen["open_safety_domains"]
    assert "self_harm_suicide" not in seen["unasked_domains"]
    assert PLANTED not in str(support.announced())
    assert PLANTED not in support.everything()
    [by_others] = shown(support.member("caseworker"))
    assert not by_others.keys() & {"domains", "changes", "open_safety_domains", "unasked_domains"}
    assert (by_others["answered"], by_others["of"]) == (2, 20)


def test_it_is_compared_with_the_time_before(worker: Client) -> None:
    first = {"accommodation": {"need": 3, "risk": 3}, "money_debt": {"need": 1, "risk": 1}}
    assessed(worker, first, assessed_on="2025-11-01")
    second = {
        "accommodation": {"need": 3, "risk": 2},
        "money_debt": {"need": 2, "risk": 1},
        "culture_faith": {"need": 0, "risk": 0},
    }
    assessed(worker, second, assessed_on="2025-12-01", type="review")
    assert [each["changes"] for each in shown(worker)] == [
        {"accommodation": "new", "money_debt": "new"},
        {"accommodation": "better", "money_debt": "worse", "culture_faith": "new"},
    ]


def test_it_is_stopped_and_gone_on_with_and_what_is_urgent_counts_already(support: Harness, worker: Client) -> None:
    which = assessed(worker, {"accommodation": {"need": 1, "risk": 1}}, unfinished=True)
    path = f"assessments/{which}/continuation"
    again = worker.told("POST", path, {"domains": {"accommodation": {"need": 0, "risk": 0}}}, 422)
    assert again["errors"][0]["rule"] == "answered_once"
    danger = {"domains": {"trafficker_contact": {"need": 1, "risk": 4}}, "unfinished": True}
    worker.told("POST", path, danger, 201)
    [seen] = shown(worker)
    assert (seen["overall_risk"], seen["unfinished"], seen["answered"], seen["revision"]) == ("urgent", True, 2, 2)
    worker.told("POST", path, {"domains": {"digital_safety": {"need": 0, "risk": 0}}}, 201)
    assert worker.ask("POST", path, danger).status_code == 409
    names = [name for name, _data in support.announced() if not name.startswith(("task.", "ring."))]
    assert names == ["assessment.completed", "assessment.completed", "alert.raised", "assessment.completed"]
    assert [data["revision"] for name, data in support.announced() if name == "assessment.completed"] == [1, 2, 3]


def test_the_persons_copy_has_their_words_in_their_order_and_language_and_no_others(
    worker: Client,
) -> None:
    which = assessed(worker, SAID)
    copied = worker.told("GET", f"assessments/{which}/copy", None, 200, Accept_Language="nl")
    assert (copied["language"], [each["priority"] for each in copied["domains"]]) == ("nl", [5, 2, None])
    first = {name: copied["domains"][0][name] for name in ("words", "need", "risk", "helps", "wants")}
    assert first == {
        "words": PLANTED,
        "need": "Moeilijk",
        "risk": "Weinig gevaar",
        "helps": "a friend",
        "wants": "a door of my own",
    }
    assert copied["domains"][2]["risk"] == "Zegt het liever niet"
    assert "seen by the worker" not in str(copied)


def test_who_wants_no_copy_has_none(support: Harness, worker: Client) -> None:
    which = assessed(worker, SAID, person_copy="none_wanted")
    assert worker.ask("GET", f"assessments/{which}/copy").status_code == 409
    right = {"reason": "learnt_more", "person_copy": "given"}
    worker.told("POST", f"assessments/{which}/correction", right, 201)
    assert worker.ask("GET", f"assessments/{which}/copy").status_code == 200
    assert support.member("caseworker").ask("GET", f"assessments/{which}/copy").status_code == 403


# --- parts that are shared --------------------------------------------------------------------------------------------


@pytest.fixture
def outsider(support: Harness, worker: Client) -> Client:
    """A support worker of another agency on the team."""
    member = support.member("support_worker")
    works_for(support.database, member.subject, str(uuid4()), "support_worker")
    return member


def agency_of(support: Harness, member: Client) -> str:
    with support.database.transaction() as session:
        row = staff.find(session, member.subject)
    assert row is not None
    return str(row.agency)


def consents(support: Harness, agency: str, *categories: str) -> str:
    consent = str(uuid4())
    said = {
        "consent": consent, "agency": agency, "purposes": ["referral_for_support"], "granted_on": "2025-01-01",
        "data_categories": list(categories), "expires_on": "2099-01-01",
    }  # fmt: skip
    with support.database.transaction() as session:
        agency_grounds.project(session, [received(support.case, "intake.consent.granted", 2, **said)])
    return consent


def test_another_agency_sees_the_domains_that_were_shared_and_never_the_whole(
    support: Harness, worker: Client, outsider: Client
) -> None:
    which, agency = assessed(worker, SAID), agency_of(support, outsider)
    share = {"agency": agency, "domains": ["accommodation"]}
    path = f"assessments/{which}/shares"
    refused = worker.told("POST", path, share, 422)
    assert refused["errors"][0]["rule"] == "shared_with_consent"
    consents(support, agency, "psychological_scores", "health")
    assert shown(outsider)[0]["domains"] == {}, "a consent opens nothing by itself"
    assert worker.told("POST", path, {**share, "domains": ["culture_faith"]}, 422)["errors"][0]["field"] == "domains"
    made = worker.told("POST", path, share, 201)["id"]
    [seen] = shown(outsider)
    assert seen["domains"].keys() == {"accommodation"}
    assert (seen["unasked_domains"], seen["open_safety_domains"], seen["high_domains"]) == ([], [], ["accommodation"])
    copied = outsider.told("GET", f"assessments/{which}/copy")["domains"]
    assert [each["priority"] for each in copied] == [5]
    assert shown(worker)[0]["domains"] == SAID
    other = assessed(worker, SAID)
    worker.told("POST", f"assessments/{other}/shares/{made}/ending", None, 404)
    assert outsider.told("GET", f"assessments/{which}/copy")["domains"] == copied, "it belongs to another assessment"
    worker.told("POST", f"{path}/{made}/ending", None, 201)
    assert shown(outsider)[0]["domains"] == {}
    assert outsider.told("GET", f"assessments/{which}/copy")["domains"] == []
    assert "accommodation" not in str(support.announced())


def test_what_its_own_people_assessed_an_agency_sees(support: Harness, outsider: Client) -> None:
    consents(support, agency_of(support, outsider), "psychological_scores", "health")
    which = assessed(outsider, SAID)
    assert UUID(which)
    assert shown(outsider)[0]["domains"] == SAID
