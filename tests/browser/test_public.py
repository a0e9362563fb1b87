"""The public pages in Chromium: with and without scripts, at 320 px, by keyboard, and Back after leaving."""

import re
from typing import TYPE_CHECKING

import pytest

from shared.reference.words import PUBLIC_LANGUAGES, catalogue
from tests.kit.public import CODE, document
from tests.kit.public_process import PublicProcess
from tests.kit.tab import WIDE
from tests.kit.visit import Visit, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

LANGUAGES = ("en", "vi", "ar")


def _to_third_question(opened: Visit, language: str) -> None:
    opened.open("/")
    opened.page.locator(f'a[hreflang="{language}"]').click()
    opened.page.locator(f'a[href="/{language}/questions"]').click()
    for answer in ("yes", "not_sure"):
        opened.page.locator(f"#a-{answer}").check()
        opened.press("next")
    opened.page.locator("#a-yes").check()


@pytest.mark.hazard("H-PUBLIC-2", control="leaving-shows-no-answer")
@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_after_leaving_back_shows_no_answer_and_nothing_of_ours_is_requested(
    chromium: "Browser", process: PublicProcess, language: str, *, has_scripts: bool
) -> None:
    with visit(chromium, process.address, has_scripts=has_scripts) as opened:
        _to_third_question(opened, language)
        assert opened.others() == []
        opened.page.locator("#leave").click()
        opened.page.wait_for_url(process.leave_to)
        asked = len(opened.own())
        opened.page.wait_for_load_state("networkidle")
        assert len(opened.own()) == asked
        _no_answer_by_going_back(opened, language)


def _no_answer_by_going_back(opened: Visit, language: str) -> None:
    """Press Back up to the first page: no page has a chosen answer or a question after the first one."""
    first = catalogue("public", language).texts["self_check_question/work_not_as_promised"]
    for text in opened.back():
        assert 'name="q.' not in text
        assert 'name="at"' not in text or first in text


@pytest.mark.hazard("H-PUBLIC-2", control="leaving-shows-no-answer")
def test_a_browser_that_keeps_whole_pages_shows_no_answer_either(
    keeping_chromium: "Browser", process: PublicProcess
) -> None:
    for has_scripts in (True, False):
        with visit(keeping_chromium, process.address, has_scripts=has_scripts) as opened:
            _to_third_question(opened, "en")
            opened.page.locator("#leave").click()
            opened.page.wait_for_url(process.leave_to)
            _no_answer_by_going_back(opened, "en")


@pytest.mark.hazard("H-PUBLIC-9", control="scan-leaves-no-code")
def test_a_scanned_poster_leaves_no_entry_with_its_code_in_the_history(
    chromium: "Browser", process: PublicProcess
) -> None:
    with visit(chromium, process.address) as opened:
        opened.open("/en/numbers")
        opened.open("/vi/o/K7PQ2X9M")
        seen = [opened.page.url]
        for step in (opened.page.go_back, opened.page.go_forward):
            step()
            seen.append(opened.page.url)
        assert seen == [f"{opened.address}{path}" for path in ("/vi/", "/en/numbers", "/vi/")]
        assert len([each for each in opened.requests if each.endswith("K7PQ2X9M")]) == 1


@pytest.mark.hazard("H-PUBLIC-2", control="leaving-shows-no-answer")
@pytest.mark.parametrize("path", ["/", "/vi/", "/ar/questions", "/en/numbers", "/vi/contact", "/en/code", "/nowhere"])
def test_escape_twice_leaves_every_page(chromium: "Browser", process: PublicProcess, path: str) -> None:
    with visit(chromium, process.address) as opened:
        opened.open(path)
        opened.page.keyboard.press("Escape")
        assert opened.page.url == f"{process.address}{path}"
        opened.page.keyboard.press("Escape")
        opened.page.wait_for_url(process.leave_to)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_are_answered_by_keyboard_alone(
    chromium: "Browser", process: PublicProcess, language: str
) -> None:
    process.services.requests.clear()
    with visit(chromium, process.address) as opened:
        opened.open(f"/{language}/questions")
        for number in range(14):
            if number == 0:
                opened.tab_to("#a-yes")
                opened.page.keyboard.press("Space")
            opened.tab_to(f'[value="{"next" if number == 0 else "skip"}"]')
            before = opened.page.locator("h1").inner_text()
            opened.page.keyboard.press("Enter")
            opened.page.wait_for_function("text => document.querySelector('h1')?.innerText !== text", arg=before)
        assert opened.complaints == []
    [body] = [body for _, method, _, body, _ in process.services.requests if method == "POST"]
    assert set(body["questions"].values()) == {"yes", "passed_over"}


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_every_page_of_every_language_passes_axe_at_320_pixels(
    chromium: "Browser", process: PublicProcess, language: str
) -> None:
    faults: dict[str, list[str]] = {}
    with visit(chromium, process.address) as opened:
        for path in ("/", f"/{language}/", *(f"/{language}/{name}" for name in ("questions", "numbers", "code"))):
            opened.open(path)
            faults[path] = opened.faults()
        opened.open(f"/{language}/questions")
        opened.page.locator('button[value="next"]').click()
        opened.page.wait_for_selector("#errors")
        faults["missing answer"] = opened.faults()
        opened.page.locator("#a-yes").check()
        opened.press("next")
        opened.page.locator('button[value="stop"]').click()
        opened.page.wait_for_selector('a[href$="/contact"]')
        faults["end"] = opened.faults()
        faults |= _of_contact(opened, language)
    assert {place: found for place, found in faults.items() if found} == {}


