"""The other pages of a case: timeline, why a deadline has its date, consents, and the print view."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.deadline.page import Found, answering, changes_of
from services.web.doing.table import ACTS
from services.web.words.speech import Speech
from shared.reference.words import words_of_code
from tests.kit.desk import ME, Browser, Site, answered
from tests.kit.desk_pages import (
    AGENCY,
    ALERT,
    CASE,
    DEADLINE,
    ENTRY,
    NOON,
    OF_CASE,
    case_files,
    explanation,
    received,
    show,
)

pytestmark = pytest.mark.integration

CONSENT = "0195566e-7a10-7000-8000-000000000005"
WITHDRAWAL = f"/cases/{CASE}/consents/{CONSENT}/withdrawal"
STATED = {
    "id": CONSENT,
    "agency": AGENCY,
    "agency_code": None,
    "purposes": ["referral_for_support"],
    "data_categories": ["account"],
    "granted_on": "2026-02-02",
    "expires_on": "2199-02-02",
    "withdrawn_on": None,
    "taken_back_at": None,
}


def entry(number: int, **different: Any) -> dict[str, Any]:
    return {**ENTRY, "id": f"0195566e-7a10-7000-8000-{number:012}", **different}


def of(files: dict[Any, Any], service: str, part: str = "/timeline") -> Any:
    return files[service, f"/v1/cases/{CASE}{part}"]


# The timeline


def test_the_timeline_has_the_entries_of_all_services_the_newest_first(site: Site, browser: Browser) -> None:
    files = case_files("sexual")
    of(files, "legal")["entries"] = [entry(7, lane="justice", what="legal_advice", at="2026-03-09", source="legal")]
    of(files, "support")["entries"] = [entry(8, lane="support", what="plan", at="2025-12", precision="month")]
    show(site, files)
    page = browser.get(f"/cases/{CASE}/timeline").text
    days = re.findall(r'<time datetime="([^"]*)"', page)
    assert days == ["2026-03-09", "2026-02-02", "2025-12-01"]
    assert page.count('class="unsure"') == 1, "that only the month is known is marked"
    assert len(site.services.requests) == 3


def test_the_timeline_shows_corrections_and_what_was_taken_back(site: Site, browser: Browser) -> None:
    files = case_files("sexual")
    corrected = {"corrected_on": "2026-03-03", "corrected_because": "wrong_person", "earlier": ["2026-02-27"]}
    of(files, "intake")["entries"] = [entry(7, taken_back=True, **corrected)]
    show(site, files)
    row = browser.get(f"/cases/{CASE}/timeline").text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "<s>" in row
    assert "3 Mar 2026" in row
    assert "27 Feb 2026" in row


def test_a_page_of_the_timeline_continues_at_all_services_where_it_ended(site: Site, browser: Browser) -> None:
    files = case_files("sexual")
    of(files, "intake")["entries"] = [entry(number, at="2026-03-02") for number in range(100, 200)]
    of(files, "legal")["entries"] = [entry(999, at="2025-01-01", source="legal")]
    show(site, files)
    page = browser.get(f"/cases/{CASE}/timeline?lane=detection").text
    assert page.partition("<tbody>")[2].count("<tr>") == 100
    [following] = re.findall(r'class="button" href="([^"]*)"', page)
    site.services.requests.clear()
    browser.get(following.replace("&amp;", "&"))
    asked = {path.partition("?")[2] for _service, _method, path in site.asked()}
    [query] = asked
    assert "after=2026-03-02.0195566e-7a10-7000-8000-000000000100.detection." in query
    assert "lane=detection" in query


@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
@pytest.mark.parametrize("page", ["", "/timeline", "/print"])
@pytest.mark.parametrize("service", ["legal", "support"])
def test_a_timeline_that_is_missing_is_named(site: Site, browser: Browser, page: str, service: str) -> None:
    files = case_files("sexual")
    for status in (429, 503):
        show(site, files, **{service: (status, {})})
        answer = browser.get(f"/cases/{CASE}{page}")
        assert answer.status_code == 200
        assert '<div class="alert" role="alert">' in answer.text
    show(site, files, **{service: (404, {})})
    assert 'role="note"' in browser.get(f"/cases/{CASE}{page}").text


def test_an_open_alert_of_the_timeline_is_on_the_case_page_until_it_ends(site: Site, browser: Browser) -> None:
    files = case_files("sexual")
    danger = {"field": "danger_type", "code_list": "danger_type", "code": "trafficker_contact"}
    alert = entry(9, what="alert", lane="support", at=NOON, precision="instant", values=[danger], source="support")
    of(files, "support")["entries"] = [alert]
    show(site, files)
    for page in ("", "/print"):
        assert '<div class="alert">' in browser.get(f"/cases/{CASE}{page}").text
    taken = {**alert, "step": "acknowledged", "by": {"role": "caseworker", "agency": None, "agency_code": None}}
    of(files, "support")["entries"] = [taken, alert]
    show(site, files)
    for page in ("", "/print"):
        shown = browser.get(f"/cases/{CASE}{page}").text.partition('<div class="alert">')[2].partition("</div>")[0]
        assert "<bdi>sexual</bdi>" in shown, "the name of the one caseworker of the team"
    of(files, "support")["entries"] = [{**alert, "until": NOON}]
    show(site, files)
    assert '<div class="alert">' not in browser.get(f"/cases/{CASE}").text


# Why a deadline has its date


def test_each_open_deadline_leads_to_its_explanation(site: Site, browser: Browser) -> None:
    show(site, case_files("sexual"))
    page = browser.get(f"/cases/{CASE}").text
    address = f"/cases/{CASE}/deadlines/{ALERT}"
    assert f'href="{address}" hx-get="{address}" hx-target="#why-{ALERT}"' in page
    assert f'id="why-{ALERT}"' in page


def test_an_explanation_is_a_page_of_its_own_or_a_part_of_the_case(site: Site, browser: Browser) -> None:
    show(site, case_files("sexual"))
    whole = browser.get(f"/cases/{CASE}/deadlines/{ALERT}")
    part = browser.get(f"/cases/{CASE}/deadlines/{ALERT}", **{"HX-Request": "true"})
    assert (whole.status_code, part.status_code) == (200, 200)
    assert "<html" in whole.text
    assert "<html" not in part.text
    for text in (whole.text, part.text):
        assert "https://wetten.example/artikel" in text
        assert '<time datetime="2026-05-04">' in text
        assert "3 May 2026" in text
        assert re.search(r"<li>[^<]*</li>", text), "a fact that is hidden is listed"


def test_a_deadline_page_is_404_only_if_every_service_answered_that_it_is_unknown(site: Site, browser: Browser) -> None:
    show(site, {})
    assert browser.get(f"/cases/{CASE}/deadlines/{ALERT}").status_code == 404
    show(site, {}, legal=(503, {}))
    assert browser.get(f"/cases/{CASE}/deadlines/{ALERT}").status_code == 503


# Consents and deliveries


def with_consent(**different: Any) -> dict[Any, Any]:
    files = case_files("sexual")
    of(files, "intake", "")["consents"] = [{**STATED, **different}]
    files["intake", f"/v1/cases/{CASE}/consents/{CONSENT}/withdrawal-preview"] = {
        "id": CONSENT,
        "counts_deliveries": True,
        "holders": [],
    }
    return files


def test_consents_and_what_each_agency_received_are_on_one_page(site: Site, browser: Browser) -> None:
    show(site, with_consent())
    page = browser.get(f"/cases/{CASE}/consents").text
    assert f'href="{WITHDRAWAL}"' in page
    assert "intake.referral.sent" in page
    assert f'hx-get="/cases/{CASE}/deliveries"' in page
    assert len(site.services.requests) == 2


def deliveries_in(page: str) -> str:
    return page.partition('<div id="deliveries"')[2].partition("</div>")[0]


@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
@pytest.mark.parametrize(
    ("field", "code_list", "code"),
    [
        ("only_remedies", "remedy", "NL.WAGES"),
        ("only_matters", "matter_type", "employment"),
        ("only_stages", "criminal_stage", "investigation"),
    ],
)
def test_the_consents_and_the_withdrawal_show_what_a_consent_names(
    site: Site, browser: Browser, field: str, code_list: str, code: str
) -> None:
    for path in (f"/cases/{CASE}/consents", WITHDRAWAL):
        label = words_of_code(code_list, code, "en").label
        show(site, with_consent())
        assert label not in browser.get(path).text
        show(site, with_consent(**{field: [code]}))
        assert label in browser.get(path).text


def test_deliveries_that_are_missing_or_hidden_are_not_shown_as_none(site: Site, browser: Browser) -> None:
    files = with_consent()
    of(files, "partners", "/deliveries")["agencies"] = []
    show(site, files)
    none_received = deliveries_in(browser.get(f"/cases/{CASE}/consents").text)
    for status in (404, 422, 429, 503):
        show(site, with_consent(), partners=(status, {}))
        page = browser.get(f"/cases/{CASE}/consents")
        assert page.status_code == 200
        assert deliveries_in(page.text) != none_received
        assert f'href="{WITHDRAWAL}"' in page.text


def test_a_refreshed_part_shows_what_an_agency_answered(site: Site, browser: Browser) -> None:
    files = with_consent()
    answer = {"consent": CONSENT, "state": "told", "told_at": NOON, "answer": "deleted", "answered_at": NOON}
    of(files, "partners", "/deliveries")["agencies"] = [{**received(), "state": "ended", "withdrawals": [answer]}]
    show(site, files)
    part = browser.get(f"/cases/{CASE}/deliveries", **{"HX-Request": "true"}).text
    assert part.startswith('<div id="deliveries"')
    assert '<span class="tag late">' in part, "its state has ended"
    assert words_of_code("withdrawal_answer", "deleted", "en").label in part


@pytest.mark.hazard("H-AGENCY-12", control="counts-before-withdrawal")
def test_before_a_withdrawal_the_page_counts_what_each_channel_delivered(site: Site, browser: Browser) -> None:
    def channels_of(page: str) -> list[str]:
        return re.findall(r'data-channel="(\w+)"', page)

    fetched = {"channel": "feed", "count": 12, "last_at": NOON}
    files = with_consent()
    of(files, "partners", "/deliveries")["agencies"] = [{**received(), "channels": [fetched, *received()["channels"]]}]
    show(site, files)
    page = browser.get(WITHDRAWAL).text
    assert channels_of(page) == ["feed", "webhook"]
    assert re.search(r'data-channel="feed">[^<]*</dt><dd>\D*12 [^<]*\d\d:\d\d', page), "the count, and the last time"
    of(files, "partners", "/deliveries")["agencies"] = [{**received(), "channels": []}, {**received(), "agency": ME}]
    show(site, files)
    assert channels_of(browser.get(WITHDRAWAL).text) == [], "another agency's deliveries are not counted"
    show(site, with_consent(), partners=(503, {}))
    assert channels_of(browser.get(WITHDRAWAL).text) == []
    files = with_consent()
    of(files, "intake", f"/consents/{CONSENT}/withdrawal-preview")["counts_deliveries"] = False
    show(site, files)
    assert channels_of(browser.get(WITHDRAWAL).text) == [], "the person is not informed of a sharing with the agency"


LATER = "2026-03-03T11:00:00+00:00"


def withdrawal(answer: str | None = None, told_at: str = NOON, answered_at: str = NOON) -> dict[str, Any]:
    """Return a withdrawal of which the agency was notified, with the agency's answer."""
    answered_at = answered_at if answer else ""
    return {"consent": CONSENT, "state": "told", "told_at": told_at, "answer": answer, "answered_at": answered_at}


