"""The desk over HTTP: signing in, what protects pages and forms, and pages while a service does not answer."""

import re
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import pytest

from deploy.cli.servers import PostgresServer
from deploy.training.provider import TOKEN_SECONDS, Answer
from services.web.desk import LONGEST_FORM
from shared.reference.words import words_of_code
from tests.kit.desk import Browser, Site, answered, cookies_of
from tests.kit.desk_pages import ALERT, CASE, MARKUP, PAGES, case_files, show

pytestmark = pytest.mark.integration

#: Responses from which the desk cannot tell what data the service has.
UNKNOWN = (401, 422, 429, 503)

# Signing in


def test_signing_in_leads_to_the_page_that_was_asked_for(site: Site) -> None:
    browser = site.browser()
    answer = browser.sign_in(following=f"/cases/{CASE}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{CASE}")
    assert browser.get("/").status_code == 200


def test_nobody_is_sent_round_in_a_circle_whatever_is_asked(site: Site) -> None:
    browser = site.browser()
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code in (200, 401)
        assert "Location" not in answer.headers
    assert site.asked() == []


@pytest.mark.hazard("H-DESK-3", control="sign-in-leads-to-own-pages")
@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/cases/../../evil",
        "javascript:alert(1)",
        "/lock",
        "/%0aX",
    ],
)
def test_signing_in_leads_to_no_other_site(site: Site, following: str) -> None:
    assert site.browser().sign_in(following=following).headers["Location"] == "/"


def test_the_session_cookie_is_new_at_each_sign_in_and_held_to_this_host(site: Site) -> None:
    browser = site.browser()
    browser.client.set_cookie("__Host-session", "chosen-by-somebody-else", domain="desk.example.org", secure=True)
    answer = browser.sign_in()
    morsel = cookies_of(answer)["__Host-session"]
    assert morsel.value not in ("", "chosen-by-somebody-else")
    assert [morsel[name] for name in ("secure", "httponly", "samesite", "path")] == [True, True, "Lax", "/"]
    assert not morsel["domain"]
    first = browser.cookie()
    browser.sign_in()
    assert browser.cookie() != first
    other = site.browser()
    other.client.set_cookie("__Host-session", str(first), domain="desk.example.org", secure=True)
    assert other.get("/search").status_code == 401


def test_the_way_back_counts_once_and_in_the_browser_that_began_only(site: Site) -> None:
    beginner, other = site.browser(), site.browser()
    back = beginner.way_back(beginner.go_to_provider(), "mila")
    other.go_to_provider()
    assert other.get(back).status_code == 502
    assert site.browser().get(back).status_code == 400
    assert beginner.get(back).status_code == 303
    assert beginner.get(back).status_code == 400


@pytest.mark.parametrize(
    ("name", "value"), [("state", "another"), ("iss", "https://other.example"), ("code", "made-up"), ("iss", None)]
)
def test_an_answer_that_is_not_the_providers_signs_nobody_in(site: Site, name: str, value: str | None) -> None:
    browser = site.browser()
    parts = urlsplit(browser.way_back(browser.go_to_provider(), "mila"))
    query = {key: values[0] for key, values in parse_qs(parts.query).items()} | {name: value}
    kept = {key: text for key, text in query.items() if text is not None}
    answer = browser.get(f"{parts.path}?{urlencode(kept)}")
    assert answer.status_code == 502
    assert browser.cookie() is None


def test_somebody_who_is_not_registered_reads_what_to_give_to_data_protection(site: Site) -> None:
    site.services.answer = lambda *_: (401, {"title": "Not signed in"})
    browser = site.browser()
    answer = browser.sign_in("noor")
    assert answer.status_code == 403
    assert site.provider.issuer in answer.text
    assert "<bdi>noor</bdi>" in answer.text
    assert "Location" not in answer.headers
    assert browser.cookie() is None


def test_when_the_register_does_not_answer_nobody_is_said_to_be_unregistered(site: Site) -> None:
    site.services.answer = lambda *_: (503, {})
    assert site.browser().sign_in().status_code == 503