def _of_contact(opened: Visit, language: str) -> dict[str, list[str]]:
    faults = {}
    opened.open(f"/{language}/contact")
    opened.page.locator("#c-jurisdiction-NL").check()
    opened.page.locator("#c-way-phone").check()
    opened.page.locator('button[value="way"]').click()
    opened.page.wait_for_selector("#f-contact")
    opened.page.locator('button[value="review"]').click()
    opened.page.wait_for_selector("#errors")
    faults["contact with a mistake"] = opened.faults()
    opened.page.locator("#f-contact").fill("+31 6 0000 0000")
    opened.page.locator('button[value="review"]').click()
    opened.page.wait_for_selector('button[value="send"]')
    faults["review"] = opened.faults()
    opened.page.locator('button[value="send"]').click()
    opened.page.wait_for_selector(".code")
    faults["sent"] = opened.faults()
    opened.open(f"/{language}/code")
    opened.page.locator("#f-code").fill(CODE)
    opened.page.locator('button[value="show"]').click()
    opened.page.wait_for_selector('button[value="withdraw"]')
    faults["state"] = opened.faults()
    return faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_wide_pages_pass_axe_in_light_and_dark(chromium: "Browser", process: PublicProcess, scheme: str) -> None:
    faults = {}
    with visit(chromium, process.address, width=WIDE) as opened:
        opened.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # the library's
        for path in ("/", "/en/", "/ar/questions", "/vi/numbers", "/en/information", "/en/information/remedy/NL.CIVIL"):
            opened.open(path)
            faults[path] = opened.faults()
    assert {place: found for place, found in faults.items() if found} == {}


@pytest.mark.parametrize("path", ["/", "/vi/questions", "/ar/contact"])
def test_a_screen_reader_meets_the_way_out_before_the_text(
    chromium: "Browser", process: PublicProcess, path: str
) -> None:
    roles = [role for role, _ in _read_aloud(chromium, process, path)]
    assert roles[0] == "link"
    assert roles.index("banner") < roles.index("main") < len(roles) - 1
    assert roles.index("heading") > roles.index("main")


def test_a_screen_reader_meets_the_whole_request_in_its_order(chromium: "Browser", process: PublicProcess) -> None:
    """The name of each group comes before its choices, and the button comes after all groups."""
    site = document("ar")["public"]

    def named(role: str, key: str) -> tuple[str, str]:
        return role, f"{site['words'][key]} {site['english'][key]}"

    expected = [
        named("link", "page/to_content"),
        ("banner", ""),
        named("link", "page/leave_page"),
        ("main", ""),
        named("heading", "page/contact_title"),
        named("group", "page/contact_country"),
        *(("radio", site["help"][code]["name"]) for code in site["contact"]["jurisdictions"]),
        named("group", "page/contact_how"),
        *(named("radio", f"contact_way/{way}") for way in site["contact"]["ways"]),
        named("button", "page/next"),
        ("contentinfo", ""),
        ("navigation", site["words"]["page/start_title"]),
        *(named("link", f"page/{name}") for name in ("to_start", "numbers_title", "choose_language")),
    ]
    found = _read_aloud(chromium, process, "/ar/contact")
    assert [each for each in found if each[0] not in ("paragraph", "text")] == expected


def _read_aloud(chromium: "Browser", process: PublicProcess, path: str) -> list[tuple[str, str]]:
    """Return the role and the name of each element of a page in the order in which a screen reader meets them."""
    with visit(chromium, process.address) as opened:
        opened.open(path)
        order = opened.page.locator("body").aria_snapshot()
    return re.findall(r'^ *- ([a-z]+)(?: "(.*?)")?(?=[ :]|$)', order, re.MULTILINE)
