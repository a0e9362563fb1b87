"""The operators' pages: alarms with runbooks, waiting cases with retry, and why an agency receives nothing."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from services.web.operator.page import ALARMS, Alarm, page_of
from services.web.operator.routes import RUNBOOKS
from services.web.upstream.client import Answer, _document
from shared.reference.words import words_of_code
from tests.kit.desk import Browser, Site
from tests.kit.desk_operator import AGENCY, PATH, SERVICES, SUBJECT, WEBHOOK, operated, operation


def followed(**different: Any) -> list[dict[str, Any]]:
    return [{"source": "intake", "cursor": 10, "diverged": False, "held": 0, "parked": 0, **different}]


def answers(**instead: Mapping[str, Any] | None) -> dict[str, Answer]:
    """Return the responses of all services; `instead` has the summary of a service, or None if it does not respond."""
    documents = {name: instead.get(name, operation(name)) for name in SERVICES}
    return {name: Answer(0) if document is None else _answer(document) for name, document in documents.items()}


def _answer(document: Any) -> Answer:
    return Answer(200, _document(json.dumps(document).encode()))


# The conclusions from the responses


def test_no_alarm_where_nothing_is_wrong() -> None:
    page = page_of(answers())
    assert page.alarms == []
    assert [service.waiting for service in page.services] == [0, 0, 0, 0]
    assert page.backup is not None
    assert not page.is_hidden


@pytest.mark.parametrize(
    ("summary", "alarm"),
    [
        (None, "CasepathServiceDown"),
        ({"checks": {"database": "away"}}, "CasepathStoreUnusable"),
        ({"checks": {"keys": "full"}}, "CasepathDiskFull"),
        ({"checks": {"broker": "away"}}, "CasepathBrokerAway"),
        ({"checks": {"broker": "blocked"}}, "CasepathBrokerDiskAlarm"),
        ({"checks": {"broker": "refused: ACCESS_REFUSED"}}, "CasepathBrokerRefuses"),
        ({"checks": {"endings": "late"}}, "CasepathEndingsLate"),
        ({"unpublished_age_seconds": 121.0}, "CasepathUnpublished"),
        ({"following": followed(cursor=-1000)}, "CasepathExchangeLags"),
        ({"following": followed(parked=1)}, "CasepathCaseParked"),
        ({"following": followed(held=2)}, "CasepathHoldOld"),
        ({"quarantined": 1}, "CasepathDeadLetter"),
        ({"forged": [{"source": "intake"}]}, "CasepathForgery"),
        ({"probing": [{"caller": "x"}]}, "CasepathProbing"),
    ],
)
def test_each_fault_of_a_service_is_one_alarm(summary: dict[str, Any] | None, alarm: str) -> None:
    said = None if summary is None else operation("legal", **summary)
    assert page_of(answers(legal=said)).alarms == [Alarm(alarm, "legal")]


@pytest.mark.parametrize(
    ("different", "alarm"),
    [
        ({"is_overdue": True}, "CasepathBackupOverdue"),
        ({"failed_at": "2026-03-02T01:00:00+00:00"}, "CasepathBackupFailed"),
    ],
)
def test_a_missing_backup_is_an_alarm(different: dict[str, Any], alarm: str) -> None:
    backup = {"made_at": None, "failed_at": None, "is_overdue": False, **different}
    page = page_of(answers(intake=operation("intake", backup=backup)))
    assert [each.name for each in page.alarms] == [alarm]


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_has_its_runbook(name: str) -> None:
    assert (RUNBOOKS / f"{name}.md").exists()


def test_the_page_is_hidden_only_if_every_service_refuses() -> None:
    refused = dict.fromkeys(SERVICES, Answer(403))
    assert page_of(refused).is_hidden
    assert not page_of({**refused, "intake": Answer(0)}).is_hidden


# The pages


@pytest.fixture
def operator(site: Site) -> Browser:
    """A browser in which an operator is signed in."""
    site.services.answer = operated
    site.services.headers["ETag"] = '"3"'
    browser = site.browser()
    assert browser.sign_in("otto").status_code == 303
    site.services.requests.clear()
    return browser


@pytest.mark.integration
def test_the_first_page_leads_an_operator_to_the_reason_in_two_steps(operator: Browser) -> None:
    assert 'href="/operator"' in operator.get("/").text
    page = operator.get("/operator").text
    assert "CasepathDeliveriesFail" in page, "a failing webhook of an agency is an alarm"
    assert 'href="/operator/agencies"' in page
    agencies = operator.get("/operator/agencies").text
    assert f'href="/operator/agencies/{AGENCY}"' in agencies
    agency = operator.get(f"/operator/agencies/{AGENCY}").text
    why = agency.partition('id="why"')[2].partition("</ol>")[0]
    assert why.count("<li>") == 2
    assert words_of_code("reception_obstacle", "no_agreement", "en").label in why
    assert "Fictitious <Harbour>" not in agency


@pytest.mark.integration
def test_the_page_of_the_services_takes_one_request_to_each_and_one_more(site: Site, operator: Browser) -> None:
    assert operator.get("/operator").status_code == 200
    assert sorted(site.asked()) == sorted(
        [*((name, "GET", "/v1/operation") for name in SERVICES), ("partners", "GET", "/v1/reception")]
    )


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
def test_a_service_that_does_not_answer_is_an_alarm_and_the_rest_is_shown(site: Site, operator: Browser) -> None:
    def away(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        return (503, {}) if service == "partners" else operated(service, method, path, body)

    site.services.answer = away
    answer = operator.get("/operator")
    assert answer.status_code == 200
    assert "CasepathServiceDown" in answer.text
    assert 'role="alert"' in answer.text
    assert answer.text.count("0.3.0") == 3


@pytest.mark.integration
@pytest.mark.parametrize(
    "path",
    [
        "/operator",
        "/operator/agencies",
        f"/operator/agencies/{AGENCY}",
        f"/operator/agencies/{AGENCY}/webhooks/{WEBHOOK}",
        "/operator/waiting/intake",
    ],
)
def test_a_person_that_the_services_refuse_is_shown_nothing(site: Site, browser: Browser, path: str) -> None:
    site.services.answer = lambda *_: (403, {"title": "Not allowed"})
    assert browser.get(path).status_code == 404
    assert 'href="/operator"' not in browser.get("/").text


@pytest.mark.integration
def test_a_waiting_case_is_tried_again_alone_or_with_all(site: Site, operator: Browser) -> None:
    page = operator.get("/operator/waiting/legal").text
    assert SUBJECT in page
    assert SUBJECT not in page.partition("<title>")[2].partition("</title>")[0]
    site.services.requests.clear()
    token = operator.form_token()
    one = {"form_token": token, "key": "k1", "source": "intake", "subject": SUBJECT}
    assert operator.post("/operator/waiting/legal/retry", one).status_code == 303
    assert operator.post("/operator/waiting/legal/retry", {"form_token": token, "key": "k2"}).status_code == 303
    sent = [(path, body) for _, method, path, body, _ in site.services.requests if method == "POST"]
    assert sent == [
        ("/v1/holds/retry", {"subject": SUBJECT, "source": "intake"}),
        ("/v1/holds/retry", {"all": True}),
    ]
    assert operator.post("/operator/waiting/nowhere/retry", {"form_token": token}).status_code == 404
    assert operator.post("/operator/waiting/legal/retry", {**one, "subject": "x"}).status_code == 400


@pytest.mark.integration
def test_a_webhook_shows_attempts_without_what_the_agency_answered(operator: Browser) -> None:
    page = operator.get(f"/operator/agencies/{AGENCY}/webhooks/{WEBHOOK}").text
    assert "500" in page
    assert "Qzxv" not in page
    assert "secret-path" not in page
    assert "hooks.example.org" in page


@pytest.mark.integration
def test_redelivery_and_resuming_a_webhook_use_the_version_shown(site: Site, operator: Browser) -> None:
    path = f"/operator/agencies/{AGENCY}/webhooks/{WEBHOOK}"
    token = operator.form_token()
    shown = operator.get(path).text
    assert re.search(r'name="etag" value="&#34;3&#34;"', shown)
    site.services.requests.clear()
    for step, form in (("redelivery", {"after": "4"}), ("test", {}), ("resumption", {"etag": '"3"'})):
        assert operator.post(f"{path}/{step}", {"form_token": token, "key": step, **form}).status_code == 303
    sent = [(each[2], each[3], each[4].get("If-Match")) for each in site.services.requests]
    assert sent == [
        (f"{PATH}/webhooks/{WEBHOOK}/redelivery", {"after": 4}, None),
        (f"{PATH}/webhooks/{WEBHOOK}/test", None, None),
        (f"{PATH}/webhooks/{WEBHOOK}/resumption", None, '"3"'),
    ]
    for after in ("", "-1", "x", "٣"):
        assert operator.post(f"{path}/redelivery", {"form_token": token, "after": after}).status_code == 400


@pytest.mark.integration
def test_a_step_that_the_service_refuses_says_why(site: Site, operator: Browser) -> None:
    token = operator.form_token()
    site.services.answer = lambda *_: (412, {"detail": "It was changed meanwhile."})
    answer = operator.post(
        f"/operator/agencies/{AGENCY}/webhooks/{WEBHOOK}/resumption", {"form_token": token, "etag": '"2"'}
    )
    assert answer.status_code == 412
    assert "It was changed meanwhile." in answer.text


@pytest.mark.integration
@pytest.mark.parametrize("name", ["CasepathCaseParked", "../README", "CasepathNothing"])
def test_a_runbook_is_shown_by_the_name_of_its_alarm_only(operator: Browser, name: str) -> None:
    answer = operator.get(f"/operator/runbooks/{name}")
    assert answer.status_code == (200 if name == "CasepathCaseParked" else 404)