@pytest.mark.hazard("H-DESK-15", control="holders-are-counted")
@pytest.mark.hazard("H-DESK-15", control="kept-part-has-a-ground")
@pytest.mark.parametrize(
    ("agencies", "holders"),
    [
        ([], None),
        ([("open", [])], None),
        ([("ended", [])], 1),
        ([("ended", [withdrawal()])], 1),
        ([("open", [withdrawal()])], 1),
        ([("ended", [withdrawal("kept")])], 1),
        ([("ended", [withdrawal("partly_kept")])], 1),
        ([("ended", [withdrawal("stopped")])], 1),
        ([("ended", [withdrawal("deleted")])], 0),
        ([("ended", [withdrawal("deleted", told_at=LATER)])], 1),
        ([("ended", [withdrawal("deleted", answered_at=LATER)])], 0),
        ([("ended", [withdrawal("deleted"), withdrawal("kept")])], 1),
        ([("ended", [withdrawal("deleted")]), ("ended", [withdrawal()]), ("open", [])], 1),
    ],
)
def test_agencies_that_may_still_hold_data_are_counted_until_each_has_deleted_them(
    site: Site, browser: Browser, agencies: list[tuple[str, list[Any]]], holders: int | None
) -> None:
    files = with_consent()
    shown = [{**received(), "state": state, "withdrawals": given} for state, given in agencies]
    of(files, "partners", "/deliveries")["agencies"] = shown
    show(site, files)
    part = browser.get(f"/cases/{CASE}/deliveries", **{"HX-Request": "true"}).text
    assert re.findall(r'data-holders="(\d+)"', part) == ([] if holders is None else [str(holders)])


