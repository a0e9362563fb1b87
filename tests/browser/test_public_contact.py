"""Requesting contact and using the return code in Chromium, with the keyboard only and at 320 px."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.public import CODE
from tests.kit.public_process import PublicProcess
from tests.kit.visit import Visit, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

EACH_LANGUAGE = pytest.mark.parametrize("language", ["en", "vi", "ar"])
EACH_BROWSER = pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
TYPED = {
    "contact": "+31 6 0000 0000",
    "story": "Hỏi về lớp học bơi",
    "code_word": "زهرة التوليب",
    "near": "Zuid-Holland",
}
CHOSEN = {
    "begins": "09:30",
    "ends": "12:00",
    "days": ["monday"],
    "may_leave_message": True,
    "if_another_answers": "say_agreed_story",
}


def _fill_in_details(opened: Visit) -> None:
    """Fill in every field that both forms have, in the order of the page."""
    opened.type_in("#f-contact", TYPED["contact"])
    opened.tab_to("#c-days-monday")
    opened.page.keyboard.press("Space")
    opened.type_in("#c-begins", "0930AM")
    opened.type_in("#c-ends", "1200PM")
    opened.choose("message", "yes")
    opened.choose("if_another_answers", CHOSEN["if_another_answers"])
    for name in ("story", "code_word", "near"):
        opened.type_in(f"#f-{name}", TYPED[name])


def _is_clean(opened: Visit) -> None:
    """Check that the page leaves no trace, and that nothing typed is in an address."""
    assert opened.traces() == []
    assert [each for each in opened.requests if CODE in each or "?" in each] == []


def _ask(opened: Visit, language: str) -> None:
    """Go from the first page to the return code."""
    opened.open("/")
    opened.enter(f'a[hreflang="{language}"]', f'a[href="/{language}/contact"]')
    opened.enter(f'a[href="/{language}/contact"]', '[name="jurisdiction"]')
    _is_clean(opened)
    opened.choose("jurisdiction", "RO")
    opened.choose("way", "sms")
    opened.enter('[value="way"]', "#f-contact")
    _is_clean(opened)
    _fill_in_details(opened)
    opened.enter('[value="review"]', '[value="send"]')
    _is_clean(opened)
    review = opened.page.locator("dl").inner_text()
    assert [text for text in TYPED.values() if text not in review] == []
    opened.enter('[value="send"]', ".code")
    _is_clean(opened)
    assert opened.page.locator(".code").inner_text() == CODE


def _use_code(opened: Visit, language: str) -> None:
    """Enter the code, change how to make contact, and withdraw after a second thought."""
    opened.open(f"/{language}/")
    opened.enter(f'a[href="/{language}/code"]', "#f-code")
    _is_clean(opened)
    opened.type_in("#f-code", CODE)
    opened.enter('[value="show"]', '[value="change"]')
    _is_clean(opened)
    opened.enter('[value="change"]', '[name="way"]')
    opened.choose("way", "email")
    opened.enter('[value="way"]', "#f-contact")
    _is_clean(opened)
    _fill_in_details(opened)
    opened.enter('[value="save"]', '[role="status"]')
    _is_clean(opened)
    opened.enter('[value="withdraw"]', '[value="erase"]')
    opened.enter('[value="keep"]', '[value="withdraw"]')
    opened.enter('[value="withdraw"]', '[value="erase"]')
    _is_clean(opened)
    opened.enter('[value="erase"]', '[role="status"]')
    _is_clean(opened)
    assert opened.page.locator("form").count() == 0


def _leave(opened: Visit, to: str, *, by_escape: bool, has_scripts: bool) -> None:
    """Leave the pages. With scripts, the page that is left has no entry in the history."""
    before = opened.place()
    if by_escape:
        opened.page.keyboard.press("Escape")
        opened.page.keyboard.press("Escape")
    else:
        opened.tab_to("#leave", "Shift+Tab")
        opened.page.keyboard.press("Enter")
    opened.page.wait_for_url(to)
    assert opened.place() == (before if has_scripts else before + 1)


def _back_shows_nothing(opened: Visit) -> None:
    for page in opened.back():
        assert [text for text in (*TYPED.values(), CODE) if text in page] == []


def _posted(process: PublicProcess) -> list[tuple[str, Any]]:
    """Return the requests that reached intake: the route and the body."""
    return [(path, body) for _, method, path, body, _ in process.services.requests if method == "POST"]


@pytest.mark.hazard("H-PUBLIC-2", control="leaving-shows-no-answer")
@EACH_BROWSER
@EACH_LANGUAGE
def test_a_person_asks_for_contact_by_keyboard_alone_and_back_shows_none_of_it(
    chromium: "Browser", process: PublicProcess, language: str, *, has_scripts: bool
) -> None:
    process.services.requests.clear()
    with visit(chromium, process.address, has_scripts=has_scripts) as opened:
        _ask(opened, language)
        _leave(opened, process.leave_to, by_escape=has_scripts, has_scripts=has_scripts)
        _back_shows_nothing(opened)
    [(path, body)] = _posted(process)
    assert path == "/v1/contact-requests"
    assert body.pop("form")
    assert body == {**TYPED, **CHOSEN, "jurisdiction": "RO", "way": "sms", "language": language, "topics": []}


@pytest.mark.hazard("H-PUBLIC-1", control="code-shows-no-contact")
@pytest.mark.hazard("H-PUBLIC-2", control="leaving-shows-no-answer")
@EACH_BROWSER
@EACH_LANGUAGE
def test_a_person_changes_and_withdraws_by_keyboard_alone_and_back_shows_no_code(
    chromium: "Browser", process: PublicProcess, language: str, *, has_scripts: bool
) -> None:
    process.services.requests.clear()
    with visit(chromium, process.address, has_scripts=has_scripts) as opened:
        opened.open("/")
        _use_code(opened, language)
        _leave(opened, process.leave_to, by_escape=False, has_scripts=has_scripts)
        _back_shows_nothing(opened)
    state = ("/v1/contact-requests/states", {"code": CODE})
    assert _posted(process) == [
        state,
        ("/v1/contact-requests/changes", {**TYPED, **CHOSEN, "way": "email", "code": CODE}),
        state,
        ("/v1/contact-requests/withdrawals", {"code": CODE}),
    ]


@pytest.mark.hazard("H-PUBLIC-2", control="leaving-shows-no-answer")
@pytest.mark.parametrize(
    ("has_scripts", "by_escape"),
    [(True, False), (True, True), (False, False)],
    ids=["button with scripts", "escape", "button without scripts"],
)
@pytest.mark.parametrize("browser", ["chromium", "keeping_chromium"])
def test_after_leaving_in_the_middle_of_a_form_back_shows_nothing_that_was_typed(
    request: pytest.FixtureRequest, process: PublicProcess, browser: str, *, has_scripts: bool, by_escape: bool
) -> None:
    with visit(request.getfixturevalue(browser), process.address, has_scripts=has_scripts) as opened:
        opened.open("/")
        opened.enter('a[hreflang="ar"]', 'a[href="/ar/code"]')
        opened.enter('a[href="/ar/code"]', "#f-code")
        opened.type_in("#f-code", CODE)
        opened.enter('footer a[href="/ar/"]', 'a[href="/ar/contact"]')
        opened.enter('a[href="/ar/contact"]', '[name="jurisdiction"]')
        opened.choose("jurisdiction", "NL")
        opened.choose("way", "chat")
        opened.enter('[value="way"]', "#f-contact")
        opened.enter('[value="review"]', "#errors")
        opened.enter('#errors a[href="#f-contact"]', "#f-contact:focus")
        opened.page.keyboard.press("Shift+Tab")
        _fill_in_details(opened)
        _leave(opened, process.leave_to, by_escape=by_escape, has_scripts=has_scripts)
        _back_shows_nothing(opened)
