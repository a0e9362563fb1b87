"""The public pages in Chromium: with and without scripts, at 320 px, by keyboard, and what Back shows after leaving."""

import importlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from shared.reference.words import PUBLIC_LANGUAGES, catalogue
from tests.kit.public import CODE, document
from tests.kit.public_process import PublicProcess, public_process
from tests.kit.tab import AXE, NARROW, RULES, WIDE
from tests.kit.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

LANGUAGES = ("en", "vi", "ar")


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicProcess]:
    with public_process(tmp_path_factory.mktemp("public")) as running:
        yield running


@dataclass
class Visit:
    """A visit of a person with a browser: its page, and every request of it."""

    page: "Page"
    address: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def press(self, value: str) -> None:
        """Press the button with this value and wait for the page that follows."""
        before = self.page.locator("h1").inner_text()
        self.page.locator(f'button[value="{value}"]').click()
        self.page.wait_for_load_state()
        if value in ("next", "skip"):
            self.page.wait_for_function("before => document.querySelector('h1')?.innerText !== before", arg=before)

    def own(self) -> list[str]:
        return [each for each in self.requests if each.startswith(self.address)]

    def faults(self) -> list[str]:
        """Return what is wrong with the page as it is now."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        result = self.page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        found = [f"{each['id']} {each['nodes'][0]['html']}" for each in result["violations"]]
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("wider than the window")
        stored = "[...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].filter(Boolean)"
        return [*found, *self.page.evaluate(stored), *self.complaints]


@contextmanager
def visit(browser: "Browser", address: str, *, has_scripts: bool = True, width: Any = NARROW) -> Iterator[Visit]:
    """Open a browser without a history. Another site answers there, as the page to which people leave."""
    context: BrowserContext = browser.new_context(
        viewport=width, java_script_enabled=has_scripts, ignore_https_errors=True
    )
    opened = Visit(context.new_page(), address)
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on("console", lambda message: _note(opened, message))
    try:
        yield opened
    finally:
        context.close()


def _note(opened: Visit, message: Any) -> None:
    if (
        message.type in ("error", "warning")
        and "status of 4" not in message.text
        and "status of 503" not in message.text
    ):
        opened.complaints.append(message.text)


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
        assert [each for each in opened.requests if not each.startswith(process.address)] == []
        opened.page.locator("#leave").click()
        opened.page.wait_for_url(process.leave_to)
        asked = len(opened.own())
        opened.page.wait_for_load_state("networkidle")
        assert len(opened.own()) == asked
        _no_answer_by_going_back(opened, language)


def _no_answer_by_going_back(opened: Visit, language: str) -> None:
    """Press Back up to the first page: no page has a chosen answer or a question after the first one.

    Without scripts, the history has an entry for each form that was sent. Chromium shows an empty page of its own for
    such an entry, because the answer to the form must not be stored. A page of ours there would need the answers in the
    address or on the server.
    """
    first = catalogue("public", language).texts["self_check_question/work_not_as_promised"]
    for before in range(_place(opened), 1, -1):
        # The driver reports an error for Chromium's own page.
        with suppress(_driver_error()):
            opened.page.go_back(wait_until="load", timeout=5_000)
        wait_until(lambda at=before - 1: _place(opened) == at, "the earlier page is shown", 10)  # type: ignore[misc]
        opened.page.wait_for_load_state()
        assert opened.page.locator("input:checked").count() == 0
        text = opened.page.content()
        assert 'name="q.' not in text
        assert 'name="at"' not in text or first in text
    assert opened.page.url == f"{opened.address}/"


def _place(opened: Visit) -> int:
    """Return the place of the page in the history; -1 while the browser changes pages."""
    with suppress(_driver_error()):
        history = opened.page.context.new_cdp_session(opened.page).send("Page.getNavigationHistory")
        return int(history["currentIndex"])
    return -1


def _driver_error() -> type[Exception]:
    kind: type[Exception] = importlib.import_module("playwright.sync_api").Error
    return kind


@pytest.mark.hazard("H-PUBLIC-2", control="leaving-shows-no-answer")
def test_a_browser_that_keeps_whole_pages_shows_no_answer_either(chromium: "Browser", process: PublicProcess) -> None:
    kept = chromium.browser_type.launch(
        executable_path=shutil.which("chromium-headless-shell"),
        args=["--no-sandbox", "--disable-dev-shm-usage"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    try:
        for has_scripts in (True, False):
            with visit(kept, process.address, has_scripts=has_scripts) as opened:
                _to_third_question(opened, "en")
                opened.page.locator("#leave").click()
                opened.page.wait_for_url(process.leave_to)
                _no_answer_by_going_back(opened, "en")
    finally:
        kept.close()


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
                _tab_to(opened, "a-yes")
                opened.page.keyboard.press("Space")
            _tab_to(opened, "next" if number == 0 else "skip")
            before = opened.page.locator("h1").inner_text()
            opened.page.keyboard.press("Enter")
            opened.page.wait_for_function("text => document.querySelector('h1')?.innerText !== text", arg=before)
        assert opened.complaints == []
    [body] = [body for _, method, _, body, _ in process.services.requests if method == "POST"]
    assert set(body["questions"].values()) == {"yes", "passed_over"}


def _tab_to(opened: Visit, name: str) -> None:
    """Move the focus to the element with this id or value; the focus is always visible."""
    for _ in range(20):
        opened.page.keyboard.press("Tab")
        here = opened.page.evaluate(
            "(at => [at.id, at.value, getComputedStyle(at).outlineStyle])(document.activeElement)"
        )
        assert here[2] != "none"
        if name in here[:2]:
            return
    raise AssertionError(f"{name} is not reached by keyboard")


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
    """Of each group, its name comes before its choices; and the button comes after all groups."""
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


def test_without_scripts_a_request_is_made_and_its_code_is_shown(chromium: "Browser", process: PublicProcess) -> None:
    with visit(chromium, process.address, has_scripts=False) as opened:
        opened.open("/ar/contact")
        opened.page.locator("#c-jurisdiction-NL").check()
        opened.page.locator("#c-way-sms").check()
        opened.page.locator('button[value="way"]').click()
        opened.page.locator("#f-contact").fill("+31 6 0000 0000")
        opened.page.locator('button[value="review"]').click()
        opened.page.locator('button[value="send"]').click()
        assert CODE in opened.page.locator(".code").inner_text()
        assert CODE not in opened.page.url
        assert opened.page.context.cookies() == []