def test_signing_out_ends_the_session_here_and_at_the_provider(site: Site, browser: Browser) -> None:
    cookie = str(browser.cookie())
    answer = browser.post("/sign-out", {"form_token": browser.form_token()})
    there = urlsplit(answer.headers["Location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{site.provider.issuer}/end-session"
    asked = parse_qs(there.query)
    assert asked["post_logout_redirect_uri"] == ["https://desk.example.org/signed-out"]
    assert asked["id_token_hint"]
    assert site.desk.sessions.find(cookie, site.clock(), by_person=True) is None
    assert browser.get("/search").status_code == 401


@pytest.mark.hazard("H-DESK-2", control="quick-lock")
def test_locking_ends_the_session_and_the_provider_asks_again(site: Site, browser: Browser) -> None:
    cookie = str(browser.cookie())
    answer = browser.post("/lock", {"form_token": browser.form_token()})
    assert answer.headers["Location"] == "/locked"
    assert site.desk.sessions.find(cookie, site.clock(), by_person=True) is None
    locked = browser.get("/locked")
    assert re.search(r'href="/sign-in\?[^"]*again=1', locked.text)
    begun = browser.get("/sign-in?provider=0&again=1")
    assert parse_qs(urlsplit(begun.headers["Location"]).query)["prompt"] == ["login"]


@pytest.mark.parametrize(("path", "leads_to"), [("/lock", "/locked"), ("/sign-out", "/signed-out")])
def test_locking_twice_shows_the_same_page_as_once(browser: Browser, path: str, leads_to: str) -> None:
    form = {"form_token": browser.form_token()}
    browser.post(path, form)
    again = browser.post(path, form)
    assert (again.status_code, again.headers["Location"]) == (303, leads_to)


@pytest.mark.hazard("H-DESK-2", control="quick-lock")
def test_a_page_of_an_earlier_session_locks_and_a_page_of_another_site_does_not(site: Site, browser: Browser) -> None:
    old = browser.form_token()
    browser.post("/lock", {"form_token": old})
    browser.sign_in()
    assert browser.post("/lock", {"form_token": old}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.get("/search").status_code == 200
    assert browser.post("/lock", {"form_token": old}).headers["Location"] == "/locked"
    assert browser.get("/search").status_code == 401


@pytest.mark.hazard("H-DESK-2", control="quick-lock")
@pytest.mark.parametrize("end", ["/lock", "/sign-out", None])
def test_every_page_asks_whether_its_session_continues_and_is_replaced_if_not(
    site: Site, browser: Browser, end: str | None
) -> None:
    show(site, case_files())
    for path in ("/", "/search", f"/cases/{CASE}", "/do/open"):
        assert 'hx-get="/session"' in browser.get(path).text
    asks = {"HX-Request": "true"}
    assert browser.get("/session", **asks).status_code == 204
    if end is None:
        for _minute in range(11):
            site.clock.forward(minutes=2)
            answer = browser.get("/session", **asks)
    else:
        browser.post(end, {"form_token": browser.form_token()})
        answer = browser.get("/session", **asks)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true"), "asking keeps no session alive"


def test_a_form_that_is_sent_after_signing_out_is_not_saved_and_says_so(site: Site, browser: Browser) -> None:
    show(site, case_files())
    form = {"form_token": browser.form_token()}
    browser.post("/sign-out", form)
    plain = browser.get("/do/open")
    site.services.requests.clear()
    for path in ("/do/open", f"/cases/{CASE}/do/fact", f"/alerts/{ALERT}/acknowledgement"):
        answer = browser.post(path, form)
        assert answer.status_code == 401
        assert answer.text.count('role="status"') == plain.text.count('role="status"') + 1
    assert site.asked() == []


def test_every_page_can_be_locked(browser: Browser, site: Site) -> None:
    show(site, case_files())
    for path in ("/", "/search", f"/cases/{CASE}"):
        assert 'action="/lock"' in browser.get(path).text


# Access tokens


def test_services_are_asked_with_the_persons_own_token(site: Site, browser: Browser) -> None:
    browser.get("/")
    tokens = {headers["Authorization"] for *_, headers in site.services.requests}
    session = site.desk.sessions.find(str(browser.cookie()), site.clock(), by_person=False)
    assert session is not None
    assert tokens == {f"Bearer {session.tokens.access}"}


@pytest.mark.hazard("H-DESK-2", control="revocation-ends-the-session")
def test_an_access_token_that_ends_is_renewed_and_the_session_keeps_its_start(site: Site, browser: Browser) -> None:
    browser.get("/")
    before = {headers["Authorization"] for *_, headers in site.services.requests}
    began = {headers["Session-Began"] for *_, headers in site.services.requests}
    assert len(began) == 1
    site.services.requests.clear()
    site.clock.forward(minutes=6)
    assert browser.get("/").status_code == 200
    after = {headers["Authorization"] for *_, headers in site.services.requests}
    assert len(before) == len(after) == 1
    assert before != after
    assert {headers["Session-Began"] for *_, headers in site.services.requests} == began


def test_a_session_continues_after_its_provider_did_not_answer(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = Answer(502, {"Content-Type": "text/html"}, b"<p>Bad gateway</p>")
    with monkeypatch.context() as unavailable:
        unavailable.setattr(site.provider, "answer", lambda *_: error)
        site.clock.forward(seconds=TOKEN_SECONDS - 10)
        assert browser.get("/").status_code == 200, "the access token is still valid"
        site.clock.forward(seconds=20)
        assert browser.get("/").status_code == 503
    assert browser.get("/").status_code == 200


def test_a_refresh_token_that_the_provider_refuses_ends_the_session(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Answer(400, {"Content-Type": "application/json"}, b'{"error": "invalid_grant"}')
    site.clock.forward(seconds=TOKEN_SECONDS + 10)
    with monkeypatch.context() as refusing:
        refusing.setattr(site.provider, "answer", lambda *_: refused)
        assert browser.get("/").status_code == 401
    assert browser.get("/").status_code == 401


def test_a_token_that_services_refuse_ends_the_session_without_a_circle(site: Site, browser: Browser) -> None:
    site.services.answer = lambda *_: (401, {"title": "Not signed in"})
    answer = browser.get("/")
    assert answer.status_code == 401
    assert "Location" not in answer.headers
    assert browser.get("/search").status_code == 401


def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(site: Site, browser: Browser) -> None:
    for _ in range(4):
        site.clock.forward(minutes=4)
        assert browser.get("/alerts", **{"HX-Request": "true"}).status_code == 200
    site.clock.forward(minutes=5)
    assert browser.get("/alerts", **{"HX-Request": "true"}).status_code == 401


# Forms and headers


@pytest.mark.hazard("H-DESK-3", control="forms-carry-a-token")
@pytest.mark.parametrize("path", ["/sign-out", "/search", f"/alerts/{ALERT}/acknowledgement"])
def test_a_form_without_the_sessions_token_or_from_another_site_does_nothing(
    site: Site, browser: Browser, path: str
) -> None:
    other = site.browser()
    other.sign_in()
    token, foreign = browser.form_token(), other.form_token()
    site.services.requests.clear()
    for form in ({}, {"form_token": ""}, {"form_token": foreign}):
        assert browser.post(path, form).status_code == 403
    assert browser.post(path, {"form_token": token}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert site.asked() == []
    assert browser.get("/search").status_code == 200


@pytest.mark.hazard("H-DESK-4", control="pages-are-not-kept")
@pytest.mark.parametrize("path", [*PAGES, "/locked", "/nowhere", "/sign-in?provider=9"])
def test_no_page_is_kept_framed_or_allowed_to_run_what_is_not_ours(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in headers["Strict-Transport-Security"]


@pytest.mark.parametrize("path", ["/", "/search", f"/cases/{CASE}"])
def test_pages_hold_no_script_or_style_of_their_own_and_ask_no_other_site(
    site: Site, browser: Browser, path: str
) -> None:
    show(site, case_files())
    text = browser.get(path).text
    assert not re.search(r"<script(?![^>]* src=\"/look/)|<style|\sstyle=|\son\w+=|javascript:", text)
    assert not re.findall(r"(?:src|href|action)=\"(?!/|#)[^\"]*", text)


def test_a_title_says_nothing_of_a_case(site: Site, browser: Browser) -> None:
    show(site, case_files("RWYD-W7GW"))
    text = browser.get(f"/cases/{CASE}").text
    title = text.partition("<title>")[2].partition("</title>")[0]
    assert "RWYD" not in title
    assert CASE not in title
    assert "case" not in title.lower()


@pytest.mark.hazard("H-DESK-5", control="markup-is-escaped")
def test_what_people_typed_is_shown_as_text(site: Site, browser: Browser) -> None:
    show(site, case_files(MARKUP))
    text = browser.get(f"/cases/{CASE}").text
    assert MARKUP not in text
    assert "<img" not in text
    assert text.count(escape(MARKUP, quote=False).replace("'", "&#39;").replace('"', "&#34;")) >= 4


def test_what_was_searched_for_is_shown_as_text_and_is_in_no_address(site: Site, browser: Browser) -> None:
    site.services.answer = lambda *_: (200, {"found": [{"case": CASE, "alike": "same"}], "more": False})
    answer = browser.post("/search", {"form_token": browser.form_token(), "name": MARKUP, "birth_year": "1999"})
    assert answer.status_code == 200
    assert MARKUP not in answer.text
    assert f'href="/cases/{CASE}"' in answer.text
    [(service, method, path, body, _headers)] = [each for each in site.services.requests if "search" in each[2]]
    assert (service, method, path) == ("intake", "POST", "/v1/searches?with=names")
    assert body == {"name": MARKUP, "birth_year": 1999}


# The pages


@pytest.mark.parametrize("page", ["", "/print"])
def test_a_case_takes_one_request_for_each_timeline_and_two_for_the_case(
    site: Site, browser: Browser, page: str
) -> None:
    show(site, case_files())
    assert browser.get(f"/cases/{CASE}{page}").status_code == 200
    assert len(site.services.requests) <= 4
    assert {method for _service, method, _path in site.asked()} == {"GET"}


def test_a_case_is_headed_by_the_persons_name_or_says_why_there_is_none(site: Site, browser: Browser) -> None:
    files = case_files()
    place = ("intake", f"/v1/cases/{CASE}")
    files[place]["parts"]["name"]["data"]["name"] = "Ruxandra Vrânceanu"
    show(site, files)
    assert "<h1><bdi>Ruxandra Vrânceanu</bdi>" in browser.get(f"/cases/{CASE}").text
    line = files[place]["parts"]["name"]["data"]
    for state, says in (("not_recorded", "No name recorded"), ("not_readable", "Name cannot be read now")):
        line |= {"name": None, "name_state": state}
        assert f"<h1>{says}" in browser.get(f"/cases/{CASE}").text
    del line["name"]
    assert re.search("<h1>[^<]+ <bdi>", browser.get(f"/cases/{CASE}").text), "another agency may not have the name"
    files[place]["parts"]["name"] = {"hidden": "relation"}
    files[place]["parts"]["safe_contact"] = {"hidden": "relation"}
    text = browser.get(f"/cases/{CASE}").text
    assert re.search("<h1>[^<]+ <bdi>", text), "words stand in the place of the name"
    assert "Vrânceanu" not in text
    contact = text.partition('id="contact"')[2].partition("<h2")[0]
    assert "<dl" not in contact
    assert "<p>" in contact


def test_a_service_that_does_not_answer_is_named_and_the_rest_is_shown(site: Site, browser: Browser) -> None:
    named = []
    for service in ("legal", "support"):
        show(site, case_files("N-1"), **{service: (503, {})})
        answer = browser.get(f"/cases/{CASE}")
        assert answer.status_code == 200
        assert "N-1" in answer.text
        named.append(re.findall('<div class="alert" role="alert"><p>(.*?)</p>', answer.text))
    assert all(named)
    assert named[0] != named[1]


def test_a_case_that_intake_does_not_show_looks_like_one_that_does_not_exist(site: Site, browser: Browser) -> None:
    files = case_files("N-1")
    show(site, files, intake=(404, {"title": "Not found"}))
    hidden = browser.get(f"/cases/{CASE}")
    nowhere = browser.get("/cases/0195566e-7a10-7000-8000-0000000000ff")
    assert (hidden.status_code, hidden.text) == (nowhere.status_code, nowhere.text)
    assert hidden.status_code == 404
    assert "N-1" not in hidden.text


def test_a_page_says_that_there_is_content_that_the_reader_is_not_shown(site: Site, browser: Browser) -> None:
    files = case_files()
    show(site, files)
    assert 'role="note"' not in browser.get(f"/cases/{CASE}").text
    show(site, files, legal=(404, {}))
    assert 'role="note"' in browser.get(f"/cases/{CASE}").text
    files["intake", f"/v1/cases/{CASE}"]["withheld_categories"] = ["health"]
    show(site, files)
    assert (
        words_of_code("data_category", "health", "en").label
        in browser.get(f"/cases/{CASE}").text.partition('role="note"')[2][:200]
    )


def test_a_deadline_in_doubt_shows_both_dates_the_doubt_and_how_certain_it_is(site: Site, browser: Browser) -> None:
    show(site, case_files())
    text = browser.get(f"/cases/{CASE}").text
    row = text.partition('id="deadlines"')[2].partition("</table>")[0]
    assert '<time datetime="2026-05-04">' in row
    assert '<time datetime="2026-05-11">' in row
    assert row.index("2026-05-04") < row.index("2026-05-11")
    assert words_of_code("clock_doubt", "last_incident_unknown", "en").label in row
    assert words_of_code("clock_certainty", "unclear", "en").label in row


def test_the_drawing_and_the_table_of_a_path_have_the_same_content(site: Site, browser: Browser) -> None:
    show(site, case_files())
    text = browser.get(f"/cases/{CASE}").text.partition('id="path"')[2]
    table = text.partition("<table")[2].partition("</table>")[0]
    marks = re.findall(r'class="mark[^"]*"', text.partition("<svg")[2].partition("</svg>")[0])
    counts = [int(number) for number in re.findall(r'class="count"[^>]*>(\d+)<', text)]
    assert len(marks) - len(counts) + sum(counts) == table.count("<tr>") - 1


def test_alerts_stand_above_the_work_list_and_are_acknowledged_after_a_question(site: Site, browser: Browser) -> None:
    alert = {
        "id": ALERT,
        "danger_type": "trafficker_contact",
        "urgency": "immediate",
        "level": 1,
        "raised_at": "2026-03-02T01:00:00+00:00",
        "case": CASE,
    }
    acknowledged = []

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.startswith("/v1/alerts?"):
            return 200, {"alerts": [alert], "waiting": []}
        if method == "POST":
            acknowledged.append(path)
            return 201, {"id": ALERT}
        return answered(service, method, path, body)

    site.services.answer = answer
    text = browser.get("/").text
    assert text.index(ALERT) < text.index('id="lists"')
    form = {"form_token": browser.form_token(), "case": CASE, "key": "one-key-of-this-form", "sure": "1"}
    asked = browser.post(f"/alerts/{ALERT}/acknowledgement", {**form, "sure": ""})
    assert (asked.status_code, acknowledged) == (200, [])
    assert 'name="sure" value="1"' in asked.text
    assert 'name="key" value="one-key-of-this-form"' in asked.text
    answers = [browser.post(f"/alerts/{ALERT}/acknowledgement", form) for _ in range(2)]
    assert [each.headers.get("Location") for each in answers] == ["/?done=1"] * 2
    assert acknowledged == [f"/v1/cases/{CASE}/alerts/{ALERT}/acknowledgement"] * 2
    keys = [headers["Idempotency-Key"] for _, method, *_, headers in site.services.requests if method == "POST"]
    assert keys == ["one-key-of-this-form"] * 2


@pytest.mark.hazard("H-DESK-9", control="alert-names-its-case")
def test_the_question_about_an_alert_names_its_case(site: Site, browser: Browser) -> None:
    form = {"form_token": browser.form_token(), "case": CASE, "key": "k"}
    show(site, case_files("RWYD-W7GW"))
    asked = browser.post(f"/alerts/{ALERT}/acknowledgement", form).text
    assert "<bdi>RWYD-W7GW</bdi>" in asked
    show(site, {}, intake=(503, {}))
    away = browser.post(f"/alerts/{ALERT}/acknowledgement", form)
    assert (away.status_code, f'href="/cases/{CASE}"' in away.text) == (200, True)


@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
@pytest.mark.parametrize("status", UNKNOWN)
def test_alerts_that_cannot_be_read_are_not_shown_as_none(site: Site, browser: Browser, status: int) -> None:
    for address in ("/", "/alerts?known=&wait=1"):
        show(site, {}, support=(status, {}))
        text = browser.get(address).text
        assert 'role="alert"' in text
        alerts = text.partition('<div id="alerts"')[2].partition('id="lists"')[0]
        assert "data-nothing" not in alerts, "what says that none waits"


@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
@pytest.mark.parametrize("service", ["legal", "support"])
@pytest.mark.parametrize("status", UNKNOWN)
def test_a_part_of_a_case_that_cannot_be_read_is_named_whatever_the_reason(
    site: Site, browser: Browser, service: str, status: int
) -> None:
    show(site, case_files(), **{service: (status, {})})
    page = browser.get(f"/cases/{CASE}")
    assert page.status_code == 200
    assert '<div class="alert" role="alert">' in page.text


@pytest.mark.parametrize("path", [f"/cases/{CASE}", f"/cases/{CASE}/print", f"/cases/{CASE}/consents"])
def test_a_case_that_intake_has_no_capacity_to_show_is_not_said_to_be_unknown(
    site: Site, browser: Browser, path: str
) -> None:
    show(site, case_files(), intake=(429, {}))
    assert browser.get(path).status_code == 503


def test_an_acknowledgement_that_did_not_arrive_is_said_to_have_failed(site: Site, browser: Browser) -> None:
    form = {"form_token": browser.form_token(), "case": CASE, "key": "k", "sure": "1"}
    show(site, {}, support=(503, {}))
    assert browser.post(f"/alerts/{ALERT}/acknowledgement", form).status_code == 503


def test_a_session_that_an_operator_deletes_is_over_at_once(browser: Browser, web_database: str) -> None:
    assert browser.get("/search").status_code == 200
    with psycopg.connect(web_database) as connection:
        connection.execute("delete from sessions")
    assert browser.get("/search").status_code == 401


def test_the_desk_is_ready_while_it_can_keep_sessions(site: Site, postgres: PostgresServer) -> None:
    browser = site.browser()
    assert browser.get("/health/ready").status_code == 200
    with psycopg.connect(postgres.superuser_url("postgres")) as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'web_desk'")
    assert browser.get("/health/ready").status_code == 200
    site.desk.sessions.close()
    assert browser.get("/health/ready").status_code == 503
    assert browser.get("/health/live").status_code == 200


def test_a_form_that_is_too_long_is_refused(browser: Browser) -> None:
    form = {"form_token": browser.form_token(), "name": "a" * LONGEST_FORM}
    assert browser.post("/search", form).status_code == 413


def test_no_log_line_holds_an_address_or_a_name(
    site: Site, browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    show(site, case_files())
    browser.get(f"/cases/{CASE}?name=Secret")
    browser.post("/search", {"form_token": browser.form_token(), "name": "Secretname"})
    said = "".join(capfd.readouterr())
    assert "/cases/<uuid:case_id>" in said
    assert CASE not in said
    assert "Secret" not in said
