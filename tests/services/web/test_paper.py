"""The paper for the person: its content, its language, and the protection against others who find it."""

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.case.page import page_of
from services.web.look import files
from services.web.paper.page import DISGUISED, LONGEST, OPEN, Choice, Paper, awaited, confirmed_numbers, paper_of
from services.web.paper.words import PaperWords, spoken
from services.web.upstream.client import Answer, Document
from shared.reference import JURISDICTIONS, profile
from shared.reference.words import PUBLIC_LANGUAGES, catalogue, words_of_code
from tests.kit.desk import Browser, Site
from tests.kit.desk_pages import CASE, DEADLINE, NOON, case_files, show

PAGE = f"/cases/{CASE}/paper"
TODAY = date(2026, 3, 2)
#: Words that a disguised paper must not contain, by kind.
OF_LAW = ("victim_right", "remedy", "clock_code", "identification_stage", "authority", "residence")
LAWS = st.sampled_from(JURISDICTIONS)
LANGUAGES = st.sampled_from(PUBLIC_LANGUAGES)


def files_of(law: str = "NL", **clock: Any) -> dict[Any, Any]:
    """A case under a law, with one deadline and no step of its path."""
    found = case_files()
    code = next(iter(profile(law).clocks))
    found["intake", f"/v1/cases/{CASE}"] |= {"jurisdiction": law, "identification": []}
    found["legal", f"/v1/cases/{CASE}/timeline"]["deadlines"] = [{**DEADLINE, "code": code, **clock}]
    return found


def paper_for(found: dict[Any, Any], language: str = "en", form: str = OPEN, **missing: int) -> Paper:
    """Return the paper for a case; `missing`: the status with which a service responds instead."""
    answers = {"intake": _answer(found, "intake", "")}
    for name in ("intake", "legal", "support"):
        sent = _answer(found, name, "/timeline")
        answers[f"timeline_{name}"] = Answer(missing[name], Document()) if name in missing else sent
    choice = Choice(language, form)
    return paper_of(page_of(answers, TODAY, "UTC"), choice, PaperWords(language), TODAY)


def _answer(found: dict[Any, Any], service: str, part: str) -> Answer:
    return Answer(200, Document(found[service, f"/v1/cases/{CASE}{part}"]))


def labels_of(law: str, language: str) -> set[str]:
    """Return the words of a law that reveal the subject of a case, in a language and in English."""
    known = profile(law)
    codes = {
        "victim_right": known.rights,
        "remedy": known.remedies,
        "clock_code": known.clocks,
        "identification_stage": known.stages,
        "authority": known.authorities,
        "residence": known.residence,
    }
    spoken_in = {"en", language if language in ("en", "nl", "ro") else "en"}
    words = {words_of_code(name, code, each).label for name in OF_LAW for code in codes[name] for each in spoken_in}
    return words | {place.name for place in known.help.values()}


class Printed(HTMLParser):
    """The printed texts of a page, inside the paper and outside it."""

    NOT_PRINTED = frozenset({"header", "footer", "form", "head", "script"})
    CLASSES = frozenset({"noprint", "unchecked", "skip"})
    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.paper: list[str] = []
        self.others: list[str] = []
        self.language: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        classes = set((named.get("class") or "").split())
        kind = "paper" if "paper" in classes else ""
        if kind:
            self.language = {name: named.get(name) for name in ("lang", "dir")}
        if tag in self.NOT_PRINTED or classes & self.CLASSES:
            kind = "hidden"
        if tag not in self.VOID:
            self.open.append((tag, kind))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        kinds = {kind for _tag, kind in self.open}
        if data.strip() and "hidden" not in kinds:
            (self.paper if "paper" in kinds else self.others).append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(self.paper)


# Content


@given(law=LAWS, language=LANGUAGES)
def test_an_open_paper_has_every_right_and_remedy_of_the_law_and_each_last_day(law: str, language: str) -> None:
    paper = paper_for(files_of(law), language)
    known = profile(law)
    assert len(paper.rights) == len(known.rights)
    assert len(paper.remedies) == len(known.remedies)
    assert [each.days for each in paper.last_days] == [(date(2026, 5, 4), date(2026, 5, 11))]
    assert all(each.what for each in paper.last_days)


