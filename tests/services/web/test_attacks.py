"""Attacks on the pages over HTTP. Routes come from the application, so that a new page or form is attacked, too."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from werkzeug.routing import AnyConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from services.web.doing.table import ACTS
from services.web.session import store
from services.web.sign_in import routes as sign_in
from tests.kit.desk import Browser, Site, cookies_of
from tests.kit.desk_pages import CASE, MARKUP, case_files, show

pytestmark = pytest.mark.integration
EVIL = ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example")
SPLIT = "x\r\nSet-Cookie: evil=1\r\n\r\n<script>alert(1)</script>"
#: Names of parameters that control a redirect, to this site or another.
LEADING = ("next", "url", "to", "back", "return", "returnTo", "redirect", "redirect_uri", "following", "after", "done")
#: A form is refused, or its address has no form.
REFUSED = (403, 404)
ANYTHING = "0195566e-7a10-7000-8000-0000000000ff"


#: One action of each kind: its code is part of the address of its form.
ACTIONS = tuple({(act.source, bool(act.records)): act.code for act in ACTS.values()}.values())


def _paths(site: Site, method: str) -> Iterator[str]:
    """Return an address of each route that accepts a method, and of a form for each kind of action."""
    adapter = site.app.url_map.bind("desk.example.org")
    for rule in site.app.url_map.iter_rules():
        if method in (rule.methods or ()):
            for code in ACTIONS if "code" in rule.arguments else ("",):
                yield adapter.build(rule.endpoint, _values(rule, code), method=method)


def _values(rule: Rule, code: str) -> dict[str, Any]:
    return {name: code if name == "code" else _value(rule, name) for name in rule.arguments}


def _value(rule: Rule, name: str) -> Any:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return ANYTHING if isinstance(converter, UUIDConverter) else "intake"


def sent(site: Site) -> list[tuple[str, str, str]]:
    """Return the requests to services that could change something."""
    return [each for each in site.asked() if each[1] != "GET"]


# Forms of other sites


@pytest.mark.hazard("H-DESK-3", control="forms-carry-a-token")
def test_no_form_of_any_page_works_without_the_token_of_its_own_session(site: Site, browser: Browser) -> None:
    other = site.browser()
    other.sign_in()
    own, foreign = browser.form_token(), other.form_token()
    accepted = [
        (path, form, headers)
        for path in _paths(site, "POST")
        # Locking changes nothing else, so every page of this site can send it, even an old one.
        if path != "/lock"
        for form in ({}, {"form_token": ""}, {"form_token": foreign}, {"form_token": own[:-1]}, {"form_token": "é"})
        for headers in ({}, {"HX-Request": "true"}, {"X-HTTP-Method-Override": "GET"})
        if browser.post(path, form, **headers).status_code not in REFUSED
    ]
    crossed = [
        browser.post(path, {"form_token": own}, **{"Sec-Fetch-Site": "cross-site"}).status_code
        for path in _paths(site, "POST")
    ]
    assert set(crossed) <= set(REFUSED)
    assert crossed.count(403) >= 15, "each room has addresses with a form"
    assert accepted == []
    assert sent(site) == []
    assert browser.get("/search").status_code == 200, "the session has not ended"


def test_a_token_in_an_address_does_not_count(site: Site, browser: Browser) -> None:
    token = browser.form_token()
    for path in _paths(site, "POST"):
        if path == "/lock":
            continue
        assert browser.post(f"{path}?form_token={token}", {}).status_code in REFUSED
    assert sent(site) == []


def test_no_other_method_does_what_a_form_does(site: Site, browser: Browser) -> None:
    token = browser.form_token()
    adapter = site.app.url_map.bind("desk.example.org")
    for path in _paths(site, "POST"):
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            answer = browser.client.open(
                path, method=method, base_url="https://desk.example.org", data={"form_token": token}
            )
            may_read = method in ("GET", "HEAD") and adapter.test(path, method="GET")
            assert answer.status_code < 500
            assert may_read or answer.status_code in (404, 405), (method, path)
    assert sent(site) == []


# Every answer


@pytest.mark.hazard("H-DESK-4", control="pages-are-not-kept")
def test_every_answer_forbids_frames_storage_and_foreign_content(site: Site, browser: Browser) -> None:
    for path in _paths(site, "GET"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "no-store" in headers["Cache-Control"] or path == "/favicon.ico" or path.startswith("/look/"), path
        assert "Access-Control-Allow-Origin" not in headers
        assert not [name for name, _ in headers if name.lower().startswith("hx-")]


def test_no_page_is_shown_without_a_session(site: Site) -> None:
    stranger = site.browser()
    open_to_all = {"/", "/sign-in", "/signed-in", "/signed-out", "/locked", "/health/live", "/health/ready"}
    for path in {*_paths(site, "GET")} - open_to_all:
        if not path.startswith(("/look/", "/favicon")):
            assert stranger.get(path).status_code == 401, path
            assert stranger.get(path, **{"HX-Request": "true"}).status_code == 401, path
    for path in _paths(site, "POST"):
        # The response to a draft is one sentence: the draft was not stored.
        assert stranger.post(path, {}).status_code in (200 if path.endswith("/draft") else 303, 401, *REFUSED), path
    assert site.asked() == []


# Redirects and links


def _leads_elsewhere(answer: TestResponse) -> list[str]:
    """Return what leads to another site: a redirect, a link or a form."""
    found = re.findall(r'(?:href|action|src|hx-get|hx-post)="([^"]*)"', answer.text)
    places = [*found, *answer.headers.getlist("Location"), *answer.headers.getlist("Refresh")]
    return [place for place in places if "evil" in (urlsplit(place).netloc or place.partition("?")[0])]


@pytest.mark.hazard("H-DESK-3", control="sign-in-leads-to-own-pages")
def test_no_parameter_of_any_page_leads_to_another_site(site: Site, browser: Browser) -> None:
    token = browser.form_token()
    for evil in EVIL:
        query = dict.fromkeys(LEADING, evil)
        for path in _paths(site, "GET"):
            answer = browser.client.get(path, base_url="https://desk.example.org", query_string=query)
            assert _leads_elsewhere(answer) == [], path
            assert answer.status_code != 500, path
    for evil in EVIL:
        answer = browser.post("/language", {"form_token": token, "language": "nl", **dict.fromkeys(LEADING, evil)})
        assert answer.headers["Location"] == "/"


def test_a_host_header_of_another_site_leads_nowhere(site: Site, browser: Browser) -> None:
    for path in ("/", "/sign-in?provider=0", "/nowhere"):
        headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        answer = browser.client.get(path, base_url="https://desk.example.org", headers=headers)
        assert _leads_elsewhere(answer) == []
        assert "evil" not in answer.headers.get("Location", "")


# Markup and headers from outside


@pytest.mark.hazard("H-DESK-5", control="markup-is-escaped")
def test_markup_in_any_parameter_is_shown_as_text(site: Site, browser: Browser) -> None:
    token = browser.form_token()
    names = (*LEADING, "name", "birth_year", "language", "country", "type", "state", "key", "provider", "again")
    for path in _paths(site, "GET"):
        answer = browser.client.get(
            path, base_url="https://desk.example.org", query_string=dict.fromkeys(names, MARKUP)
        )
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
    for path in _paths(site, "POST"):
        if path in ("/lock", "/sign-out"):
            continue
        answer = browser.post(path, {**dict.fromkeys(names, MARKUP), "form_token": token})
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text, path


def test_line_breaks_in_any_parameter_add_no_header(site: Site, browser: Browser) -> None:
    token = browser.form_token()
    names = (*LEADING, "name", "language", "key", "etag", "reason", "provider")
    for path in (*_paths(site, "GET"), "/%0d%0aSet-Cookie:%20evil=1"):
        answer = browser.client.get(path, base_url="https://desk.example.org", query_string=dict.fromkeys(names, SPLIT))
        assert "evil" not in str(answer.headers), path
        assert answer.status_code < 500, path
    for path in _paths(site, "POST"):
        if path in ("/lock", "/sign-out"):
            continue
        answer = browser.post(path, {**dict.fromkeys(names, SPLIT), "form_token": token})
        assert "evil" not in str(answer.headers), path
        assert answer.status_code < 500, path


@pytest.mark.hazard("H-DESK-5", control="markup-is-escaped")
def test_markup_in_every_text_of_every_service_is_shown_as_text(site: Site, browser: Browser) -> None:
    show(site, case_files(MARKUP))
    for path in _paths(site, "GET"):
        text = browser.get(path.replace(ANYTHING, CASE)).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path


def test_no_log_line_of_any_page_has_an_id_a_text_or_an_address(
    site: Site, browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    show(site, case_files("Qzxvtext"))
    token = browser.form_token()
    for path in _paths(site, "GET"):
        browser.get(f"{path.replace(ANYTHING, CASE)}?after=Qzxvtext")
    for path in _paths(site, "POST"):
        if path not in ("/lock", "/sign-out"):
            browser.post(path.replace(ANYTHING, CASE), {"form_token": token, "name": "Qzxvtext"})
    said = "".join(capfd.readouterr())
    assert "request.answered" in said
    assert CASE not in said
    assert "Qzxv" not in said


# Cookies


def test_every_cookie_is_held_to_this_host_and_hidden_from_scripts(site: Site) -> None:
    browser = site.browser()
    begun = browser.get("/sign-in?provider=0")
    signed_in = browser.come_back(begun.headers["Location"], "mila")
    locked = browser.post("/lock", {"form_token": browser.form_token()})
    for answer in (begun, signed_in, locked):
        cookies = cookies_of(answer)
        assert cookies
        for name, morsel in cookies.items():
            assert name.startswith("__Host-")
            assert [morsel[each] for each in ("secure", "httponly", "samesite", "path")] == [True, True, "Lax", "/"]
            assert not morsel["domain"]


def test_a_cookie_from_before_a_sign_in_never_opens_the_session(site: Site) -> None:
    victim, attacker = site.browser(), site.browser()
    planted = "planted-by-an-attacker"
    for each in (victim, attacker):
        each.client.set_cookie("__Host-session", planted, domain="desk.example.org", secure=True)
    assert victim.sign_in().status_code == 303
    assert victim.cookie() != planted
    assert attacker.get("/search").status_code == 401


# Large amounts of everything


@pytest.mark.hazard("H-DESK-2", control="sign-ins-are-bounded")
def test_starting_sign_ins_stores_a_limited_number(
    site: Site, web_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_SIGN_INS", 100)
    browser = site.browser()
    for _ in range(1000):
        site.clock.forward(milliseconds=1)
        assert browser.get("/sign-in?provider=0").status_code == 303
    with psycopg.connect(web_database) as connection:
        assert connection.execute("select count(*) from sign_ins").fetchone() == (100,)
    assert browser.sign_in().status_code == 303, "the newest sign-in can be completed"
    with psycopg.connect(web_database) as connection:
        site.desk.sessions.sweep(site.clock() + sign_in.LONGEST_ATTEMPT)
        assert connection.execute("select count(*) from sign_ins").fetchone() == (0,)


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "__Host-session=" + "a" * 8000},
        {"Cookie": "__Host-session=\x00\xff"},
        {"Accept-Language": "ro," * 3000},
        {"Accept-Language": "x" * 8000 + ";q=\x00"},
        {"Sec-Fetch-Site": "same-origin" * 500},
        {"X-Forwarded-For": "1.2.3.4," * 1000},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_long_or_broken_headers_are_no_error_of_the_desk(site: Site, headers: dict[str, str]) -> None:
    assert site.browser().get("/", **headers).status_code < 500


@pytest.mark.parametrize(
    "form",
    [
        {"name": "a" * 100_000},
        {f"field{number}": "x" for number in range(5000)},
        {"birth_year": "9" * 5000, "name": "x"},
        {"birth_year": "²", "name": "x"},
        {"name": "\x00"},
        {"name": "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 1000},
    ],
    ids=["long", "many fields", "long number", "digit of another kind", "null", "emoji"],
)
def test_long_or_broken_forms_are_no_error_of_the_desk(browser: Browser, form: dict[str, str]) -> None:
    assert browser.post("/search", {"form_token": browser.form_token(), **form}).status_code < 500


def test_addresses_that_are_long_or_broken_are_no_error_of_the_desk(browser: Browser) -> None:
    for path in (
        "/" + "a" * 8000,
        "/cases/%00",
        "/cases/" + "0" * 500,
        "/%ff%fe",
        "/?after=" + "x" * 8000,
        "/look/../x/y",
    ):
        assert browser.get(path).status_code < 500, path[:40]
