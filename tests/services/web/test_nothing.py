"""A page reports an empty list only if it has read everything that the sentence summarises."""

import re
from pathlib import Path
from typing import Any

import pytest

from services.web.look import files
from services.web.upstream.client import AWAY, Answer
from tests.kit.desk import Browser, Site
from tests.kit.desk_pages import ALERT, CASE, ENTRY, NOON, case_files, show

TEMPLATES = sorted((files.FOLDER.parent / "templates").glob("*.html"))
ARRIVING = {"type": "urn:casepath:problem:not-here-yet", "title": "Not here yet"}
#: Sections whose empty sentence depends on a service, by the page and the service.
SUMMARISED = {
    ("", "legal"): ("next", "deadlines"),
    ("", "support"): ("next",),
    ("/print", "legal"): ("open-deadlines", "milestones"),
    ("/print", "support"): ("milestones",),
    ("/timeline", "legal"): ("main",),
    ("/timeline", "support"): ("main",),
    ("/timeline", "intake"): ("main",),
    ("/consents", "partners"): ("received",),
}
UNREAD = [(503, {}), (503, ARRIVING), (429, {}), (404, {}), (422, {}), (0, {})]
#: Sentences with the same beginning that are not about an empty list: their content was read.
OTHERS = (
    *("No name recorded", "No safe contact is agreed", "No way is safe now", "No native speaker"),
    *("No answer yet", "No answer is expected", "No fact gives", "No referral was sent", "Nothing is saved yet"),
    *("No backup was made", "No alarm is"),
)


def empty_files() -> dict[Any, Any]:
    """Return a case without any records."""
    found = case_files()
    for (_service, path), document in found.items():
        if path.endswith("/timeline"):
            document |= {"entries": [], "deadlines": []}
    case = found["intake", f"/v1/cases/{CASE}"]
    case |= {"referrals": [], "consents": []}
    found["partners", f"/v1/cases/{CASE}/deliveries"]["agencies"] = []
    return found


def section(page: str, name: str) -> str:
    return page.partition(f'id="{name}"')[2].partition("<h2")[0]


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-6", control="empty-only-if-complete")
@pytest.mark.parametrize(("page", "service"), SUMMARISED)
def test_no_page_says_that_there_is_nothing_while_a_service_did_not_send_its_part(
    site: Site, browser: Browser, page: str, service: str
) -> None:
    show(site, empty_files())
    complete = browser.get(f"/cases/{CASE}{page}").text
    for status, document in UNREAD:
        show_without(site, service, status, document)
        answer = browser.get(f"/cases/{CASE}{page}")
        for name in SUMMARISED[page, service]:
            assert "data-nothing" in section(complete, name), name
            assert "data-nothing" not in section(answer.text, name), (name, status)