def test_a_consent_that_does_not_count_any_more_has_no_way_to_withdraw_it(site: Site, browser: Browser) -> None:
    for different in ({"withdrawn_on": "2026-03-01"}, {"expires_on": "2026-03-01"}, {"taken_back_at": NOON}):
        show(site, with_consent(**different))
        assert f'href="{WITHDRAWAL}"' not in browser.get(f"/cases/{CASE}/consents").text


def fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.partition(WITHDRAWAL)[2])
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def withdrawn(site: Site) -> list[Any]:
    """The withdrawals that intake received; it accepts one version of the case."""
    sent: list[Any] = []
    files = with_consent()
    site.services.headers["ETag"] = '"7"'

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if method == "POST" and path.startswith("/v1/cases"):
            sent.append((service, path, body, site.services.requests[-1][4]))
            return 200, {"id": CONSENT, "withdrawn": True}
        asked = service, path.partition("?")[0]
        return (200, files[asked]) if asked in files else answered(service, method, path, body)

    site.services.answer = answer
    return sent


def test_a_withdrawal_takes_two_steps_and_is_sent_once_with_the_version_shown(
    browser: Browser, withdrawn: list[Any]
) -> None:
    form = fields(browser.get(WITHDRAWAL).text)
    assert withdrawn == []
    done = browser.post(WITHDRAWAL, {**form, "erase": "unasked", "sure": "yes"})
    assert (done.status_code, done.headers["Location"]) == (303, f"/cases/{CASE}/consents?done=1")
    [(service, path, body, headers)] = withdrawn
    assert (service, path) == ("intake", f"/v1/cases/{CASE}/consents/{CONSENT}/withdrawal")
    assert body == {"erase_requested": None}
    assert (headers["If-Match"], headers["Idempotency-Key"]) == ('"7"', form["key"])


