"""The languages of the pages: the browser's, or the one that the person chose."""

import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from services.web.words import speech, texts
from shared.reference.words import NOBODY
from tests.kit import pseudo
from tests.kit.desk import Browser, Site
from tests.kit.desk_html import Page
from tests.kit.desk_pages import CASE, PAGES, case_files, show

SHIPPED = ("en", "nl", "ro")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture
def right_to_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    with monkeypatch.context() as patch:
        pseudo.speak_pseudo(patch, tmp_path)
        yield pseudo.PSEUDO
    pseudo.forget()


# The catalogues


def test_english_dutch_and_romanian_are_the_languages_of_the_pages() -> None:
    assert texts.languages() == SHIPPED


@pytest.mark.parametrize("language", SHIPPED[1:])
def test_a_translation_has_the_placeholders_of_its_text_and_no_other_text(language: str) -> None:
    with (texts.FOLDER / "pages.pot").open("rb") as file:
        template = read_po(file)
    catalogue = texts.texts_in(language)
    assert template.num_plurals
    wrong = [text for text, said in catalogue.texts.items() if text not in template or _gaps(text) != _gaps(said)]
    for one, forms in catalogue.plurals.items():
        several = template[one].id[1]
        wrong += [one for form in forms if not _gaps(form) <= _gaps(several)]
        wrong += [one] if _gaps(forms[-1]) != _gaps(several) else []
    assert wrong == []


def _gaps(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("language", SHIPPED[1:])
def test_a_catalogue_states_whether_a_native_speaker_has_checked_it(language: str) -> None:
    catalogue = texts.texts_in(language)
    assert catalogue.is_read is (catalogue.reader != NOBODY)
    assert speech.speech_in(language, "UTC").is_checked is catalogue.is_read


def test_a_text_without_a_translation_is_shown_in_english(site: Site) -> None:
    with site.app.test_request_context("/", headers={"Accept-Language": "ro"}):
        site.app.preprocess_request()
        assert texts.gettext("Fictitious text") == "Fictitious text"
        assert texts.ngettext("%(count)s thing", "%(count)s things", 2) == "2 things"


@pytest.mark.parametrize(("count", "form"), [(1, 0), (2, 1), (19, 1), (20, 2), (101, 1), (0, 1)])
def test_the_form_of_a_text_follows_the_number_in_the_languages_own_way(site: Site, count: int, form: int) -> None:
    one, several = "%(count)s day late", "%(count)s days late"
    expected = texts.texts_in("ro").plurals[one][form] % {"count": count}
    with site.app.test_request_context("/", headers={"Accept-Language": "ro"}):
        site.app.preprocess_request()
        assert texts.ngettext(one, several, count) == expected


def test_an_english_page_loads_no_other_catalogue(browser: Browser) -> None:
    texts.texts_in.cache_clear()
    browser.get("/")
    assert texts.texts_in.cache_info().currsize <= 1


# The choice of a language


def _language(browser: Browser, path: str = "/", **headers: str) -> str | None:
    return Page(browser.get(path, **headers).text).language["lang"]


def test_a_page_has_the_language_that_the_browser_asks_for(site: Site, browser: Browser) -> None:
    assert _language(browser, **{"Accept-Language": "fr, nl;q=0.8"}) == "nl"
    assert {headers["Accept-Language"] for *_, headers in site.services.requests} == {"nl"}
    assert _language(browser, **{"Accept-Language": "fr"}) == "en"
    assert _language(browser) == "en"


def test_a_chosen_language_stays_until_the_session_ends_and_in_that_session_only(site: Site, browser: Browser) -> None:
    form = {"form_token": browser.form_token(), "language": "ro", "next": "/search"}
    answer = browser.post("/language", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/search")
    assert _language(browser, **{"Accept-Language": "nl"}) == "ro"
    assert _language(browser, "/nowhere", **{"Accept-Language": "nl"}) == "ro"
    other = site.browser()
    other.sign_in()
    assert _language(other) == "en"


def test_a_language_that_is_chosen_before_signing_in_is_that_of_the_session(site: Site) -> None:
    browser = site.browser()
    page = browser.get("/?language=ro").text
    assert Page(page).language["lang"] == "ro"
    assert "language=ro" in page.partition('href="/sign-in?')[2].partition('"')[0]
    begun = browser.get("/sign-in?provider=0&language=ro")
    browser.come_back(begun.headers["Location"], "mila")
    assert _language(browser) == "ro"


def test_the_choice_of_a_language_keeps_the_page_that_signing_in_leads_to(site: Site) -> None:
    browser = site.browser()
    page = browser.get(f"/cases/{CASE}?language=nl").text
    assert f"next=%2Fcases%2F{CASE}" in page.partition('href="/sign-in?')[2].partition('"')[0]
    assert f'href="/cases/{CASE}?language=ro"' in page


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/?list=team&filter=overdue&done=1", "/?list=team&filter=overdue"),
        ("/search?after=x", "/search?after=x"),
        (f"/cases/{CASE}/do/fact?kind=last_incident", "/"),
    ],
)
def test_the_choice_of_a_language_keeps_the_query_of_the_page(browser: Browser, path: str, kept: str) -> None:
    page = browser.get(path).text
    assert f'name="next" value="{escape(kept)}"' in page, "a page that is not found leads to the start page"
    form = {"form_token": browser.form_token(), "language": "ro", "next": kept}
    assert browser.post("/language", form).headers["Location"] == kept


