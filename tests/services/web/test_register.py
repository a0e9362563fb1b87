"""The register's pages: agencies and staff by name, and steps on which the services decide."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.kit.desk import ME, Browser, Site
from tests.kit.desk_register import AGENCY, MEMBER, OTHER, PROPOSAL, SHOWN, proposed, register

pytestmark = pytest.mark.integration


def signed_in(site: Site, *roles: str, **different: Any) -> Browser:
    site.services.answer = register(list(roles), **different)
    browser = site.browser()
    assert browser.sign_in().status_code == 303
    site.services.requests.clear()
    return browser


def test_agencies_are_found_by_name_and_kind_a_page_at_a_time(site: Site) -> None:
    browser = signed_in(site, "caseworker")
    page = browser.get("/register?name=Harb&type=Shelter&country=&state=active").text
    [(_, _, path, _, _)] = [each for each in site.services.requests if each[2].startswith("/v1/agencies")]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    assert asked == {"name": "Harb", "type": "Shelter", "state": "active", "limit": "200"}
    assert "Fictitious &lt;Harbour&gt;" in page
    [following] = re.findall(r'href="(/register\?[^"]*after=[^"]*)"', page)
    assert "name=Harb" in following
    assert AGENCY in following


def test_agencies_are_sorted_by_name(site: Site) -> None:
    browser = signed_in(site, "caseworker")
    usual = site.services.answer

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        status, document = usual(service, method, path, body)
        if path.startswith("/v1/agencies?"):
            [first, *_] = document["agencies"]
            return 200, {"agencies": [{**first, "name": name} for name in ("beta", "Alpha", "Gamma")], "next": None}
        return status, document

    site.services.answer = answer
    page = browser.get("/register").text
    assert re.findall(r"<bdi>(Alpha|beta|Gamma)</bdi>", page) == ["Alpha", "beta", "Gamma"]


def test_names_of_staff_are_in_no_address_and_no_title(site: Site) -> None:
    browser = signed_in(site, "caseworker")
    answer = browser.post("/register/staff", {"form_token": browser.form_token(), "name": "Qzxvname"})
    assert answer.status_code == 200
    [(_, method, path, body, _)] = [each for each in site.services.requests if "searches" in each[2]]
    assert (method, path, body) == ("POST", "/v1/staff/searches", {"name": "Qzxvname", "after": None})
    for text in (answer.text, browser.get(f"/register/staff/{MEMBER}").text):
        assert "Qzxvname" not in text.partition("<title>")[2].partition("</title>")[0]
        assert "<bdi>Qzxvname</bdi>" in text


def test_a_name_that_the_reader_may_not_see_is_said_to_be_hidden(site: Site) -> None:
    page = signed_in(site, "caseworker").get("/register/staff").text
    assert page.count("Qzxvname") == 1
    assert re.search(r'<a href="/register/staff/[^"]+">[^<]+</a>', page), "words stand in the place of a name"


@pytest.mark.parametrize(("role", "offered"), [("caseworker", False), ("operator", True)])
def test_steps_are_offered_to_those_who_keep_the_register(site: Site, role: str, offered: bool) -> None:
    browser = signed_in(site, role)
    page = browser.get(f"/register/agencies/{AGENCY}").text
    assert ("/suspension" in page) is offered
    assert "<bdi>Fictitious &lt;desk&gt;</bdi>" in page


def test_suspending_with_a_reason_and_resuming_an_agency_use_the_version_shown(site: Site) -> None:
    browser = signed_in(site, "operator")
    token = browser.form_token()
    path = f"/register/agencies/{AGENCY}"
    assert (
        browser.post(f"{path}/suspension", {"form_token": token, "reason": "own_wish", "key": "a"}).status_code == 404
    )
    accept(site)
    assert (
        browser.post(f"{path}/suspension", {"form_token": token, "reason": "own_wish", "key": "a"}).status_code == 303
    )
    assert browser.post(f"{path}/resumption", {"form_token": token, "etag": '"4"', "key": "b"}).status_code == 303
    sent = [(each[2], each[3], each[4].get("If-Match")) for each in site.services.requests if each[1] == "POST"][-2:]
    assert sent == [
        (f"/v1/agencies/{AGENCY}/suspension", {"reason": "own_wish"}, None),
        (f"/v1/agencies/{AGENCY}/resumption", None, '"4"'),
    ]


def accept(site: Site) -> None:
    """Have the services accept every step from now on."""
    before = site.services.answer
    site.services.answer = lambda *asked: (200, {}) if asked[1] == "POST" else before(*asked)


def test_an_agency_is_ended_only_with_a_second_yes(site: Site) -> None:
    browser = signed_in(site, "operator")
    accept(site)
    form = {"form_token": browser.form_token(), "reason": "closed_down", "key": "a"}
    path = f"/register/agencies/{AGENCY}/ending"
    site.services.requests.clear()
    assert browser.post(path, form).status_code == 400
    assert site.asked() == []
    assert browser.post(path, {**form, "sure": "1"}).status_code == 303


def test_an_agency_that_the_law_names_cannot_be_ended_here(site: Site) -> None:
    browser = signed_in(site, "operator", agency={**SHOWN, "named_by_law": True})
    page = browser.get(f"/register/agencies/{AGENCY}").text
    assert "/suspension" in page
    assert "/ending" not in page


@pytest.mark.parametrize(("proposer", "offered"), [(OTHER, True), (ME["id"], False)])
def test_a_second_person_confirms_what_they_did_not_propose(site: Site, proposer: str, offered: bool) -> None:
    browser = signed_in(site, "data_protection_officer", proposer=proposer)
    page = browser.get("/register/waiting").text
    assert (f'action="/register/waiting/{PROPOSAL}"' in page) is offered


@pytest.mark.parametrize(("name", "shown"), [("Qzxvproposer", True), (None, False)])
def test_a_proposal_names_the_colleagues_as_far_as_the_reader_sees_them(
    site: Site, name: str | None, shown: bool
) -> None:
    browser = signed_in(site, "data_protection_officer")
    known = {**proposed(OTHER), "kind": "supervision", "name": None, "supervisor": OTHER}
    names = {"by_name": name, "member_name": name, "supervisor_name": name}
    before = site.services.answer
    listed = {"proposals": [{**known, **names}], "next": None}
    site.services.answer = lambda *asked: (200, listed) if "proposals" in asked[2] else before(*asked)
    page = browser.get("/register/waiting").text
    assert any("with=names" in path for *_, path in site.asked())
    assert page.count("<bdi>Qzxvproposer</bdi>") == (3 if shown else 0)
    assert ("name is hidden" in page) is not shown
    assert OTHER not in page


def test_a_proposal_is_confirmed_or_refused(site: Site) -> None:
    browser = signed_in(site, "data_protection_officer")
    accept(site)
    for confirms in ("1", "0"):
        form = {"form_token": browser.form_token(), "confirms": confirms, "key": confirms}
        assert browser.post(f"/register/waiting/{PROPOSAL}", form).status_code == 303
    sent = [(each[2], each[3]) for each in site.services.requests if each[1] == "POST"]
    path = f"/v1/staff/proposals/{PROPOSAL}/confirmation"
    assert sent == [(path, {"confirms": True}), (path, {"confirms": False})]


@pytest.mark.parametrize("path", ["/register", "/register/staff", "/register/waiting", f"/register/staff/{MEMBER}"])
def test_a_register_that_does_not_answer_is_not_shown_as_empty(site: Site, path: str) -> None:
    browser = signed_in(site, "operator")
    site.services.answer = lambda *_: (503, {})
    assert browser.get(path).status_code == 503


def test_a_search_that_the_service_refuses_says_why(site: Site) -> None:
    browser = signed_in(site, "operator")
    site.services.answer = lambda *_: (400, {"detail": "`country` has two letters."})
    page = browser.get("/register?country=x")
    assert page.status_code == 200
    assert "`country` has two letters." in page.text
    site.services.answer = lambda *_: (200, {"agencies": [], "next": None})
    none_found = browser.get("/register?country=x").text
    only_then = set(re.findall("<p[^>]*>(.*?)</p>", none_found)) - set(re.findall("<p[^>]*>(.*?)</p>", page.text))
    assert only_then, "a search that finds none says something else"