@pytest.mark.parametrize(("still", "ends"), [([], True), (["account"], True), (["account", "health"], False)])
def test_a_withdrawal_names_its_agency_and_the_referrals_that_end_with_it(
    site: Site, browser: Browser, still: list[str], ends: bool
) -> None:
    files = with_consent(agency_code=None)
    data = {"agency": STATED["agency"], "data_categories": ["account", "health"]}
    of(files, "intake", "")["referrals"] = [referral(21, "sent", **data, purpose=STATED["purposes"][0])]
    holder = {**data, "referrals": [], "still_covered": still, "keeps": "unknown", "verify": True}
    files["intake", f"/v1/cases/{CASE}/consents/{CONSENT}/withdrawal-preview"]["holders"] = [holder]
    files["partners", f"/v1/agencies/{STATED['agency']}"] = {"name": "Fictitious <Harbour>"}
    of(files, "partners", "/deliveries")["agencies"] = []
    show(site, files)
    page = browser.get(WITHDRAWAL).text
    assert "Fictitious &lt;Harbour&gt;" in page
    assert ("<li>" in page.partition("<h3>")[2], "<strong>" in page.partition("<h3>")[2]) == (True, ends)
    case = of(files, "intake", "")
    case["referrals"] = []
    assert "data-nothing" in browser.get(WITHDRAWAL).text
    del case["referrals"]
    assert "data-nothing" not in browser.get(WITHDRAWAL).text, "hidden is not nothing"
    show(site, files, partners=(503, {}))
    assert browser.get(WITHDRAWAL).text.partition("<h3>")[0] != page.partition("<h3>")[0], "not known is not nothing"


