"""Drafts in their database, and over HTTP: they belong to one person, are sealed, expire, and are not sent."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.web.session.drafts import MOST_DRAFTS, Draft, Drafts
from services.web.session.rules import IDLE, KEPT, LONGEST
from services.web.session.store import Sessions, Tokens
from shared.sealing.ring import FileRing, new_ring, with_new_key
from shared.sealing.seal import SealBroken
from tests.kit.desk import RING, Browser, Site
from tests.kit.desk_doing import CASE, Services, hidden_of

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TYPED = {"story": ("the typed text",), "channels": ("phone", "sms")}
DRAFT = Draft(TYPED, {"story": ("the shown text",)}, '"safe_contact-7"', "the-key")
TOKENS = Tokens("https://login.example.org", "worker", "access", NOW + timedelta(minutes=5))
FORM = f"/cases/{CASE}/do/contact-attempt"


@pytest.fixture
def drafts(sessions: Sessions) -> Drafts:
    return Drafts(sessions, FileRing(RING))


def test_a_draft_is_found_by_its_person_and_form(sessions: Sessions, drafts: Drafts) -> None:
    mine, other = sessions.person("issuer", "mine"), sessions.person("issuer", "other")
    drafts.save(mine, "/form", DRAFT, NOW)
    assert drafts.find(mine, "/form", NOW) == replace(DRAFT, saved_at=NOW)
    assert drafts.find(mine, "/other", NOW) is None
    assert drafts.find(other, "/form", NOW) is None
    assert drafts.find(sessions.person("issuer-2", "mine"), "/form", NOW) is None


@pytest.mark.hazard("H-DESK-7", control="sealed-drafts")
def test_the_database_shows_neither_the_text_nor_the_form_nor_the_person(
    sessions: Sessions, drafts: Drafts, web_database: str
) -> None:
    drafts.save(sessions.person("https://login.example.org", "worker"), FORM, DRAFT, NOW)
    with psycopg.connect(web_database) as connection:
        [row] = connection.execute("select * from drafts").fetchall()
    stored = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    secrets = ("the typed text", "the shown text", "the-key", "worker", "login.example.org", CASE, "contact-attempt")
    assert not [word for word in secrets if word.encode() in stored]


@pytest.mark.hazard("H-DESK-7", control="drafts-are-of-one-person")
def test_a_draft_that_is_moved_to_another_person_does_not_open(
    sessions: Sessions, drafts: Drafts, web_database: str
) -> None:
    mine, thief = sessions.person("issuer", "mine"), sessions.person("issuer", "thief")
    drafts.save(mine, "/form", DRAFT, NOW)
    drafts.save(thief, "/form", replace(DRAFT, typed={}), NOW)
    with psycopg.connect(web_database) as connection:
        connection.execute("update drafts set person = %s where person = %s", (thief, mine))
        assert drafts.find(thief, "/form", NOW) == replace(DRAFT, typed={}, saved_at=NOW)
        connection.execute(
            "update drafts set sealed = (select sealed from drafts order by length(sealed) desc limit 1)"
        )
    with pytest.raises(SealBroken):
        drafts.find(thief, "/form", NOW)


@pytest.mark.hazard("H-DESK-7", control="drafts-end")
def test_a_draft_ends_an_hour_after_it_was_saved(sessions: Sessions, drafts: Drafts, web_database: str) -> None:
    person = sessions.person("issuer", "mine")
    drafts.save(person, "/form", DRAFT, NOW)
    assert drafts.find(person, "/form", NOW + KEPT - timedelta(seconds=1)) is not None
    assert drafts.find(person, "/form", NOW + KEPT) is None
    drafts.sweep(NOW + KEPT)
    with psycopg.connect(web_database) as connection:
        assert connection.execute("select count(*) from drafts").fetchone() == (0,)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(st.dictionaries(st.text(min_size=1), st.lists(st.text()).map(tuple)))
def test_any_text_comes_back_as_it_was_typed(
    sessions: Sessions, drafts: Drafts, typed: dict[str, tuple[str, ...]]
) -> None:
    typed = {name: texts for name, texts in typed.items() if _can_be_sent(name, *texts)}
    person = sessions.person("issuer", "mine")
    drafts.save(person, "/form", replace(DRAFT, typed=typed), NOW)
    found = drafts.find(person, "/form", NOW)
    assert found is not None
    assert found.typed == typed


def _can_be_sent(*texts: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for text in texts for character in text)


def test_the_oldest_drafts_of_a_person_make_room(sessions: Sessions, drafts: Drafts) -> None:
    person, other = sessions.person("issuer", "mine"), sessions.person("issuer", "other")
    drafts.save(other, "/0", DRAFT, NOW - timedelta(minutes=1))
    for place in range(MOST_DRAFTS + 2):
        drafts.save(person, f"/{place}", DRAFT, NOW + timedelta(seconds=place))
    found = [place for place in range(MOST_DRAFTS + 2) if drafts.find(person, f"/{place}", NOW) is not None]
    assert found == list(range(2, MOST_DRAFTS + 2))
    assert drafts.find(other, "/0", NOW) is not None


def test_a_draft_opens_after_the_key_ring_is_rotated(sessions: Sessions) -> None:
    text = new_ring("first")
    before, after = (Drafts(sessions, FileRing(each)) for each in (text, with_new_key(text, "second")))
    person = sessions.person("issuer", "mine")
    before.save(person, "/form", DRAFT, NOW)
    assert after.find(person, "/form", NOW) is not None


def test_a_draft_whose_key_was_lost_is_no_draft(sessions: Sessions) -> None:
    text = new_ring("first")
    ring = json.loads(with_new_key(text, "second"))
    del ring["keys"]["first"]
    person = sessions.person("issuer", "mine")
    Drafts(sessions, FileRing(text)).save(person, "/form", DRAFT, NOW)
    assert Drafts(sessions, FileRing(json.dumps(ring))).find(person, "/form", NOW) is None


def test_the_desk_knows_for_an_hour_whose_session_ended_by_time(sessions: Sessions, web_database: str) -> None:
    session = sessions.begin(TOKENS, NOW)
    person = sessions.person(TOKENS.issuer, TOKENS.subject)
    assert sessions.person_of_ended(session.cookie, NOW) is None
    sessions.sweep(NOW + IDLE)
    assert sessions.find(session.cookie, NOW + IDLE, by_person=True) is None
    assert sessions.person_of_ended(session.cookie, NOW + IDLE) == person
    assert sessions.person_of_ended("another", NOW + IDLE) is None
    assert sessions.person_of_ended(session.cookie, NOW + IDLE + KEPT) is None
    sessions.sweep(NOW + IDLE + KEPT)
    with psycopg.connect(web_database) as connection:
        assert connection.execute("select count(*) from ended_sessions").fetchone() == (0,)


def test_nothing_is_kept_of_a_session_that_the_person_ended(sessions: Sessions) -> None:
    session = sessions.begin(TOKENS, NOW)
    sessions.end(session.cookie)
    assert sessions.person_of_ended(session.cookie, NOW) is None


# Over HTTP


@pytest.fixture
def upstream(site: Site, browser: Browser) -> Services:
    return Services(site)


def opened(browser: Browser) -> dict[str, str]:
    return hidden_of(browser.get(FORM).text)


FILLED = {"channel": "phone", "at": "2026-03-02T10:00", "outcome": "not_reached"}


def test_what_is_typed_is_kept_and_shown_again_until_it_is_sent(upstream: Services, browser: Browser) -> None:
    hidden = opened(browser)
    assert browser.post(f"{FORM}/draft", {**FILLED, **hidden}, **{"HX-Request": "true"}).status_code == 200
    page = browser.get(FORM).text
    assert 'value="2026-03-02T10:00"' in page
    assert hidden_of(page)["key"] == hidden["key"]
    assert upstream.sent == []
    assert browser.post(FORM, {**FILLED, **hidden_of(page)}).status_code == 303
    assert 'value="2026-03-02T10:00"' not in browser.get(FORM).text


def test_the_person_can_discard_a_draft(upstream: Services, browser: Browser) -> None:
    hidden = opened(browser)
    browser.post(f"{FORM}/draft", {**FILLED, **hidden})
    assert browser.post(FORM, {"form_token": hidden["form_token"], "step": "discard"}).status_code == 303
    assert 'value="2026-03-02T10:00"' not in browser.get(FORM).text
    assert upstream.sent == []


@pytest.mark.hazard("H-DESK-7", control="ended-sessions-send-nothing")
@pytest.mark.parametrize("ending", ["", "/draft"])
def test_a_form_of_an_ended_session_is_kept_for_its_person_and_sends_nothing(
    ending: str, upstream: Services, site: Site, browser: Browser
) -> None:
    hidden = opened(browser)
    site.clock.forward(minutes=21)
    answer = browser.post(FORM + ending, {**FILLED, **hidden})
    assert answer.status_code == (200 if ending else 401)
    assert "2026-03-02T10:00" not in answer.text
    assert upstream.sent == []
    assert browser.get(FORM).status_code == 401
    assert browser.sign_in(following=FORM).headers["Location"] == FORM
    assert 'value="2026-03-02T10:00"' in browser.get(FORM).text
    assert upstream.sent == []


@pytest.mark.hazard("H-DESK-7", control="drafts-are-of-one-person")
def test_the_next_person_at_the_same_browser_does_not_see_a_draft(
    upstream: Services, site: Site, browser: Browser
) -> None:
    hidden = opened(browser)
    site.clock.forward(minutes=21)
    browser.post(FORM, {**FILLED, **hidden})
    browser.sign_in("sanne", following=FORM)
    assert 'value="2026-03-02T10:00"' not in browser.get(FORM).text
    browser.sign_in("mila")
    assert 'value="2026-03-02T10:00"' in browser.get(FORM).text


@pytest.mark.hazard("H-DESK-7", control="ended-sessions-send-nothing")
def test_a_form_of_an_ended_session_without_its_token_is_not_kept(
    upstream: Services, site: Site, browser: Browser
) -> None:
    hidden = opened(browser)
    site.clock.forward(minutes=21)
    browser.post(FORM, {**FILLED, **hidden, "form_token": "other"})
    browser.post(FORM, {**FILLED, **hidden}, **{"Sec-Fetch-Site": "cross-site"})
    browser.sign_in()
    assert 'value="2026-03-02T10:00"' not in browser.get(FORM).text


@pytest.mark.hazard("H-DESK-7", control="drafts-end")
def test_signing_out_deletes_drafts_and_locking_keeps_them(upstream: Services, site: Site, browser: Browser) -> None:
    hidden = opened(browser)
    browser.post(f"{FORM}/draft", {**FILLED, **hidden})
    browser.post("/lock", {"form_token": hidden["form_token"]})
    assert browser.get(FORM).status_code == 401
    browser.sign_in()
    page = browser.get(FORM).text
    assert 'value="2026-03-02T10:00"' in page
    browser.post("/sign-out", {"form_token": hidden_of(page)["form_token"]})
    browser.sign_in()
    assert 'value="2026-03-02T10:00"' not in browser.get(FORM).text


@pytest.mark.hazard("H-DESK-7", control="drafts-end")
def test_signing_out_from_a_page_of_an_ended_session_deletes_drafts(
    upstream: Services, site: Site, browser: Browser
) -> None:
    hidden = opened(browser)
    browser.post(f"{FORM}/draft", {**FILLED, **hidden})
    site.clock.forward(minutes=21)
    browser.post("/sign-out", {"form_token": hidden["form_token"]})
    browser.sign_in()
    assert 'value="2026-03-02T10:00"' not in browser.get(FORM).text


def test_typing_keeps_a_session_alive_but_not_for_longer_than_eight_hours(
    upstream: Services, site: Site, browser: Browser
) -> None:
    hidden = opened(browser)
    for _ in range(3):
        site.clock.forward(minutes=15)
        assert browser.post(f"{FORM}/draft", {**FILLED, **hidden}).status_code == 200
    assert browser.get(FORM).status_code == 200
    site.clock.forward(hours=int(LONGEST.total_seconds() // 3600))
    assert browser.get(FORM).status_code == 401


def test_a_draft_keeps_the_version_that_the_person_saw(upstream: Services, browser: Browser) -> None:
    form = f"/cases/{CASE}/do/safe-contact"
    hidden = hidden_of(browser.get(form).text)
    browser.post(f"{form}/draft", {"code_word": "mine", **hidden})
    upstream.version = 8
    assert hidden_of(browser.get(form).text)["version"] == hidden["version"]


def test_what_was_typed_is_kept_when_the_service_does_not_answer(upstream: Services, browser: Browser) -> None:
    hidden = opened(browser)
    upstream.reply = (503, {})
    browser.post(FORM, {**FILLED, **hidden})
    assert 'value="2026-03-02T10:00"' in browser.get(FORM).text