@pytest.mark.hazard("H-DESK-17", control="disguised-paper")
@given(law=LAWS, language=LANGUAGES)
def test_a_disguised_paper_has_the_same_days_and_nothing_of_the_law(law: str, language: str) -> None:
    opened, disguised = (paper_for(files_of(law), language, form) for form in (OPEN, DISGUISED))
    assert [each.days for each in disguised.last_days] == [each.days for each in opened.last_days]
    assert [each.what for each in disguised.last_days] == [None]
    assert [*disguised.rights, *disguised.remedies, *disguised.decisions, *disguised.numbers] == []


@pytest.mark.parametrize(
    ("clock", "note"),
    [
        ({"due_on": None, "other_due_on": None, "state": "undated"}, "no_day"),
        ({"due_on": "2026-03-01", "other_due_on": None, "state": "missed"}, "passed"),
        ({}, "not_certain"),
        ({"state": "running", "certainty": "settled", "doubts": [], "verify": False}, "not_certain"),
        (
            {"state": "running", "certainty": "settled", "doubts": [], "verify": False, "other_due_on": None},
            "",
        ),
    ],
)
def test_a_last_day_says_what_is_not_certain_about_it(clock: dict[str, Any], note: str) -> None:
    [found] = paper_for(files_of(**clock)).last_days
    assert found.note == note


def test_the_earliest_last_day_comes_first_and_one_without_a_day_last() -> None:
    found = files_of()
    clocks = found["legal", f"/v1/cases/{CASE}/timeline"]["deadlines"]
    days = ("2026-06-01", None, "2026-04-01")
    clocks[:] = [{**DEADLINE, "due_on": day, "other_due_on": None} for day in days]
    assert [each.days for each in paper_for(found).last_days] == [(date(2026, 4, 1),), (date(2026, 6, 1),), ()]