@pytest.mark.parametrize("different", [{"withdrawn_on": "2026-03-01"}, {"expires_on": "2026-03-01"}])
def test_a_consent_that_is_not_valid_any_more_has_no_form_to_withdraw_it(
    site: Site, browser: Browser, different: dict[str, str]
) -> None:
    show(site, with_consent(**different))
    page = browser.get(WITHDRAWAL)
    assert page.status_code == 200
    assert 'name="erase"' not in page.text


@pytest.mark.parametrize("missing", ["erase", "sure", "key"])
def test_a_withdrawal_that_is_not_confirmed_is_not_sent(browser: Browser, withdrawn: list[Any], missing: str) -> None:
    form = {**fields(browser.get(WITHDRAWAL).text), "erase": "yes", "sure": "yes"}
    del form[missing]
    answer = browser.post(WITHDRAWAL, form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert withdrawn == []


@pytest.mark.hazard("H-DESK-3", control="forms-carry-a-token")
def test_a_withdrawal_without_the_sessions_token_is_not_sent(browser: Browser, withdrawn: list[Any]) -> None:
    form = {**fields(browser.get(WITHDRAWAL).text), "erase": "yes", "sure": "yes"}
    assert browser.post(WITHDRAWAL, {**form, "form_token": ""}).status_code == 403
    assert withdrawn == []


def test_a_case_that_changed_meanwhile_is_shown_again_before_anything_is_withdrawn(
    site: Site, browser: Browser
) -> None:
    files = with_consent()
    show(site, files)
    form = {**fields(browser.get(WITHDRAWAL).text), "erase": "yes", "sure": "yes"}

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        asked = service, path.partition("?")[0]
        if method == "POST":
            return 412, {"detail": "Changed."}
        return (200, files[asked]) if asked in files else answered(service, method, path, body)

    site.services.answer = answer
    again = browser.post(WITHDRAWAL, form)
    assert again.status_code == 422
    assert fields(again.text)["key"] != form["key"]
    assert re.search(r'value="yes" required checked', again.text)


# The print view


def test_the_print_view_has_open_deadlines_and_milestones_alone(site: Site, browser: Browser) -> None:
    files = case_files("sexual")
    of(files, "support")["entries"] = [entry(7, what="counselling_session", lane="support", source="support")]
    of(files, "legal")["deadlines"] = [DEADLINE, {**DEADLINE, "id": CONSENT, "state": "met", "due_on": "2026-01-05"}]
    show(site, files)
    page = browser.get(f"/cases/{CASE}/print").text
    assert "2026-05-04" in page
    assert "2026-01-05" not in page
    assert words_of_code("record_class", "counselling_session", "en").label not in page
    assert page.count("<tbody>") == 2


@pytest.mark.parametrize("path", OF_CASE)
def test_no_page_of_a_case_names_it_in_the_title(site: Site, browser: Browser, path: str) -> None:
    show(site, with_consent())
    title = browser.get(path).text.partition("<title>")[2].partition("</title>")[0]
    assert title
    assert "case" not in title.lower()
    assert CASE not in title


@pytest.mark.parametrize("path", OF_CASE)
def test_a_page_of_a_case_that_is_not_shown_looks_like_one_that_does_not_exist(
    site: Site, browser: Browser, path: str
) -> None:
    show(site, {})
    nowhere = browser.get("/nowhere")
    answer = browser.get(path)
    assert answer.status_code == nowhere.status_code == 404


# The changes that would move a deadline, and where to record the answer to an open question

CHANGES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["decision", "claim"]),
            "effect": st.sampled_from(["met", "moves"]),
            "where": st.lists(
                st.sampled_from(["positive", "negative", "reasonable_grounds", "unheard_of"]), max_size=2
            ),
        }
    )
)


