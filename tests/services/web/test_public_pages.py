"""The public pages: languages, questions, help numbers, information, and the data that they store in a browser."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from services.web.look.files import look_files
from services.web.public.parts import FILES
from shared.reference.words import PUBLIC_LANGUAGES, catalogue
from tests.kit.page import Parsed
from tests.kit.public import Door, door_with
from tests.kit.stand_in import StandIn

#: Pages that every language has, by their path below the language.
PAGES = ("", "questions", "numbers", "contact", "code")
LAST_PAGE = 14
LEAVE_TO = "https://www.wikipedia.org/"
OF_LAW = ("remedy", "victim_right", "identification_stage")


@pytest.fixture
def door() -> Iterator[Door]:
    services = StandIn()
    yield door_with(services)
    services.close()


def _answered(door: Door, language: str, answer: str, count: int = LAST_PAGE) -> TestResponse:
    """Give the first questions the same answer; return the page that follows."""
    shown = door.get(f"/{language}/questions")
    for _ in range(count):
        shown = door.submit(shown, "next", answer=answer)
    return shown


def test_each_language_is_offered_in_its_own_name_and_direction(door: Door) -> None:
    offered = [given for given in Parsed.of(door.get("/").text).all("a") if "hreflang" in given]
    assert [given["lang"] for given in offered] == list(PUBLIC_LANGUAGES)
    assert [given["lang"] for given in offered if given["dir"] == "rtl"] == ["ar"]
    for given in offered:
        page = Parsed.of(door.get(given["href"]).text)
        assert page.all("html") == [{"lang": given["lang"], "dir": given["dir"]}]


@pytest.mark.hazard("H-PUBLIC-3", control="english-next-to-unchecked-words")
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_language_that_nobody_checked_says_so_and_has_the_english_text_next_to_it(
    door: Door, language: str, path: str
) -> None:
    shown = door.get(f"/{language}/{path}")
    assert shown.status_code == 200
    english = [given for given in Parsed.of(shown.text).all("span") if given.get("class") == "source"]
    is_checked = language == "en" or catalogue("public", language).is_read
    assert bool(english) != is_checked
    assert all(given["lang"] == "en" and given["dir"] == "ltr" for given in english)
    assert (catalogue("public", "en").texts["page/unread_notice"] in shown.text) != is_checked


@pytest.mark.hazard("H-PUBLIC-2", control="nothing-in-the-browser")
@pytest.mark.parametrize(
    "path", ["/", "/vi/", "/en/questions", "/ar/numbers", "/en/information", "/nowhere", "/leave", "/vi/o/K7"]
)
def test_a_page_leaves_nothing_in_the_browser(door: Door, path: str) -> None:
    shown = door.get(path)
    headers = shown.headers
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = dict(each.split(" ", 1) for each in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")} == {"'self'"}
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.hazard("H-PUBLIC-2", control="neutral-title-and-icon")
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_every_page_has_the_same_title_and_no_address_has_more_than_a_page(door: Door, language: str) -> None:
    title = f"<title>{catalogue('public', language).texts['page/site_title']}</title>"
    shown = [door.get(f"/{language}/{path}") for path in PAGES]
    shown += [_answered(door, language, "yes", 2), _answered(door, language, "yes")]
    for page in shown:
        assert title in page.text
        assert [place for place in Parsed.of(page.text).addresses() if "?" in place or "yes" in place] == []


@pytest.mark.hazard("H-PUBLIC-2", control="leaving-shows-no-answer")
def test_each_page_has_a_way_out_that_works_without_a_script(door: Door) -> None:
    pages = [door.get("/"), door.get("/nowhere"), *(door.get(f"/vi/{path}") for path in PAGES)]
    pages += [_answered(door, "ar", "no", 1), _answered(door, "ar", "no")]
    for shown in pages:
        ways = [given for given in Parsed.of(shown.text).all("a") if given.get("id") == "leave"]
        assert [(way["href"], way["data-to"]) for way in ways] == [("/leave", LEAVE_TO)]
    left = door.get("/leave")
    assert (left.status_code, left.headers["Location"]) == (303, LEAVE_TO)
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_the_first_pages_are_smaller_than_50_kb_with_everything_that_they_load(door: Door) -> None:
    files = sum(len(file.content) for file in look_files(FILES).values())
    for language in PUBLIC_LANGUAGES:
        for path in ("/", f"/{language}/", f"/{language}/questions"):
            assert files + len(door.get(path).data) < 50_000
    loaded = {given["src"] for given in Parsed.of(door.get("/vi/").text).all("script")}
    assert loaded == {look_files(FILES)["public.js"].address}


def test_each_question_is_on_a_page_of_its_own_and_can_be_skipped(door: Door) -> None:
    seen, shown = [], door.get("/vi/questions")
    for _ in range(LAST_PAGE):
        page = Parsed.of(shown.text)
        seen.append(page.hidden["at"])
        assert len(page.all("h1")) == 1
        assert [given["value"] for given in page.all("input") if given["type"] == "radio"] == ["yes", "no", "not_sure"]
        assert "skip" in [given.get("value") for given in page.all("button")]
        shown = door.submit(shown, "skip")
    assert seen == [[str(number)] for number in range(LAST_PAGE)]
    [(method, path, body)] = door.asked()
    assert (method, path) == ("POST", "/v1/self-checks")
    assert set(body["questions"].values()) == {"passed_over"}


def test_answers_reach_intake_as_they_were_given_and_a_person_can_go_back_and_stop(door: Door) -> None:
    shown = _answered(door, "en", "yes", 2)
    shown = door.submit(shown, "back")
    assert "checked" in shown.text
    shown = door.submit(shown, "next", answer="no")
    door.submit(shown, "stop", answer="not_sure")
    [(_, _, body)] = door.asked()
    assert body == {
        "language": "en",
        "questions": {"work_not_as_promised": "yes", "pay_kept": "no", "long_hours": "not_sure"},
    }


def test_next_without_an_answer_asks_again_and_loses_nothing(door: Door) -> None:
    shown = door.submit(_answered(door, "en", "yes", 3), "next")
    page = Parsed.of(shown.text)
    assert page.hidden["at"] == ["3"]
    assert sorted(name for name in page.hidden if name.startswith("q.")) == [
        "q.long_hours",
        "q.pay_kept",
        "q.work_not_as_promised",
    ]
    assert [given for _, given in page.elements if given.get("role") == "alert"] != []


def test_answers_that_no_page_of_ours_sends_are_ignored(door: Door) -> None:
    form = {"q.made_up": "yes", "q.debt": "perhaps", "q.hurt": "no", "at": "999", "go": "stop", "answer": "yes"}
    assert door.post("/en/questions", form).status_code == 200
    assert door.asked()[0][2]["questions"] == {"hurt": "no"}


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_end_has_no_verdict_and_leads_to_people(door: Door, answer: str) -> None:
    english = catalogue("public", "en").texts
    shown = _answered(door, "en", answer)
    assert english["page/end_no_verdict"] in shown.text
    assert (english["page/end_reasons"] in shown.text) == (answer == "yes")
    links = [given["href"] for given in Parsed.of(shown.text).all("a")]
    assert {"/en/numbers", "/en/contact"} <= set(links)


@pytest.mark.hazard("H-PUBLIC-5", control="refusal-shows-help-numbers")
def test_the_end_leads_to_people_when_intake_does_not_answer(door: Door) -> None:
    door.get("/en/questions")
    door.intake.different["/v1/self-checks"] = (503, {})
    shown = _answered(door, "en", "yes")
    assert shown.status_code == 200
    page = Parsed.of(shown.text)
    assert {"tel:112", "tel:999"} <= {given["href"] for given in page.all("a")}


@pytest.mark.hazard("H-PUBLIC-4", control="confirmed-numbers-only")
def test_help_numbers_are_those_that_intake_sends_and_no_others(door: Door) -> None:
    called = {given["href"] for given in Parsed.of(door.get("/vi/numbers").text).all("a") if "tel:" in given["href"]}
    assert called == {"tel:112", "tel:999"}


@pytest.mark.hazard("H-PUBLIC-3", control="texts-only-in-checked-languages")
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_rights_remedies_and_deadlines_are_shown_only_in_a_language_that_was_checked(door: Door, language: str) -> None:
    is_checked = language == "en" or catalogue("public", language).is_read
    statuses = {
        door.get(f"/{language}/information{path}").status_code
        for path in ("", "/remedy/NL.CIVIL", "/victim_right/legal_help", "/information_topic/debts")
    }
    assert statuses == ({200} if is_checked else {404})
    links = [given["href"] for given in Parsed.of(_answered(door, language, "yes").text).all("a")]
    assert any("/information/" in link for link in links) == is_checked


def test_every_text_has_a_page_with_its_sources(door: Door) -> None:
    links = [given["href"] for given in Parsed.of(door.get("/en/information").text).all("a")]
    texts = [link for link in links if link.startswith("/en/information/")]
    assert {link.split("/")[3] for link in texts} == {"information_topic", *OF_LAW}
    for link in texts:
        shown = door.get(link)
        assert shown.status_code == 200
        assert any(given["href"].startswith("https://") for given in Parsed.of(shown.text).all("a")), link


def test_public_pages_continue_while_intake_is_away_at_least_with_emergency_numbers(
    door: Door,
) -> None:
    assert door.get("/vi/").status_code == 200
    door.intake.different["/v1/self-check"] = (503, {})
    assert door.get("/vi/numbers").status_code == 200
    missing = door.get("/ro/")
    assert missing.status_code == 503
    assert {given["href"] for given in Parsed.of(missing.text).all("a")} >= {"tel:112", "tel:999", "/leave"}


def test_a_form_of_another_site_is_refused(door: Door) -> None:
    answer = door.post("/en/questions", {"go": "stop"}, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert door.asked() == []