@st.composite
def steps_of(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    law = draw(LAWS)
    stages = draw(st.lists(st.sampled_from(sorted(profile(law).stages))))
    outcomes = st.sampled_from([None, "positive", "negative"])
    return law, [{"stage": stage, "outcome": draw(outcomes), "corrected_on": None} for stage in stages]


@given(path=steps_of())
def test_the_person_waits_for_decisions_only_that_can_be_made_now(path: tuple[str, list[dict[str, Any]]]) -> None:
    law, steps = profile(path[0]), path[1]
    made = {step["stage"] for step in steps}
    refused = {step["stage"] for step in steps if step["outcome"] == "negative"}
    agreed = {step["stage"] for step in steps if step["outcome"] != "negative"}
    for code in awaited(law, steps):
        assert law.stages[code].kind == "decision"
        assert code not in made
        assert set(law.stages[code].requires) <= agreed
        assert not set(law.stages[code].requires) & (refused - agreed)


def test_a_step_that_was_taken_back_changes_nothing() -> None:
    law, taken_back = profile("GB-EAW"), {"stage": "referred", "outcome": None, "corrected_on": "2026-03-01"}
    assert awaited(law, [taken_back]) == awaited(law, [])
    assert awaited(law, [{**taken_back, "corrected_on": None}]) == ["reasonable_grounds"]


def test_the_offices_for_residence_are_named_only_where_the_person_needs_it() -> None:
    found = files_of("NL")
    case = found["intake", f"/v1/cases/{CASE}"]
    step = {"stage": "report_made", "outcome": None, "corrected_on": None}
    for foreigner in (None, False):
        case["identification"] = [{**step, "foreigner": foreigner}]
        assert paper_for(found).decisions == []
    case["identification"] = [{**step, "foreigner": True}]
    assert paper_for(found).decisions


@pytest.mark.parametrize("law", JURISDICTIONS)
def test_only_numbers_from_a_settled_source_are_on_the_paper(law: str) -> None:
    known = profile(law)
    settled = {place.phone for place in known.help.values() if place.certainty == "settled"}
    assert {number for _name, number in confirmed_numbers(known)} == settled - {None}


# Missing data


@pytest.mark.hazard("H-DESK-18", control="incomplete-paper-says-so")
@pytest.mark.parametrize("form", [OPEN, DISGUISED])
@pytest.mark.parametrize("service", ["intake", "legal"])
@pytest.mark.parametrize("status", [0, 404, 422, 429, 503])
def test_a_paper_without_a_part_that_it_needs_is_not_complete(form: str, service: str, status: int) -> None:
    assert paper_for(files_of(), form=form).is_complete
    assert not paper_for(files_of(), form=form, **{service: status}).is_complete


@pytest.mark.hazard("H-DESK-18", control="incomplete-paper-says-so")
def test_a_paper_is_incomplete_during_calculation_or_while_the_path_is_hidden() -> None:
    found = files_of()
    case = found["intake", f"/v1/cases/{CASE}"]
    case["facts"] = [{"id": CASE, "recorded_at": "2026-03-02T11:00:01+00:00"}]
    found["legal", f"/v1/cases/{CASE}/timeline"]["calculated_at"] = NOON
    assert not paper_for(found).is_complete
    assert not paper_for(found, form=DISGUISED).is_complete
    hidden = files_of()
    hidden["intake", f"/v1/cases/{CASE}"]["identification"] = None
    assert not paper_for(hidden).is_complete
    assert paper_for(hidden, form=DISGUISED).is_complete, "it needs no step of the path"


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-18", control="incomplete-paper-says-so")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_paper_says_in_its_language_that_it_is_not_complete(site: Site, browser: Browser, language: str) -> None:
    notice = catalogue("paper", language).texts["paper/incomplete"]
    show(site, files_of())
    assert notice not in chosen(browser, language=language).text
    show(site, files_of(), legal=(503, {}))
    page = chosen(browser, language=language).text
    assert notice in page
    assert "data-nothing" not in page
    assert '<div class="alert" role="alert">' in page


# Language


@pytest.mark.hazard("H-DESK-18", control="english-next-to-unchecked-words")
@given(law=LAWS, language=LANGUAGES)
def test_english_is_next_to_each_text_that_no_native_speaker_has_read(law: str, language: str) -> None:
    words, paper = PaperWords(language), paper_for(files_of(law), language)
    assert language == "en" or words.text("rights").english
    for text in (*paper.rights, *paper.remedies):
        assert text.language == (language if language in ("nl", "ro") else "en")
        assert text.english or text.language == "en" or text.said in labels_of(law, "en")


@pytest.mark.hazard("H-DESK-18", control="english-next-to-unchecked-words")
def test_a_checked_language_needs_no_english(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PaperWords("nl").code("victim_right", "be_understood").english
    assert PaperWords("nl").notice() is not None
    assert PaperWords("en").notice() is None
    monkeypatch.setattr(type(catalogue("codes", "nl")), "is_read", property(lambda _self: True))
    assert not PaperWords("nl").code("victim_right", "be_understood").english
    assert not PaperWords("nl").text("rights").english
    assert PaperWords("nl").notice() is None


def test_the_paper_is_in_the_persons_language_or_in_english() -> None:
    assert [spoken(language) for language in ("vi", "ar", "zh", "")] == ["vi", "ar", "en", "en"]
    assert Choice.read({}, "vi").language == "vi"
    assert Choice.read({"language": "ro"}, "vi").language == "ro"
    assert Choice.read({"language": "<script>"}, "zh").language == "en"


@pytest.mark.integration
@pytest.mark.parametrize("language", ["en", "vi", "ar"])
@pytest.mark.parametrize("form", [OPEN, DISGUISED])
def test_the_paper_states_its_language_and_direction(site: Site, browser: Browser, language: str, form: str) -> None:
    show(site, files_of())
    printed = Printed(chosen(browser, language=language, form=form).text)
    assert printed.language == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    title = "title" if form == OPEN else "title_dates"
    assert catalogue("paper", language).texts[f"paper/{title}"] in printed.paper


# Others who find the paper


@pytest.mark.hazard("H-DESK-17", control="disguised-by-default")
@given(typed=st.dictionaries(st.sampled_from(["form", "language", *LONGEST]), st.text()))
def test_the_paper_is_disguised_unless_an_open_one_was_chosen(typed: dict[str, str]) -> None:
    choice = Choice.read(typed, "vi")
    assert choice.is_disguised is (typed.get("form") != OPEN)
    assert all(len(getattr(choice, name)) <= longest for name, longest in LONGEST.items())


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-17", control="disguised-paper")
@pytest.mark.parametrize("law", JURISDICTIONS)
@pytest.mark.parametrize("language", ["en", "nl", "ro", "vi", "ar"])
def test_a_disguised_paper_does_not_say_what_it_is_about(site: Site, browser: Browser, law: str, language: str) -> None:
    found = files_of(law)
    case = found["intake", f"/v1/cases/{CASE}"]
    case |= {"identification": [{"stage": next(iter(profile(law).stages)), "outcome": None, "foreigner": True}]}
    show(site, found)
    text = Printed(chosen(browser, language=language).text).text
    assert "2026" in text
    assert [label for label in labels_of(law, language) if re.search(rf"\b{re.escape(label)}\b", text)] == []
    assert not re.search(r"traffick|exploit|victim|slave|police|court|crime|right", text, re.IGNORECASE)


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-17", control="only-the-paper-is-printed")
@pytest.mark.parametrize("language", ["en", "nl"])
def test_nothing_but_the_paper_is_printed_and_it_names_neither_person_nor_case(
    site: Site, browser: Browser, language: str
) -> None:
    show(site, {**files_of(), **_with_name()}, support=(503, {}))
    page = browser.get(PAGE, **{"Accept-Language": language}).text
    printed = Printed(page)
    assert printed.others == []
    assert printed.paper
    title = page.partition("<title>")[2].partition("</title>")[0]
    for private in (CASE, "Qzxvname", "Qzxvnumber"):
        assert private not in printed.text
        assert private not in title


def _with_name() -> dict[Any, Any]:
    found = files_of()
    case = found["intake", f"/v1/cases/{CASE}"]
    case["number"] = "Qzxvnumber"
    case["parts"]["name"]["data"]["name"] = "Qzxvname"
    return {("intake", f"/v1/cases/{CASE}"): case}


@pytest.mark.hazard("H-DESK-17", control="only-the-paper-is-printed")
def test_the_style_sheet_prints_the_paper_alone_and_without_a_margin() -> None:
    sheet = (files.FOLDER / "desk.css").read_text(encoding="utf-8")
    printing = sheet.partition("@media print")[2]
    hidden = printing.partition("{ display: none; }")[0]
    assert {"header", "footer", "form", ".skip", ".unchecked", ".noprint"} <= set(re.findall(r"[.\w]+", hidden))
    assert re.search(r"@page paper \{ margin: 0; \}", sheet)
    assert re.search(r"\.paper \{ page: paper;", printing)


# Text typed for the paper


@pytest.mark.integration
def test_what_is_typed_is_on_the_paper_and_in_no_address(site: Site, browser: Browser) -> None:
    show(site, files_of())
    typed = {"next_step": "Qzxvstep", "number": "Qzxvphone", "ask_for": "Qzxvname", "language": "vi", "form": OPEN}
    form = {"form_token": browser.form_token(), **typed}
    answer = browser.client.post(PAGE, base_url="https://desk.example.org", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{PAGE}?again=1"
    page = browser.get(answer.headers["Location"])
    assert all(typed[name] in Printed(page.text).text for name in LONGEST)
    assert page.headers["Cache-Control"] == "no-store"
    assert [path for _service, _method, path in site.asked() if "Qzxv" in path] == []


@pytest.mark.integration
def test_what_is_typed_for_a_paper_is_gone_when_its_page_is_opened_again(site: Site, browser: Browser) -> None:
    show(site, files_of())
    assert "Qzxvstep" in chosen(browser, next_step="Qzxvstep").text
    assert "Qzxvstep" not in browser.get(PAGE).text
    assert "Qzxvstep" not in browser.get(f"{PAGE}?again=1").text


@pytest.mark.integration
def test_a_paper_takes_as_many_requests_as_the_page_of_the_case(site: Site, browser: Browser) -> None:
    show(site, files_of())
    asked = []
    for path in (f"/cases/{CASE}", PAGE):
        site.services.requests.clear()
        browser.get(path)
        asked.append(sorted(site.asked()))
    assert asked[0] == asked[1]


def chosen(browser: Browser, **typed: str) -> Any:
    """Send the form of the paper; return the page to which it leads."""
    return browser.post(PAGE, {"form_token": browser.form_token(), **typed})


def test_the_words_of_the_paper_are_not_on_the_public_site() -> None:
    assert list(_public_keys()) == []


def _public_keys() -> Iterator[str]:
    for language in PUBLIC_LANGUAGES:
        yield from (key for key in catalogue("public", language).texts if key.startswith("paper/"))