@given(CHANGES)
def test_what_would_change_a_deadline_names_the_outcome_and_has_no_line_twice(changes: list[dict[str, Any]]) -> None:
    lines = changes_of({"changes": changes}, Speech().word)
    assert len(lines) == len(set(lines))
    words = {code: Speech().word("decision_outcome", code) for code in ("positive", "negative")}
    shown = {(effect, kind, needed) for effect, kind, needed in lines}
    for change in changes:
        said = [needed for effect, kind, needed in shown if (effect, kind) == (change["effect"], change["kind"])]
        assert any(all(words[code] in needed for code in change["where"] if code in words) for needed in said)


@pytest.mark.parametrize(
    ("service", "kept", "is_adviser", "forms"),
    [
        ("intake", "here", False, ["correct-fact"]),
        ("intake", "elsewhere", True, ["correct-legal-fact"]),
        ("intake", "elsewhere", False, []),
        ("legal", "here", True, ["correct-legal-fact"]),
        ("legal", "here", False, []),
        ("legal", "elsewhere", False, ["correct-fact"]),
        ("legal", "other_case", True, []),
    ],
)
def test_the_answer_to_a_question_is_recorded_where_the_fact_was_recorded(
    service: str, kept: str, is_adviser: bool, forms: list[str]
) -> None:
    fact = {"id": CASE, "kind": "last_incident", "kept": kept}
    explanation = {"question": "last_incident", "ask_about": [CASE], "facts": [fact, {**fact, "id": ALERT}]}
    found = answering(Found(explanation, False, service), is_adviser=is_adviser)
    assert [(each.act, each.fact) for each in found] == [(act, CASE) for act in forms]


@pytest.mark.parametrize(("is_adviser", "act"), [(True, "legal-fact"), (False, "fact")])
def test_the_answer_to_a_question_about_no_fact_is_a_new_fact(site: Site, is_adviser: bool, act: str) -> None:
    files = {**case_files("sexual"), ("legal", f"/v1/cases/{CASE}/clocks/{DEADLINE['id']}/explanation"): explanation()}
    show(site, {**files, ("intake", "/v1/me"): {**ME, "roles": ["legal_adviser" if is_adviser else "caseworker"]}})
    browser = site.browser()
    assert browser.sign_in().status_code == 303
    page = browser.get(f"/cases/{CASE}/deadlines/{DEADLINE['id']}").text
    assert f'href="/cases/{CASE}/do/{act}"' in page


def test_a_question_that_the_reader_cannot_answer_says_so(site: Site, browser: Browser) -> None:
    place = ("legal", f"/v1/cases/{CASE}/clocks/{DEADLINE['id']}/explanation")
    files = {**case_files("sexual"), place: {**explanation(), "ask_about": [CASE]}}
    show(site, files)
    page = browser.get(f"/cases/{CASE}/deadlines/{DEADLINE['id']}").text
    assert "/do/correct-legal-fact/" not in page
    assert page.partition("<dl")[2].partition("</dl>")[0].count('class="quiet"') == 1


# Referrals


def referral(number: int, state: str, **more: Any) -> dict[str, Any]:
    said = {"purpose": "referral_for_support", "service_types": ["childcare"], "agency_code": None, "reply_by": None}
    return {"id": f"0195566e-7a10-7000-8000-{number:012}", "state": state, "taken_back_at": None, **said, **more}


