"""The start page: lists, filters, names, alerts that are hidden until they change, and the previous visit."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from structlog.testing import capture_logs

from services.web.today.page import Chosen
from services.web.upstream.holding import MOST_OF_SESSION, Holding
from tests.kit.desk import ADDRESS, ME, Browser, Site, answered
from tests.kit.desk_today import CASE, HIDDEN_CASE, hidden_line, line


def lists(site: Site, *cases: dict[str, Any], **different: Any) -> None:
    counts = {"total": 2, "overdue": 2, "unclear": 0, "due_soon": 1, "led": 2, "changed": 1, "complete": True}
    document = {"cases": list(cases), "offers": [], "next": "2026-02-03~1~x", "counts": counts, **different}

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.partition("?")[0] == "/v1/work-list":
            return 200, document
        return answered(service, method, path, body)

    site.services.answer = answer


def asked(site: Site, place: str) -> list[dict[str, str]]:
    parts = (urlsplit(path) for _service, _method, path in site.asked())
    return [{name: values[0] for name, values in parse_qs(part.query).items()} for part in parts if part.path == place]


def test_a_page_is_never_a_list_that_it_does_not_offer() -> None:
    chosen = Chosen.read({"list": "everybody", "filter": "x", "law": "XX", "after": "y"}, ["NL"])
    assert chosen == Chosen(after="y")
    assert Chosen.read({"filter": "changed"}, []).asked(None) == {}, "without an earlier visit nothing has changed"


@pytest.mark.integration
def test_a_list_shows_names_and_says_where_one_is_hidden(site: Site, browser: Browser) -> None:
    lists(site, line(CASE), hidden_line())
    text = browser.get("/").text
    assert "<bdi>Ruxandra, fictitious</bdi>" in text
    hidden = text.partition(f'href="/cases/{HIDDEN_CASE}"')[2].partition("</li>")[0]
    assert re.match(r">\s*[^<\s]", hidden), "words stand in the place of the name"
    assert hidden.count("<bdi>") == 1, "the number of the case only, and no name of its lead"
    assert asked(site, "/v1/work-list")[-1]["with"] == "names,team"


@pytest.mark.integration
def test_tabs_filters_and_pages_keep_what_was_chosen(site: Site, browser: Browser) -> None:
    lists(site, line(CASE))
    text = browser.get("/?list=team&filter=overdue&law=NL").text
    assert asked(site, "/v1/work-list")[-1] == {
        "with": "names,team",
        "scope": "team",
        "filter": "overdue",
        "jurisdiction": "NL",
    }
    assert 'href="/?list=team&amp;filter=overdue&amp;law=NL&amp;after=2026-02-03~1~x"' in text
    assert 'href="/?filter=overdue&amp;law=NL"' in text, "the other list under the same filter"
    assert 'href="/?list=team&amp;law=NL"' in text, "the same list without a filter"


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
def test_a_list_that_is_cut_or_away_says_so(site: Site, browser: Browser) -> None:
    lists(site, line(CASE), counts={"total": 1_000, "complete": False})
    assert '<div class="notice warn">' in browser.get("/?list=team").text
    lists(site)
    none = set(re.findall("<p[^>]*>(.*?)</p>", browser.get("/").text))

    def away(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        return (503, {}) if path.startswith("/v1/work-list") else answered(service, method, path, body)

    site.services.answer = away
    text = browser.get("/").text
    away_too = set(re.findall("<p[^>]*>(.*?)</p>", text))
    assert 'role="alert"' in text
    assert none - away_too, "what says that there is no case is not said"


@pytest.mark.integration
def test_what_changed_is_marked_from_the_end_of_the_previous_visit_on(site: Site) -> None:
    lists(site, line(CASE))
    first = site.browser()
    first.sign_in()
    assert "since" not in asked(site, "/v1/work-list")[-1] if asked(site, "/v1/work-list") else True
    unchanged = first.get("/").text.count('<span class="tag">')
    site.clock.forward(minutes=5)
    first.get("/")
    ended = site.clock.now
    site.clock.forward(hours=20)
    second = site.browser()
    second.sign_in()
    assert second.get("/").text.count('<span class="tag">') == unchanged + 1
    assert asked(site, "/v1/work-list")[-1]["since"] == ended.isoformat()
    other = site.browser()
    other.sign_in("adam")
    other.get("/")
    assert "since" not in asked(site, "/v1/work-list")[-1], "another person's visit is their own"


@pytest.mark.integration
def test_a_page_hears_of_alerts_by_a_request_that_is_held_and_says_when_to_ask_again(
    site: Site, browser: Browser
) -> None:
    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.startswith("/v1/alerts?"):
            return 200, {"alerts": [], "waiting": [], "mark": "m1"}
        return answered(service, method, path, body)

    site.services.answer = answer
    assert 'hx-get="/alerts?known=m1&amp;wait=1"' in browser.get("/").text
    held = browser.get("/alerts?known=m1&wait=1", **{"HX-Request": "true"})
    assert asked(site, "/v1/alerts")[-1] == {"after": "m1", "wait": "20"}
    assert "load delay:1s" in held.text
    assert "load delay:60s" in browser.get("/alerts?known=m1").text
    assert "wait" not in asked(site, "/v1/alerts")[-1]


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-10", control="held-requests-are-bounded")
def test_a_page_without_room_reads_at_once_and_asks_again_later(site: Site, browser: Browser) -> None:
    cookie = browser.cookie() or ""
    with site.desk.holding.room(cookie), site.desk.holding.room(cookie):
        answer = browser.get("/alerts?known=m1&wait=1", **{"HX-Request": "true"})
    assert "wait" not in asked(site, "/v1/alerts")[-1]
    assert "load delay:60s" in answer.text


def test_held_requests_have_a_bound_for_a_session_and_in_all() -> None:
    holding = Holding(most=MOST_OF_SESSION + 1)
    with holding.room("a") as one, holding.room("a") as two, holding.room("a") as three:
        assert (one, two, three) == (True, True, False)
        with holding.room("b") as other, holding.room("c") as beyond:
            assert (other, beyond) == (True, False)
    assert not holding._held


@pytest.mark.integration
def test_a_page_whose_session_ended_is_loaded_again_and_shows_nothing_of_a_case(site: Site, browser: Browser) -> None:
    site.clock.forward(minutes=21)
    answer = browser.get("/alerts?known=m1&wait=1", **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true")
    assert "HX-Refresh" not in site.browser().get("/alerts").headers


@pytest.mark.integration
def test_the_sound_is_off_until_it_is_chosen_and_nothing_of_it_is_in_the_browser(site: Site, browser: Browser) -> None:
    assert "data-sound" not in browser.get("/").text
    chosen = browser.post("/sound", {"form_token": browser.form_token(), "on": "1"})
    assert chosen.status_code == 303
    assert "Set-Cookie" not in chosen.headers
    text = browser.get("/").text
    [address] = [part.partition('"')[0] for part in text.split('data-sound="')[1:]]
    sound = browser.get(address)
    assert (sound.status_code, sound.content_type) == (200, "audio/wav")
    assert "media-src 'self'" in sound.headers["Content-Security-Policy"]
    browser.post("/sound", {"form_token": browser.form_token(), "on": "0"})
    assert "data-sound" not in browser.get("/").text
    assert browser.post("/sound", {"on": "1"}).status_code == 403


@pytest.mark.integration
def test_a_search_shows_who_was_found_and_names_what_is_hidden(site: Site, browser: Browser) -> None:
    found = [
        {"case": CASE, "alike": "same", "number": "AAAA-CCCC", "status": "open", **line(CASE)},
        {"case": HIDDEN_CASE, "alike": "same", "name_state": "hidden"},
    ]

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.startswith("/v1/searches"):
            return 200, {"found": found, "more": False}
        return answered(service, method, path, body)

    site.services.answer = answer
    text = browser.post("/search", {"form_token": browser.form_token(), "name": "Ruxandra"}).text
    assert "<bdi>Ruxandra, fictitious</bdi>" in text
    assert "AAAA-CCCC" in text
    assert re.search(rf'href="/cases/{HIDDEN_CASE}">\s*[^<\s]', text), "words stand in the place of the name"


@pytest.mark.integration
@pytest.mark.parametrize("query", ["", "?wait=1&known=x"])
def test_what_an_open_page_requests_by_itself_is_logged_only_if_it_fails(
    site: Site, browser: Browser, query: str
) -> None:
    lists(site)

    def logged() -> list[int]:
        with capture_logs() as lines:
            status = browser.get(f"/alerts{query}").status_code
        shown = [line for line in lines if line["event"] == "request.answered" and line["log_level"] != "debug"]
        assert [line["status"] for line in shown] in ([], [status])
        return [line["status"] for line in shown]

    assert logged() == []
    site.desk.sessions.close()
    [status] = logged()
    assert status >= 400


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-6", control="taken-alerts-stay-visible")
def test_an_open_alert_that_a_colleague_takes_care_of_stays_on_the_start_page(site: Site, browser: Browser) -> None:
    at = "2026-03-02T11:00:00+00:00"
    alert = {"id": HIDDEN_CASE, "danger_type": "trafficker_contact", "urgency": "today", "case": CASE, "raised_at": at}
    taken = [{**alert, "acknowledged_by": who, "acknowledged_at": at} for who in (ME["id"], HIDDEN_CASE)]
    colleague = {"member": HIDDEN_CASE, "name": "Sanne, fictitious"}
    work = {"cases": [line(CASE, team=[colleague])], "offers": [], "next": None, "counts": {}}

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        shown = {"/v1/work-list": work, "/v1/alerts": {"alerts": [], "waiting": [], "mark": "m", "taken": taken}}
        found = shown.get(path.partition("?")[0])
        return (200, found) if found is not None else answered(service, method, path, body)

    site.services.answer = answer
    page = browser.get("/").text
    cards = page.partition('id="taken"')[2].partition("</ul>")[0]
    assert cards.count('<li class="alert">') == 2
    assert cards.count("<bdi>Sanne, fictitious</bdi>") == 1
    assert page.partition('id="lists"')[2].count('class="tag late"') == 2, "the line says it, besides the days late"
    taken.clear()
    assert 'id="taken"' not in browser.get("/").text


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
@pytest.mark.parametrize(("waits", "status", "is_named"), [(2, 200, True), (0, 200, False), (0, 503, True)])
def test_the_start_page_of_a_second_person_says_how_much_waits(
    site: Site, waits: int, status: int, is_named: bool
) -> None:
    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == "/v1/me":
            return 200, {**ME, "roles": ["supervisor"]}
        if path == "/v1/confirmations":
            return status, {"confirmations": [{"id": CASE, "kind": "closing"}] * waits}
        return answered(service, method, path, body)

    site.services.answer = answer
    supervisor = site.browser()
    supervisor.sign_in()
    site.services.requests.clear()
    page = supervisor.get("/").text
    assert ('id="second"' in page, 'href="/confirmations"' in page) == (is_named, waits > 0)
    assert len(site.asked()) == 4


@pytest.mark.integration
def test_the_start_page_of_others_does_not_ask_what_waits_for_a_second_person(site: Site, browser: Browser) -> None:
    assert 'id="second"' not in browser.get("/").text
    assert not asked(site, "/v1/confirmations")


@pytest.mark.integration
@pytest.mark.parametrize("case", [CASE, None])
def test_a_case_open_or_closed_is_found_by_its_number_which_is_in_no_address(
    site: Site, browser: Browser, case: str | None
) -> None:
    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == "/v1/case-numbers/lookup":
            return 200, {"case": case, "status": "closed" if case else None}
        return answered(service, method, path, body)

    site.services.answer = answer
    form = {"form_token": browser.form_token(), "number": "7KQF-3MXC"}
    sent = browser.client.post("/search", base_url=ADDRESS, data=form)
    assert sent.headers["Location"] == (f"/cases/{CASE}" if case else "/search?again=1")
    if not case:
        assert 'value="7KQF-3MXC"' in browser.get("/search?again=1").text
    assert 'value="7KQF' not in browser.get("/search").text, "a new search begins empty"


@pytest.mark.integration
def test_the_results_of_a_search_can_be_opened_again_with_back_until_a_new_search(site: Site, browser: Browser) -> None:
    form = {"form_token": browser.form_token(), "name": "Qzxvname"}
    sent = browser.client.post("/search", base_url=ADDRESS, data=form)
    assert sent.headers["Location"] == "/search?again=1"
    assert all('value="Qzxvname"' in browser.get("/search?again=1").text for _time in range(2))
    browser.get("/search")
    assert "Qzxvname" not in browser.get("/search?again=1").text