def test_a_form_that_was_refused_is_shown_again_in_another_language(site: Site, browser: Browser) -> None:
    page = browser.post("/do/open", {"form_token": browser.form_token(), "opened_on": "no date"})
    assert page.status_code == 422
    assert 'name="next" value="/do/open?again=1"' in page.text
    form = {"form_token": browser.form_token(), "language": "nl", "next": "/do/open?again=1"}
    again = browser.post("/language", form)
    assert (again.status_code, Page(again.text).language["lang"]) == (422, "nl")


def test_a_person_who_is_not_registered_reads_the_same_in_another_language(site: Site) -> None:
    site.services.answer = lambda *_: (401, {"title": "Not signed in"})
    browser = site.browser()
    first = browser.sign_in("noor").text
    [address] = re.findall(r'href="([^"]*)" lang="nl"', first)
    for _time in range(2):
        page = browser.get(unescape(address))
        assert (page.status_code, Page(page.text).language["lang"]) == (403, "nl")
        assert "<bdi>noor</bdi>" in page.text
        assert site.provider.issuer in page.text
    assert "noor" not in address
    assert browser.get("/signed-in?state=x&code=y").status_code == 400
    assert site.browser().get(unescape(address)).status_code == 401, "only in the browser of this sign-in"


def test_a_language_that_is_not_offered_is_refused_or_ignored(browser: Browser) -> None:
    form = {"form_token": browser.form_token(), "language": "../../en", "next": "/"}
    assert browser.post("/language", form).status_code == 400
    assert _language(browser, "/?language=../../ro") == "en"


@pytest.mark.hazard("H-DESK-3", control="sign-in-leads-to-own-pages")
@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example",
        "//evil.example",
        "//evil.example?x=1",
        "/lock?x=1",
        "/\\evil.example",
        "/cases/..",
        "/lock",
        "/look/a/b",
        "x",
    ],
)
def test_choosing_a_language_leads_to_a_page_of_the_desk(browser: Browser, following: str) -> None:
    form = {"form_token": browser.form_token(), "language": "nl", "next": following}
    assert browser.post("/language", form).headers["Location"] == "/"


@pytest.mark.hazard("H-DESK-3", control="forms-carry-a-token")
def test_another_site_cannot_choose_the_language(browser: Browser) -> None:
    assert browser.post("/language", {"language": "nl"}).status_code == 403
    assert _language(browser) == "en"


@pytest.mark.parametrize("path", ["/", "/search", "/nowhere", "/locked"])
def test_a_page_that_no_native_speaker_has_checked_says_so_and_leads_to_english(browser: Browser, path: str) -> None:
    assert 'class="unchecked"' not in browser.get(path).text
    page = browser.get(path, **{"Accept-Language": "ro"}).text
    assert page.count('class="unchecked"') == 1
    notice = page.partition('class="unchecked"')[2].partition("</aside>")[0]
    assert re.search(r'value="en" lang="en"|language=en"', notice)


# Right to left


@pytest.mark.parametrize("path", [*PAGES, f"/cases/{CASE}", "/nowhere", "/locked", "/signed-out"])
def test_every_text_of_a_page_comes_from_the_catalogue(
    site: Site, browser: Browser, right_to_left: str, path: str
) -> None:
    files = case_files("Fictitious")
    show(site, files)
    answer = browser.get(path, **{"Accept-Language": right_to_left})
    page = Page(answer.text)
    if path != "/alerts":
        assert (page.language["lang"], page.language["dir"]) == ("ar", "rtl")
    assert page.latin == []


def test_a_failure_is_said_in_the_readers_language(site: Site, browser: Browser, right_to_left: str) -> None:
    show(site, {}, intake=(503, {}), support=(503, {}), legal=(503, {}))
    for path in (f"/cases/{CASE}", "/"):
        page = Page(browser.get(path, **{"Accept-Language": right_to_left}).text)
        assert page.language["dir"] == "rtl"
        assert page.latin == []


def test_a_language_has_the_own_name_that_babel_knows() -> None:
    assert set(speech.OWN_NAMES) == set(texts.languages())
    for language, name in speech.OWN_NAMES.items():
        assert name == Locale.parse(language).display_name