def test_a_case_shows_its_open_referrals_with_the_steps_that_the_person_may_take(site: Site, browser: Browser) -> None:
    files = case_files("sexual")
    case = of(files, "intake", "")
    ended = [referral(23, "completed"), referral(24, "draft", taken_back_at=NOON)]
    case["referrals"] = [referral(21, "draft"), referral(22, "sent"), *ended]
    case["actions"] = [{"action": "referral.send", "allowed": True}]
    show(site, files)
    page = browser.get(f"/cases/{CASE}").text
    links = re.findall(rf'href="/cases/{CASE}/do/([a-z-]+)/0195566e-7a10-7000-8000-0000000000(2[0-9])"', page)
    drafted = {("referral-package", "21"), ("send-referral", "21"), ("referral-step", "21")}
    assert set(links) == {*drafted, ("referral-step", "22")}
    case["actions"] = [{"action": "referral.send", "allowed": False, "reason": "role"}]
    assert "/do/send-referral/" not in browser.get(f"/cases/{CASE}").text


@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
def test_referrals_that_are_hidden_are_not_shown_as_none(site: Site, browser: Browser) -> None:
    files = case_files("sexual")
    case = of(files, "intake", "")
    case.pop("referrals", None)
    show(site, files)

    def shown() -> str:
        return browser.get(f"/cases/{CASE}").text.partition('id="referrals"')[2].partition("<h2")[0]

    hidden = shown()
    case["referrals"] = []
    assert hidden != shown()


def test_a_referral_that_is_held_back_is_named_with_what_to_do(site: Site, browser: Browser) -> None:
    files = case_files("sexual")
    case = of(files, "intake", "")
    case["referrals"] = [referral(21, "held", held_because="consent_before_sharing")]
    case["due"] = [
        {"what": "referral_kept", "code": "consent_before_sharing", "due_on": "2026-03-02", "group": "overdue"}
    ]
    show(site, files)
    page = browser.get(f"/cases/{CASE}").text
    assert f'href="/cases/{CASE}/do/consent"' in page.partition('id="referrals"')[2].partition("<h2")[0]
    assert page.partition('id="next"')[2].partition("<h2")[0].count("<li") == 1
    case["actions"] = [{"action": ACTS["consent"].operation.action, "allowed": False, "reason": "role"}]
    assert f'href="/cases/{CASE}/do/consent"' not in browser.get(f"/cases/{CASE}").text


def test_the_page_of_consents_has_no_link_to_a_withdrawal_that_would_be_refused(site: Site, browser: Browser) -> None:
    files = with_consent()
    of(files, "intake", "")["actions"] = [{"action": "consent.withdraw", "allowed": False, "reason": "role"}]
    show(site, files)
    assert f'href="{WITHDRAWAL}"' not in browser.get(f"/cases/{CASE}/consents").text


@pytest.mark.parametrize("role", ["caseworker", "legal_adviser"])
def test_only_an_adviser_is_led_to_the_form_of_a_fact_that_legal_keeps(site: Site, role: str) -> None:
    files = case_files("sexual")
    of(files, "intake", "")["due"] = [{"what": "period_question", "code": "certificate", "group": "unclear"}]
    change = {"effect": "pauses", "kind": "conciliation_begun", "where": []}
    asked = {**explanation(), "question": "certificate", "changes": [change]}
    files["legal", f"/v1/cases/{CASE}/clocks/{DEADLINE['id']}/explanation"] = asked
    show(site, {**files, ("intake", "/v1/me"): {**ME, "roles": [role]}})
    person = site.browser()
    assert person.sign_in().status_code == 303
    explained = person.get(f"/cases/{CASE}/deadlines/{DEADLINE['id']}").text
    for page in (person.get(f"/cases/{CASE}").text, explained):
        assert ("legal-fact?kind=conciliation_certified" in page) == (role == "legal_adviser")
    assert ("legal-fact?kind=conciliation_begun" in explained) == (role == "legal_adviser")