def show_without(site: Site, service: str, status: int, document: dict[str, Any]) -> None:
    """Show the empty case without the timeline or the deliveries of one service; status 0: no connection."""
    found = empty_files()
    show(site, found)
    shown = site.services.answer

    def answer(asked: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if asked == service and path.partition("?")[0] != f"/v1/cases/{CASE}" and path != "/v1/me":
            return status or 500, document
        return shown(asked, method, path, body)

    site.services.answer = answer


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-6", control="empty-only-if-complete")
@pytest.mark.parametrize(("status", "document"), UNREAD)
def test_the_start_page_says_neither_no_alert_nor_no_case_while_a_service_is_away(
    site: Site, browser: Browser, status: int, document: dict[str, Any]
) -> None:
    show(site, {})
    assert browser.get("/").text.count("data-nothing") == 2
    show(site, {}, support=(status or 500, document))
    assert browser.get("/").text.count("data-nothing") == 1
    if status != 404:
        show(site, {}, support=(status or 500, document), intake=(status or 500, document))
        assert browser.get("/").text.count("data-nothing") == 0


@pytest.mark.hazard("H-DESK-6", control="empty-only-if-complete")
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_that_there_is_nothing_by_the_one_macro_only(path: Path) -> None:
    text = re.sub(r"nothing\(_\(.*?\) \}\}", "", path.read_text(encoding="utf-8"))
    found = re.findall(r'_\("((?:No [a-z]|Nothing|None|Nobody|Neither)[^"]*)"', text)
    assert [sentence for sentence in found if not sentence.startswith(OTHERS)] == []


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-6", control="empty-only-if-complete")
def test_nothing_is_due_never_stands_below_an_open_alert(site: Site, browser: Browser) -> None:
    found = empty_files()
    alert = {**ENTRY, "id": ALERT, "what": "alert", "lane": "support", "at": NOON, "precision": "instant"}
    found["support", f"/v1/cases/{CASE}/timeline"]["entries"] = [{**alert, "step": "acknowledged"}, alert]
    show(site, found)
    assert "data-nothing" not in section(browser.get(f"/cases/{CASE}").text, "next")


@pytest.mark.integration
def test_a_case_that_is_still_arriving_is_no_error_and_is_requested_a_limited_time(
    site: Site, browser: Browser
) -> None:
    show_without(site, "legal", 503, ARRIVING)
    page = browser.get(f"/cases/{CASE}").text
    assert 'role="alert"' not in page
    asked, number = re.findall(r'hx-get="([^"]*settling[^"]*)"', page), 0
    while asked:
        number += 1
        assert number < 30
        part = browser.get(asked[0].replace("&amp;", "&"), **{"HX-Request": "true"}).text
        asked = re.findall(r'hx-get="([^"]*settling[^"]*)"', part)
    assert f'href="/cases/{CASE}"' in part
    show(site, empty_files())
    settled = browser.get(f"/cases/{CASE}/settling?asked=1", **{"HX-Request": "true"}).text
    assert f'hx-get="/cases/{CASE}" hx-trigger="load" hx-select="#content"' in settled
    assert "settling?asked" not in browser.get(f"/cases/{CASE}").text


def fact(recorded_at: str | None) -> dict[str, Any]:
    return {"id": ALERT, "kind": "last_incident", "happened": "2026-02-02", "recorded_at": recorded_at}


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-6", control="calculation-is-named")
@pytest.mark.parametrize(
    ("facts", "calculated_at", "is_named"),
    [
        ([fact("2026-03-02T11:00:01+00:00"), fact(None)], NOON, True),
        ([fact("2026-03-02T10:59:59+00:00")], NOON, False),
        ([fact("2026-03-02T12:30:00+02:00")], NOON, False),
        ([], NOON, False),
        ([fact(NOON)], None, False),
    ],
)
def test_deadlines_from_before_the_last_fact_are_said_to_be_calculated_again(
    site: Site, browser: Browser, facts: list[Any], calculated_at: str | None, is_named: bool
) -> None:
    found = case_files()
    found["intake", f"/v1/cases/{CASE}"]["facts"] = facts
    found["legal", f"/v1/cases/{CASE}/timeline"]["calculated_at"] = calculated_at
    show(site, found)
    for end in ("", "/print"):
        assert ('class="notice warn"' in section(browser.get(f"/cases/{CASE}{end}").text, "settling")) is is_named
    assert ("/settling?asked=1" in browser.get(f"/cases/{CASE}").text) is is_named


def test_an_answer_that_says_nothing_is_away() -> None:
    assert Answer(0).state == Answer(503).state == Answer(422).state == AWAY


@pytest.mark.integration
def test_a_form_of_a_case_that_is_still_arriving_says_so_and_keeps_what_was_typed(site: Site, browser: Browser) -> None:
    site.services.answer = lambda service, *_: (200, {}) if service == "intake" else (503, ARRIVING)
    opened = browser.get(f"/cases/{CASE}/do/raise-alert")
    assert (opened.status_code, "/do/raise-alert" in opened.text) == (503, True)
    assert 'role="status"' in browser.get(f"/cases/{CASE}/do").text
    form = {"form_token": browser.form_token(), "danger_type": "trafficker_contact", "urgency": "today", "key": "k"}
    sent = browser.post(f"/cases/{CASE}/do/raise-alert", form)
    assert sent.status_code == 503
    assert "checked" in sent.text or "selected" in sent.text
