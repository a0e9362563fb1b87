"""The public pages of a running installation, with the real intake behind them."""

import re
from uuid import uuid4

import pytest
import requests

from deploy.cli import public
from deploy.cli.api import Api, Targets
from deploy.cli.installation import Installation
from services.web.public.questions import CHOICES
from shared.access.agencies import id_of_authority
from tests.kit.page import Parsed
from tests.kit.receivers import receiving
from tests.kit.staff import registered
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

TIMEOUT = 30


@pytest.fixture(scope="module")
def address(running_installation: Installation) -> str:
    return public.address(running_installation)


def test_a_visitor_goes_from_the_language_to_the_end_of_the_questions(address: str) -> None:
    offered = Parsed.of(requests.get(f"{address}/", timeout=TIMEOUT).text).all("a")
    assert len([given for given in offered if "hreflang" in given]) == 16
    shown = requests.get(f"{address}/vi/questions", timeout=TIMEOUT)
    for number in range(14):
        page = Parsed.of(shown.text)
        form = {**page.hidden, "go": ["next"], "answer": [CHOICES[number % len(CHOICES)]]}
        shown = requests.post(f"{address}{page.action}", data=form, timeout=TIMEOUT)
    assert shown.status_code == 200
    assert Parsed.of(shown.text).action == ""
    assert re.search(r'href="/vi/numbers"', shown.text)
    assert len(Parsed.of(shown.text).all("li")) > 4, "intake has returned topics"


def test_the_pages_are_ready_and_hand_out_no_cookie(address: str) -> None:
    ready = requests.get(f"{address}/health/ready", timeout=TIMEOUT)
    assert ready.json() == {"status": "ok"}
    for path in ("/", "/ar/", "/en/information", "/vi/contact", "/en/code"):
        answer = requests.get(f"{address}{path}", timeout=TIMEOUT)
        assert answer.status_code in (200, 404)
        assert not answer.cookies


def _sent(shown: requests.Response, button: str, **typed: str) -> requests.Response:
    """Send the form of a page as a browser does."""
    page = Parsed.of(shown.text)
    form = {**page.hidden, **{name: [text] for name, text in typed.items()}, "go": [button]}
    host = shown.url.partition(page.action)[0]
    return requests.post(f"{host}{page.action}", data=form, timeout=TIMEOUT)


def test_a_person_asks_for_contact_changes_it_and_takes_it_back(address: str) -> None:
    shown = _sent(requests.get(f"{address}/vi/contact", timeout=TIMEOUT), "way", jurisdiction="NL", way="phone")
    shown = _sent(
        shown,
        "review",
        contact="+31 6 0000 0000",
        message="no",
        if_another_answers="hang_up",
        begins="9:00",
        ends="11:30",
    )
    sent = _sent(shown, "send")
    assert sent.status_code == 200, sent.text
    found = re.search(r'class="code"><bdi dir="ltr">([0-9A-Z-]+)<', sent.text)
    assert found is not None
    state = _sent(requests.get(f"{address}/vi/code", timeout=TIMEOUT), "show", code=found[1].lower())
    assert [given["value"] for given in Parsed.of(state.text).all("button")] == ["change", "withdraw"]
    assert "+31" not in state.text
    changed = _sent(_sent(state, "change"), "way", way="email")
    assert _sent(changed, "save", contact="someone@example.org").status_code == 200
    assert _sent(_sent(state, "withdraw"), "erase").status_code == 200
    again = _sent(requests.get(f"{address}/vi/code", timeout=TIMEOUT), "show", code=found[1])
    assert again.status_code == 422


@pytest.mark.hazard("H-PUBLIC-6", control="request-rings")
def test_a_request_is_on_the_list_of_the_agency_and_rings_as_soon_as_an_alert_does(
    address: str, installation: Targets
) -> None:
    operator = Api(installation, roles=["operator"], patience=20)
    worker = Api(installation, roles=["caseworker"], subject=registered(operator, str(uuid4()), "caseworker"))
    notifiers = f"/v1/agencies/{id_of_authority('NL.COMENSHA')}/notifiers"
    with receiving() as pager:
        rung = {"channel": "webhook", "address": pager.url, "levels": ["team"]}
        notifier = operator.post("partners", notifiers, rung).json()["id"]
        code = _asked(address, "vi")
        try:
            waiting = worker.get("intake", "/v1/contact-requests").json()["requests"]
            assert [(each["language"], each["way"], each["waiting_minutes"]) for each in waiting] == [("vi", "sms", 0)]
            # The same patience as in the tests of alerts.
            wait_until(lambda: len(pager.sent) == 1, "the notifier of the agency rings")
            assert b"+31" not in pager.sent[0].body
        finally:
            requests.post(f"{address}/vi/code", data={"code": code, "go": "erase"}, timeout=TIMEOUT)
            operator.delete("partners", f"{notifiers}/{notifier}")
        assert worker.get("intake", "/v1/contact-requests").json()["requests"] == []


def _asked(address: str, language: str) -> str:
    """Send a request to be contacted; return its code."""
    form = {"jurisdiction": "NL", "way": "sms", "contact": "+31 6 0000 0000", "go": "send"}
    sent = requests.post(f"{address}/{language}/contact", data=form, timeout=TIMEOUT)
    found = re.search(r'class="code"><bdi dir="ltr">([0-9A-Z-]+)<', sent.text)
    assert found is not None
    return found[1]


def test_a_code_that_nobody_has_is_refused_by_intake(address: str) -> None:
    answer = requests.post(f"{address}/en/code", data={"code": "1111-1111-1111-1111", "go": "show"}, timeout=TIMEOUT)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
