"""Actions over HTTP: each form is displayed, sent, refused and corrected, with stand-ins for the services."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from services.intake.access.staff.rules import ACCESS as STAFF_RULES
from services.intake.access.staff_access.rules import ACCESS as SUPERVISION_RULES
from services.intake.agencies.referral.rules.steps import _SAYS_MORE, CHANGES, STATES
from services.intake.agencies.report.rules import ACCESS as OFFER_RULES
from services.intake.cases.lifecycle.rules import ACCESS as ACCEPTANCE_RULES
from services.intake.cases.lifecycle.rules import ACCESS as LIFECYCLE_RULES
from services.intake.cases.work.rules.queues import ACCESS as CONFIRMATION_RULES
from services.intake.cases.work.rules.queues import KINDS
from services.intake.facts.fact.rules import _ALSO, BY_HAND
from services.intake.facts.identity.rules import ACCESS as PERSON_RULES
from services.legal.compensation.fact.rules import KINDS as LEGAL_KINDS
from services.web.doing import forming
from services.web.doing.act import NAMES_ITS_RECORD, Act, Source
from services.web.doing.labels import LABELS
from services.web.doing.reaching import HELD
from services.web.doing.sending import TAKES_BACK
from services.web.doing.table import ACTS, CASE_ACTS
from services.web.doing.table.facts import ANSWERS
from services.web.doing.table.opening import OPENING
from services.web.doing.table.referral import DECIDING, OFFERS, STEPS
from services.web.doing.table.second_person import CONFIRMING
from services.web.doing.table.staff import REGISTERING, STAFF
from services.web.forms.fields import Field, Kind
from services.web.forms.published import FILE
from services.web.words.speech import Speech
from shared.casework.fact_rules import SAYS
from shared.reference import code_lists
from shared.reference import codes as codes_of
from shared.reference.words import LANGUAGES, words_of_code
from tests.kit.desk import ADDRESS, ME, Browser, Site, answered
from tests.kit.desk_doing import AGENCY, CASE, RECORD, RECORDED, Services, hidden_of

STAFF_ACCESS = {**STAFF_RULES, **SUPERVISION_RULES}
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>'\""


@pytest.fixture
def browser(site: Site) -> Browser:
    """A browser signed in with the roles of every action."""

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == "/v1/me":
            return 200, {**ME, "roles": sorted(REGISTERING | {"caseworker"})}
        return answered(service, method, path, body)

    site.services.answer = answer
    signed_in = site.browser()
    assert signed_in.sign_in().status_code == 303
    site.services.requests.clear()
    return signed_in


@pytest.fixture
def upstream(site: Site, browser: Browser) -> Services:
    return Services(site)


def address(act: Act) -> str:
    start = f"/cases/{CASE}/do/{act.code}" if act.source is Source.CASE else f"/do/{act.code}"
    return f"{start}/{RECORD}" if act.records or act.source in NAMES_ITS_RECORD else start


def a_text_for(each: Field) -> dict[str, str]:
    """Return a filled input for a field, with markup in every text field."""
    name = each.name
    if each.kind is Kind.WHEN:
        return {f"{name}.year": "2026", f"{name}.month": "3", f"{name}.day": "2"}
    if each.kind is Kind.ROWS:
        inner = [replace(field, name=f"{name}.0.{field.name}") for field in each.fields]
        return {path: text for field in inner for path, text in a_text_for(field).items()}
    if each.kind is Kind.GROUP:
        inner = [replace(field, name=f"{name}.{field.name}") for field in each.fields]
        return {path: text for field in inner for path, text in a_text_for(field).items()}
    if each.kind is Kind.MAP:
        return {
            f"{name}.{each.keys[0]}.need": "2",
            f"{name}.{each.keys[0]}.risk": "1",
            f"{name}.{each.keys[0]}.words": MARKUP,
        }
    known = {
        Kind.DATE: "2026-03-02",
        Kind.INSTANT: "2026-03-02T10:00",
        Kind.FLAG: "yes",
        Kind.TIME: "10:00",
        Kind.AGENCY: AGENCY,
        Kind.MEMBER: RECORD,
        Kind.ID: CASE,
    }
    if each.kind in (Kind.CODE, Kind.CODES):
        return {name: each.codes[0]}
    return {name: known.get(each.kind, MARKUP)}


def filled(act: Act) -> dict[str, str]:
    decided = next(iter(act.shows), "") if act.code != "correct-fact" else str(RECORDED["kind"])
    chosen = {act.decides: decided} if act.decides else {}
    fields = forming.fields_of(act, {name: (text,) for name, text in chosen.items()})
    return {name: text for each in fields for name, text in a_text_for(each).items()} | chosen | kept(act)


def kept(act: Act) -> dict[str, str]:
    """Return the body fields of a correction that does not withdraw the record."""
    return {"reason": "wrong_date", "withdrawn": "no"} if act.is_correction else {}


# The table


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_action_names_only_fields_and_lists_that_are_published(act: Act) -> None:
    names = {each.name for each in act.operation.fields}
    stated = {*act.first, *act.without, *act.fixed}
    assert not act.decides or act.is_correction or act.decides in names
    stated |= {name for shown in act.shows.values() for name in shown}
    assert stated <= names
    assert {path.partition(".")[0] for path in (*act.lists, *act.keys)} <= names
    used = {*act.lists.values(), *act.keys.values(), *(name for _field, name in act.described_by if name)}
    assert used <= code_lists().keys() | {"referral_state"}
    required = {each.name for each in act.operation.fields if each.is_required}
    assert not required & set(act.without) - act.fixed.keys()


def test_a_form_that_depends_on_a_choice_shows_the_fields_that_the_service_accepts() -> None:
    facts = {kind: {*BY_HAND[kind], *_ALSO.get(kind, ())} for kind in BY_HAND}
    assert {kind: set(shown) for kind, shown in ACTS["fact"].shows.items()} == facts
    needed = {name for names in BY_HAND.values() for name in names}
    assert set(ACTS["fact"].required) == needed
    corrected = {kind: {*says.needs, *says.may} & _names_of("correct-fact") for kind, says in SAYS.items()}
    shown = {kind: set(names) for kind, names in ACTS["correct-fact"].shows.items()}
    assert shown == {kind: corrected.get(kind, {"age"}) for kind in shown}
    assert shown.keys() >= BY_HAND.keys() | {"submission", "decision", "step", "law", "person"}
    at_legal = {kind: {*SAYS[kind].needs, *SAYS[kind].may} for kind in LEGAL_KINDS}
    for code in ("legal-fact", "correct-legal-fact"):
        assert {kind: set(shown) for kind, shown in ACTS[code].shows.items()} == at_legal
    for kind in LEGAL_KINDS:
        chosen = forming.fields_of(ACTS["legal-fact"], {"kind": (kind,)})
        required = {each.name for each in chosen if each.is_required} - {"kind", "happened"}
        assert required == set(SAYS[kind].needs)
    steps = {step: {name for name, of in _SAYS_MORE.items() if step in of} for step in ACTS["referral-step"].shows}
    assert {step: set(shown) for step, shown in ACTS["referral-step"].shows.items()} == steps
    from_state = {state: tuple(step for step in steps if state in CHANGES[step].sources) for state in STATES}
    assert {state: set(named) for state, named in STEPS.items()} == {
        state: set(named) for state, named in from_state.items() if named
    }
    assert set(ACTS["referral-step"].required) == {name for change in CHANGES.values() for name in change.needs}


def _names_of(code: str) -> set[str]:
    return {each.name for each in ACTS[code].operation.fields}


def test_a_label_belongs_to_a_field_of_an_action() -> None:
    paths = {
        f"{start}{path}"
        for act in ACTS.values()
        for each in act.operation.fields
        for path in (each.name, *(f"{each.name}.{inner.name}" for inner in each.fields))
        for start in ("", f"{act.code}.")
    }
    assert LABELS.keys() <= paths


def test_every_kind_of_confirmation_has_its_action() -> None:
    assert {f"confirm-{kind}" for kind in KINDS} == {code for code in ACTS if code.startswith("confirm-")}


def test_the_schemas_that_the_process_loads_are_a_small_part_of_the_documents() -> None:
    assert FILE.stat().st_size < 300_000


# Forms


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_form_sends_one_request_with_the_version_and_key_of_its_page(
    act: Act, upstream: Services, browser: Browser
) -> None:
    page = browser.get(address(act))
    assert page.status_code == 200, page.text
    hidden, form = hidden_of(page.text), filled(act)
    answer = browser.post(address(act), {**form, **hidden})
    if act.is_irreversible:
        assert upstream.sent == []
        answer = browser.post(address(act), {**form, **hidden, "confirmed": hidden_of(answer.text)["confirmed"]})
    assert answer.status_code == 303, answer.text
    [(request, path, body, headers)] = upstream.sent
    assert request == f"{act.service} {act.operation.method}"
    assert path.startswith("/v1/")
    assert "None" not in path
    assert headers["Idempotency-Key"] == hidden["key"]
    assert headers.get("If-Match", "") == (hidden["version"] if act.operation.version else "")
    if act.source not in (Source.OFFER, Source.MEMBER):
        assert bool(hidden["version"]) >= bool(act.operation.version)
    assert body.keys() >= act.fixed.keys()
    assert answer.headers["Location"].endswith("done=1")


@pytest.mark.hazard("H-DESK-5", control="markup-is-escaped")
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_markup_in_any_text_of_a_form_is_shown_and_never_run(act: Act, site: Site, browser: Browser) -> None:
    upstream = Services(site, MARKUP)
    upstream.reply = (422, {"detail": MARKUP, "errors": [{"field": name, "message": MARKUP} for name in filled(act)]})
    pages = [browser.get(address(act)), *(browser.get(path) for path in ("/offers", "/confirmations"))]
    hidden, form = hidden_of(pages[0].text), filled(act)
    pages.append(browser.post(address(act), {**form, **hidden}))
    confirmed = hidden_of(pages[-1].text).get("confirmed", "")
    pages.append(browser.post(address(act), {**form, **hidden, "confirmed": confirmed}))
    assert "&lt;script&gt;alert" in pages[-1].text
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_an_error_is_listed_first_and_leads_to_its_field(upstream: Services, browser: Browser) -> None:
    act = ACTS["fact"]
    upstream.reply = (422, {"detail": "Check", "errors": [{"field": "happened", "message": "lies ahead"}]})
    answer = browser.post(address(act), {**filled(act), **hidden_of(browser.get(address(act)).text)})
    assert answer.status_code == 422
    assert 'href="#f-happened-day"' in answer.text
    assert 'id="f-happened-day"' in answer.text
    assert 'id="f-happened-error"' in answer.text
    assert 'aria-describedby="f-happened-hint f-happened-error"' in answer.text
    assert 'name="happened.year" value="2026"' in answer.text


@pytest.mark.parametrize(
    ("code", "error", "raw", "said"),
    [
        (
            "consent",
            {"field": "checklist", "message": "They must have been told: told_purpose, told_uses."},
            ("told_purpose", "told_uses"),
            [("consent_checklist", "told_purpose"), ("consent_checklist", "told_uses")],
        ),
        (
            "matter",
            {"field": "remedy", "message": "NL has the remedies NL.SCHADEFONDS, NL.CRIMINAL_JOINDER."},
            ("NL has", "NL.SCHADEFONDS", "NL.CRIMINAL_JOINDER"),
            [("jurisdiction", "NL"), ("remedy", "NL.SCHADEFONDS"), ("remedy", "NL.CRIMINAL_JOINDER")],
        ),
        (
            "propose-closing",
            {"field": "although_open", "rule": "period", "message": "period: NL.SCHADEFONDS"},
            ("NL.SCHADEFONDS",),
            [("due_item", "period"), ("clock_code", "NL.SCHADEFONDS")],
        ),
        (
            "fact",
            {"field": "kind", "code": "missing", "message": "Missing data for required field."},
            ("Missing data",),
            [],
        ),
    ],
)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_an_error_of_a_service_has_labels_and_no_codes(
    upstream: Services,
    browser: Browser,
    code: str,
    error: dict[str, str],
    raw: tuple[str, ...],
    said: list[tuple[str, str]],
    language: str,
) -> None:
    act = ACTS[code]
    browser.post("/language", {"form_token": browser.form_token(), "language": language, "next": "/"})
    upstream.sent.clear()
    upstream.reply = (422, {"detail": "Check", "errors": [error]})
    form = {**filled(act), **hidden_of(browser.get(address(act)).text)}
    answer = browser.post(address(act), form)
    if act.is_irreversible:
        answer = browser.post(address(act), {**form, "confirmed": hidden_of(answer.text)["confirmed"]})
    summary = unescape(answer.text.partition('id="errors"')[2].partition("</div>")[0])
    assert summary
    assert not [text for text in raw if text in summary]
    assert all(words_of_code(name, each, language).label in summary for name, each in said)


def test_what_cannot_be_read_is_refused_before_any_request(upstream: Services, browser: Browser) -> None:
    act = ACTS["fact"]
    form = {**filled(act), "happened.month": "13", **hidden_of(browser.get(address(act)).text)}
    answer = browser.post(address(act), form)
    assert answer.status_code == 422
    assert upstream.sent == []
    assert 'name="happened.month" value="13"' in answer.text


def test_a_choice_decides_which_fields_a_form_has(upstream: Services, browser: Browser) -> None:
    act = ACTS["fact"]
    first = browser.get(address(act)).text
    assert 'name="kind"' in first
    assert 'name="happened.year"' not in first
    hidden = hidden_of(first)
    chosen = browser.post(address(act), {**hidden, "kind": "period_opened", "step": "choose"}).text
    assert 'name="clock"' in chosen
    assert 'name="right"' not in chosen
    assert browser.post(address(act), hidden).status_code == 422
    assert upstream.sent == []


@pytest.mark.parametrize("question", ANSWERS)
def test_the_question_of_a_deadline_leads_to_the_form_that_answers_it(
    question: str, upstream: Services, browser: Browser
) -> None:
    assert question in codes_of("due_question").values
    code, _mark, query = ANSWERS[question].partition("?")
    page = browser.get(f"/cases/{CASE}/do/{ANSWERS[question]}").text
    if query:
        kind = query.removeprefix("kind=")
        assert f'<option value="{kind}" selected>' in page
        assert 'name="happened.year"' in page
        day = {"kind": kind, "happened.year": "2026", "happened.month": "3", "happened.day": "2"}
        browser.post(f"/cases/{CASE}/do/{code}", {**day, **hidden_of(page)})
        [(_request, _path, body, _headers)] = upstream.sent
        assert (body["kind"], body["happened"]) == (kind, "2026-03-02")
    assert code in ACTS


def test_a_link_cannot_choose_what_a_form_does_not_offer(upstream: Services, browser: Browser) -> None:
    assert 'name="happened.year"' not in browser.get(f"/cases/{CASE}/do/fact?kind=person").text


@pytest.mark.parametrize("kind", ACTS["correct-fact"].shows)
def test_the_correction_form_of_a_fact_has_only_the_fields_of_its_kind_filled_in(
    kind: str, upstream: Services, browser: Browser
) -> None:
    act = ACTS["correct-fact"]
    everything = {"stage": "referred", "outcome": "positive", "until": "2026-05-01", "age": "adult"}
    upstream.record = {**upstream.record, **everything, "kind": kind, "reason": "wrong_date"}
    page = browser.get(address(act)).text
    assert set(re.findall(r'name="([a-z_]+)[."]', page)) & _names_of("correct-fact") == {
        *("reason", "withdrawn", "happened", "learnt"),
        *act.shows[kind],
    }
    assert 'name="happened.year" value="2026"' in page
    left = {name: everything[name] for name in ("stage", "outcome", "age") if name in act.shows[kind]}
    for code in left.values():
        assert f'<option value="{code}" selected>' in page
    assert '<option value="wrong_date" selected>' not in page, "it was the reason of the correction before this one"
    changed = {"reason": "wrong_date", "happened.year": "2025", "happened.month": "3", "happened.day": "2"}
    until = {"until.year": "2026", "until.month": "5", "until.day": "1"} if "until" in act.shows[kind] else {}
    answer = browser.post(address(act), {"withdrawn": "no", **left, **until, **changed, **hidden_of(page)})
    assert [body["happened"] for *_request, body, _headers in upstream.sent] == ["2025-03-02"], answer.text
    assert "kind" not in upstream.sent[0][2]


@pytest.mark.parametrize("act", CASE_ACTS, ids=lambda act: act.code)
def test_a_person_who_may_not_do_it_has_no_form_and_reads_why(act: Act, upstream: Services, browser: Browser) -> None:
    upstream.allowed = False
    answer = browser.get(address(act))
    assert answer.status_code == 403
    assert "Record a consent first." in answer.text
    assert "<textarea" not in answer.text


def test_a_case_offers_what_is_allowed_and_says_why_the_rest_is_not(upstream: Services, browser: Browser) -> None:
    page = browser.get(f"/cases/{CASE}/do").text
    assert all(f'href="/cases/{CASE}/do/{act.code}"' in page for act in CASE_ACTS)
    upstream.allowed = False
    page = browser.get(f"/cases/{CASE}/do").text
    assert not any(f'href="/cases/{CASE}/do/{act.code}"' in page for act in CASE_ACTS)
    assert "Record a consent first." in page


@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
def test_actions_of_a_service_that_does_not_answer_are_named_as_missing(site: Site, browser: Browser) -> None:
    upstream = Services(site)

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        return (503, {}) if service == "support" else upstream.answer(service, method, path, body)

    site.services.answer = answer
    page = browser.get(f"/cases/{CASE}/do")
    assert 'role="alert"' in page.text
    assert f"/cases/{CASE}/do/raise-alert" not in page.text
    assert browser.get(address(ACTS["raise-alert"])).status_code == 503


@pytest.mark.parametrize(
    "path",
    ["/do/unknown", "/do/fact", f"/cases/{CASE}/do/open", "/do/accept-offer", f"/cases/{CASE}/do/fact/{RECORD}"],
)
def test_an_address_that_names_no_action_is_not_found(path: str, upstream: Services, browser: Browser) -> None:
    assert browser.get(path).status_code == 404


def test_a_record_that_is_not_in_the_case_has_no_form(upstream: Services, browser: Browser) -> None:
    upstream.record["id"] = AGENCY
    assert browser.get(address(ACTS["correct-detection"])).status_code == 404


# Conflicts, double posts and second questions


@pytest.mark.hazard("H-DESK-9", control="taking-back-changes-nothing-else")
@pytest.mark.parametrize(
    "said", [*({"reason": each} for each in TAKES_BACK), {"reason": "wrong_date", "withdrawn": "yes"}]
)
def test_a_wrong_date_never_takes_a_fact_back(said: dict[str, str], upstream: Services, browser: Browser) -> None:
    act = ACTS["correct-fact"]
    hidden = hidden_of(browser.get(address(act)).text)
    as_shown = {name: texts[0] for name, texts in json.loads(hidden["shown"]).items()}
    both = browser.post(address(act), {**as_shown, "happened.day": "12", **said, **hidden})
    assert both.status_code == 422
    assert 'href="#f-happened-day"' in both.text
    asked = browser.post(address(act), {**as_shown, **said, **hidden})
    assert asked.status_code == 200
    assert upstream.sent == [], "taking back is asked a second time"
    token = asked.text.partition('name="confirmed" value="')[2].partition('"')[0]
    browser.post(address(act), {**as_shown, **said, **hidden, "confirmed": token})
    body = {"withdrawn": True} if "withdrawn" in said else {}
    assert [sent for *_request, sent, _headers in upstream.sent] == [{"reason": said["reason"], **body}]


@pytest.mark.hazard("H-DESK-8", control="both-versions")
@pytest.mark.parametrize("status", [412, 428])
def test_after_a_conflict_both_versions_are_shown_and_what_was_typed_stays(
    status: int, upstream: Services, browser: Browser
) -> None:
    act = ACTS["safe-contact"]
    hidden = hidden_of(browser.get(address(act)).text)
    assert hidden["version"] == '"safe_contact-7"'
    upstream.agreement, upstream.version = {**upstream.agreement, "code_word": "theirs", "story": "new"}, 8
    upstream.reply = (status, {"title": "The case has changed"})
    form = {"channels": "phone", "zone": "Europe/Amsterdam", "code_word": "mine", "if_another_answers": "hang_up"}
    answer = browser.post(address(act), {**form, **hidden})
    assert answer.status_code == 409
    assert "<bdi>theirs</bdi>" in answer.text
    assert "<bdi>mine</bdi>" in answer.text
    assert 'name="code_word" value="mine"' in answer.text
    assert 'name="story" value="new"' in answer.text or ">\nnew</textarea>" in answer.text
    again = hidden_of(answer.text)
    assert again["version"] == '"safe_contact-8"'
    upstream.reply = (200, {"id": CASE})
    assert browser.post(address(act), {**form, **again}).status_code == 303


@pytest.mark.hazard("H-DESK-8", control="both-versions")
def test_a_correction_of_a_record_that_changed_meanwhile_sends_nothing(upstream: Services, browser: Browser) -> None:
    act = ACTS["correct-detection"]
    hidden = hidden_of(browser.get(address(act)).text)
    upstream.record["work_ended_on"] = "2026-01"
    form = {"reason": "wrong_date", "work_ended_on.year": "2024", "withdrawn": "no", **hidden}
    answer = browser.post(address(act), form)
    assert answer.status_code == 409
    assert upstream.sent == []
    assert browser.post(address(act), {**form, **hidden_of(answer.text)}).status_code == 303
    assert upstream.sent[0][2] == {"reason": "wrong_date", "work_ended_on": "2024"}


@pytest.mark.hazard("H-DESK-8", control="one-key-per-form")
def test_a_form_that_is_sent_again_has_the_same_key_until_it_is_saved(upstream: Services, browser: Browser) -> None:
    act = ACTS["contact-attempt"]
    hidden = hidden_of(browser.get(address(act)).text)
    upstream.reply = (503, {})
    answer = browser.post(address(act), {**filled(act), **hidden})
    assert answer.status_code == 503
    assert hidden_of(answer.text)["key"] == hidden["key"]
    upstream.reply = (201, {"id": RECORD})
    browser.post(address(act), {**filled(act), **hidden_of(answer.text)})
    assert {headers["Idempotency-Key"] for _request, _path, _body, headers in upstream.sent} == {hidden["key"]}
    assert hidden_of(browser.get(address(act)).text)["key"] != hidden["key"]


@pytest.mark.hazard("H-DESK-8", control="one-key-per-form")
def test_a_changed_form_after_an_uncertain_answer_asks_to_check_the_case_first(
    upstream: Services, browser: Browser
) -> None:
    act = ACTS["contact-attempt"]
    hidden = hidden_of(browser.get(address(act)).text)
    upstream.reply = (422, {"type": "urn:casepath:problem:idempotency-key-was-used-before", "detail": "used"})
    answer = browser.post(address(act), {**filled(act), **hidden})
    assert answer.status_code == 409
    assert hidden_of(answer.text)["key"] not in ("", hidden["key"])


@pytest.mark.parametrize("ends_in", ["errors", "question", "versions", "choice"])
def test_a_page_that_answers_a_form_has_an_address_that_back_and_reload_can_open(
    ends_in: str, upstream: Services, browser: Browser
) -> None:
    act = ACTS[{"question": "consent", "versions": "safe-contact"}.get(ends_in, "fact")]
    form = {**filled(act), **hidden_of(browser.get(address(act)).text)}
    form |= {"step": "choose"} if ends_in == "choice" else {}
    upstream.reply = ({"versions": 412}.get(ends_in, 422), {"title": "Refused"})
    answer = browser.client.post(address(act), base_url=ADDRESS, data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address(act)}?again=1")
    first, second = (browser.get(answer.headers["Location"]).text for _time in range(2))
    assert hidden_of(first) == hidden_of(second)
    assert bool(hidden_of(first).get("confirmed")) == (ends_in == "question")
    assert browser.get(address(act)).status_code == 200


@pytest.mark.hazard("H-DESK-9", control="asks-twice")
def test_a_form_without_what_it_needs_is_refused_before_it_is_asked_about(upstream: Services, browser: Browser) -> None:
    act = ACTS["consent"]
    answer = browser.post(address(act), hidden_of(browser.get(address(act)).text))
    assert answer.status_code == 422
    assert "confirmed" not in hidden_of(answer.text)
    assert {"agency", "purposes", "checklist"} <= set(re.findall(r'href="#f-([a-z_]+)', answer.text))
    assert upstream.sent == []


def test_an_empty_package_is_said_to_be_empty_although_data_are_left_out(upstream: Services, browser: Browser) -> None:
    act = ACTS["send-referral"]

    def heading_and_rest() -> str:
        asked = browser.post(address(act), hidden_of(browser.get(address(act)).text)).text
        return asked.rpartition("<h2>")[2].partition("<form")[0]

    full, upstream.text = heading_and_rest(), ""
    empty = heading_and_rest()
    label = words_of_code("data_category", "health", "en").label
    assert ("<dl" in full, "<dl" in empty) == (True, False)
    assert label in full
    assert label in empty


IRREVERSIBLE = [act for act in ACTS.values() if act.is_irreversible]


@pytest.mark.hazard("H-DESK-9", control="asks-twice")
@pytest.mark.parametrize("act", IRREVERSIBLE, ids=lambda act: act.code)
def test_an_irreversible_action_is_sent_only_after_a_confirmation_of_the_same_values(
    act: Act, upstream: Services, browser: Browser
) -> None:
    hidden, form = hidden_of(browser.get(address(act)).text), filled(act)
    asked = browser.post(address(act), {**form, **hidden})
    assert asked.status_code == 200
    assert 'class="notice warn"' in asked.text
    token = hidden_of(asked.text)["confirmed"]
    other = {name: text for name, text in form.items() if name not in list(form)[-1:]}
    for wrong in ({**form, "confirmed": "yes"}, *([{**other, "confirmed": token}] if form else [])):
        assert browser.post(address(act), {**hidden, **wrong}).status_code in (200, 422)
    assert browser.post(address(act), {**hidden, **form, "confirmed": token, "step": "change"}).status_code == 200
    assert upstream.sent == []
    assert browser.post(address(act), {**hidden, **form, "confirmed": token}).status_code == 303
    assert len(upstream.sent) == 1


def test_a_referral_is_previewed_before_it_is_sent(upstream: Services, browser: Browser) -> None:
    act = ACTS["send-referral"]
    asked = browser.post(address(act), hidden_of(browser.get(address(act)).text)).text
    assert "<bdi>Fictitious</bdi>" in asked
    assert asked.count("<dl") >= 2, (
        "what the agency receives and what is left out stand below what the referral is about"
    )


def _said(site: Site) -> str:
    with site.desk.sessions.transaction() as connection:
        return str(connection.execute("select said from sessions").fetchone()["said"]).partition(" ")[0]  # type: ignore[index]  # there is one session


@pytest.mark.parametrize("because", sorted(codes_of("referral_held_because").values))
def test_a_referral_that_would_reach_nobody_says_so_before_and_after_sending_it(
    because: str, site: Site, upstream: Services, browser: Browser
) -> None:
    assert because in HELD, "each reason has its remedy"
    act = ACTS["send-referral"]
    clear = browser.get(address(act)).text
    upstream.held_because = because
    upstream.reply = (200, {"id": RECORD, "state": "held"})
    first = browser.get(address(act)).text
    asked = browser.post(address(act), hidden_of(first)).text
    for page in (first, asked):
        assert page.count('role="note"') == clear.count('role="note"') + 1
        assert not HELD[because].act or f'href="/cases/{CASE}/do/{HELD[because].act}"' in page
    browser.post(address(act), hidden_of(asked))
    assert _said(site) == "held"


@pytest.mark.parametrize("agency", [(200, {"id": AGENCY, "is_connected": False}), (503, {})])
def test_a_referral_warns_before_and_after_sending_if_the_agency_receives_nothing(
    agency: tuple[int, Any], site: Site, upstream: Services, browser: Browser
) -> None:
    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == f"/v1/agencies/{AGENCY}?with=connection":
            return agency
        return upstream.answer(service, method, path, body)

    act = ACTS["send-referral"]
    clear = browser.get(address(act)).text
    site.services.answer = answer
    asked = browser.post(address(act), hidden_of(browser.get(address(act)).text)).text
    assert asked.count('role="note"') == clear.count('role="note"') + 1
    browser.post(address(act), hidden_of(asked))
    assert _said(site) == "unreached"


def test_a_drafted_referral_leads_on_to_its_package_and_to_sending_it(upstream: Services, browser: Browser) -> None:
    draft, form = ACTS["referral"], f"/cases/{CASE}/do"
    answer = browser.post(address(draft), {**filled(draft), **hidden_of(browser.get(address(draft)).text)})
    assert answer.headers["Location"] == f"{form}/referral-package/{RECORD}?done=1"
    page = browser.get(answer.headers["Location"]).text
    assert f'href="{form}/send-referral/{RECORD}"' in page, "the package is optional"
    answer = browser.post(f"{form}/referral-package/{RECORD}", {"risk": "none", **hidden_of(page)})
    assert answer.headers["Location"] == f"{form}/send-referral/{RECORD}?done=1"
    assert browser.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("state", STEPS)
def test_a_step_of_a_referral_is_offered_only_in_the_states_that_allow_it(
    state: str, upstream: Services, browser: Browser
) -> None:
    upstream.record["state"] = state
    page = browser.get(address(ACTS["referral-step"])).text
    assert set(re.findall(r'<option value="([a-z_]+)"', page)) == set(STEPS[state])


def test_a_referral_that_has_ended_has_no_step(upstream: Services, browser: Browser) -> None:
    upstream.record["state"] = "completed"
    assert RECORD not in browser.get(f"/cases/{CASE}/do/referral-step").text


@pytest.mark.hazard("H-DANGER-8", control="second-person-reads-the-change")
def test_a_second_person_reads_what_is_proposed_and_by_whom(upstream: Services, browser: Browser) -> None:
    listed = browser.get("/confirmations").text
    forms = [browser.get(address(ACTS[f"confirm-{kind}"])).text for kind in ("age", "staff")]
    for page in (listed, *forms):
        assert "Proposed by" in page
        assert "https://id.example" in page
    asked = [path for _service, _method, path in upstream.site.asked() if path.startswith("/v1/confirmations")]
    assert set(asked) == {"/v1/confirmations?with=names"}


@pytest.mark.hazard("H-DANGER-8", control="second-person-reads-the-change")
def test_a_second_person_who_closes_a_case_reads_which_one_and_what_is_open(
    upstream: Services, browser: Browser
) -> None:
    act = ACTS["confirm-closing"]
    form = browser.get(address(act)).text
    asked = browser.post(address(act), {**filled(act), **hidden_of(form)}).text
    for page in (browser.get("/confirmations").text, form, asked):
        assert "7KQF-3MXC" in page
        assert "GB.RECONSIDER" in page or words_of_code("clock_code", "GB.RECONSIDER", "en").label in page
        assert words_of_code("closed_although", "others_go_on", "en").label in page
        assert f'href="/cases/{CASE}"' in page


def test_a_form_shows_nothing_of_the_person_that_it_does_not_change(upstream: Services, browser: Browser) -> None:
    page = browser.get(address(ACTS["birth"])).text
    assert 'name="birth.date.year" value="1999"' in page
    assert "Qzxvname" not in page


def test_a_change_of_a_member_of_staff_sends_what_changed_and_can_remove_a_value(
    upstream: Services, browser: Browser
) -> None:
    act = ACTS["change-member"]
    page = browser.get(address(act)).text
    assert 'id="f-until" name="until" value="2026-05-01"' in page
    same = {"name": "Fictitious", "agency": AGENCY, "languages": "ro", "takes_cases": "yes", "address": "Fictitious"}
    browser.post(address(act), {**same, "roles": "supervisor", "until": "", **hidden_of(page)})
    assert [body for *_request, body, _headers in upstream.sent] == [{"roles": ["supervisor"], "until": None}]


def test_a_person_whose_roles_do_not_register_staff_has_no_form_for_it(site: Site) -> None:
    Services(site)
    caseworker = site.browser()
    assert caseworker.sign_in().status_code == 303
    assert {act.code: caseworker.get(address(act)).status_code for act in STAFF} == dict.fromkeys(
        (act.code for act in STAFF), 403
    )
    assert all(act.for_roles == set(STAFF_ACCESS[act.operation.action]) for act in STAFF)


def test_an_action_without_a_case_is_for_the_roles_of_its_service() -> None:
    rules = {**LIFECYCLE_RULES, **OFFER_RULES, **ACCEPTANCE_RULES, **CONFIRMATION_RULES}
    for act in (*OPENING, *OFFERS):
        assert act.for_roles == set(rules[act.operation.action]), act.code
    assert set(rules["offer.read"]) == DECIDING
    assert set(rules["confirmation.read"]) == CONFIRMING


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [
        ("caseworker", {"/do/open", "/offers"}),
        ("supervisor", {"/offers", "/confirmations"}),
        ("legal_adviser", {"/do/open", "/confirmations"}),
        ("data_protection_officer", {"/confirmations"}),
        ("operator", set()),
    ],
)
def test_a_role_has_no_link_that_ends_in_a_refusal(site: Site, role: str, leads_to: set[str]) -> None:
    upstream = Services(site)

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        return (200, {**ME, "roles": [role]}) if path == "/v1/me" else upstream.answer(service, method, path, body)

    site.services.answer = answer
    person = site.browser()
    person.sign_in()
    page = person.get("/do").text
    assert ('href="/search"' in page) == (role in PERSON_RULES["person.search"])
    places = {"/do/open", "/offers", "/confirmations"}
    assert {place for place in places if f'href="{place}"' in page} == leads_to
    assert (person.get("/do/open").status_code == 200) == ("/do/open" in leads_to)
    if "/offers" in leads_to:
        assert ("/do/accept-offer/" in person.get("/offers").text) == (role != "supervisor")


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_choices_of_a_field_have_the_same_label(act: Act, language: str) -> None:
    wording = forming.Wording(Speech(language), {}, act)
    for each in forming.every_field(act):
        labels = [words for _code, words in wording.choices(each)]
        assert len(labels) == len(set(labels)), each.name


def test_agencies_of_several_countries_name_their_country(site: Site, browser: Browser) -> None:
    upstream, countries = Services(site), ["NL", "GB"]

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.startswith("/v1/agencies?"):
            ids = (AGENCY, RECORD)
            found = zip(ids, countries, strict=True)
            return 200, {"agencies": [{"id": each, "name": "P.", "country": place} for each, place in found]}
        return upstream.answer(service, method, path, body)

    site.services.answer = answer
    page = browser.get(address(ACTS["consent"])).text
    assert all(f">P. ({words_of_code('nationality', place, 'en').label})</option>" in page for place in countries)
    countries[:] = ["NL", "NL"]
    assert browser.get(address(ACTS["consent"])).text.count(">P.</option>") == 2


def test_handing_over_the_lead_begins_with_the_team_of_the_case(upstream: Services, browser: Browser) -> None:
    act = ACTS["hand-over"]
    upstream.team = [{"member": RECORD, "role": "caseworker", "lead": True}]
    page = browser.get(address(act)).text
    assert f'<option dir="auto" value="{RECORD}" selected>' in page
    other = {"members.0.lead": "no", "members.1.member": AGENCY, "members.1.role": "caseworker"}
    form = {"members.0.member": RECORD, "members.0.role": "caseworker", **other, "members.1.lead": "yes"}
    browser.post(address(act), {**form, **hidden_of(page)})
    [(_request, path, body, headers)] = upstream.sent
    assert (path, headers["If-Match"]) == (f"/v1/cases/{CASE}/transfer", '"7"')
    assert [(each["member"], each["lead"]) for each in body["members"]] == [(RECORD, False), (AGENCY, True)]


def test_an_action_of_other_roles_is_not_listed_for_a_case(upstream: Services, browser: Browser) -> None:
    upstream.allowed, upstream.reason = False, {"reason": "role"}
    page = browser.get(f"/cases/{CASE}/do").text
    assert "<dt>" not in page
    assert f"/cases/{CASE}/do/" not in page


def test_the_list_of_agencies_may_be_missing(site: Site, browser: Browser) -> None:
    upstream = Services(site)

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        return (503, {}) if service == "partners" else upstream.answer(service, method, path, body)

    site.services.answer = answer
    page = browser.get(address(ACTS["consent"])).text
    assert 'id="f-agency"' in page
    assert '<select id="f-agency"' not in page
    assert 'class="hint"' in page


@pytest.mark.hazard("H-DESK-3", control="forms-carry-a-token")
@pytest.mark.parametrize("ending", ["", "/draft"])
def test_a_form_without_the_sessions_token_changes_nothing(ending: str, upstream: Services, browser: Browser) -> None:
    act = ACTS["contact-attempt"]
    assert browser.post(address(act) + ending, filled(act)).status_code == 403
    assert upstream.sent == []
