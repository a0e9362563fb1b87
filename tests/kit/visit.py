"""A visit to the public pages with a browser: its requests, its faults, its keyboard and its history."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.kit.tab import AXE, NARROW, RULES
from tests.kit.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

#: More than the number of elements that the Tab key reaches on any page.
MOST_TABS = 60
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
#: Whether the focus is visible (WCAG 2.4.7), and neither behind the sticky header nor outside the window (2.4.11).
_FOCUS = """selector => {
    const at = document.activeElement, box = at.getBoundingClientRect();
    const header = document.querySelector("header"), over = header.getBoundingClientRect();
    const isCovered = !header.contains(at) && box.top >= over.top && box.bottom <= over.bottom;
    const isOutside = box.bottom <= 0 || box.top >= innerHeight;
    return {
        isThere: at.matches(selector),
        isSeen: getComputedStyle(at).outlineStyle !== "none" && !isCovered && !isOutside,
        element: at.outerHTML.slice(0, 200),
    };
}"""


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

    def others(self) -> list[str]:
        """Return the requests to other origins."""
        return [each for each in self.requests if not each.startswith(self.address)]

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        """Move the focus to an element. On the way, the focus is always visible."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press(key)
            found = self.page.evaluate(_FOCUS, selector)
            assert found["isSeen"], f"the focus is not visible at {found['element']}"
            if found["isThere"]:
                return
        raise AssertionError(f"{selector} is not reached by keyboard")

    def type_in(self, selector: str, text: str) -> None:
        """Move to a field and type."""
        self.tab_to(selector)
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Move to a group of radio buttons, and to one of them with the arrow keys."""
        self.tab_to(f'[name="{name}"]')
        self.page.keyboard.press("Space")
        for _ in range(self.page.locator(f'[name="{name}"]').count()):
            if self.page.evaluate("document.activeElement.value") == value:
                break
            self.page.keyboard.press("ArrowDown")
        assert self.page.locator(f'[name="{name}"]:checked').get_attribute("value") == value

    def enter(self, selector: str, following: str) -> None:
        """Move to a link or a button, press Enter, and wait for an element of the page that follows."""
        self.tab_to(selector)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(following)

    def traces(self) -> list[str]:
        """Return everything that would reveal the visit, or break the page: width, storage, errors, other origins."""
        kept = self.page.context.storage_state(indexed_db=True)
        found = [*self.others(), *self.complaints, *map(str, kept["cookies"]), *map(str, kept["origins"])]
        return [*found, "wider than the window"] if self.page.evaluate(_WIDER) else found

    def faults(self) -> list[str]:
        """Return the faults of the page in its current state."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        result = self.page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        return [*(f"{each['id']} {each['nodes'][0]['html']}" for each in result["violations"]), *self.traces()]

    def place(self) -> int:
        """Return the position of the page in the history; -1 while the browser changes pages."""
        with suppress(driver_error()):
            history = self.page.context.new_cdp_session(self.page).send("Page.getNavigationHistory")
            return int(history["currentIndex"])
        return -1

    def back(self) -> Iterator[str]:
        """Press Back until the first page. Yield the content of each page, with the values of its fields.

        Without scripts, the history has an entry for each form that was sent. Chromium shows an empty page of its own
        for such an entry, because the response to the form must not be stored. A page of ours there would need the
        answers in the address or on the server.
        """
        for before in range(self.place(), 1, -1):
            # The driver reports an error for Chromium's own page.
            with suppress(driver_error()):
                self.page.go_back(wait_until="load", timeout=5_000)
            wait_until(lambda at=before - 1: self.place() == at, "the earlier page is shown", 10)  # type: ignore[misc]
            self.page.wait_for_load_state()
            assert self.page.locator("input:checked").count() == 0
            values = self.page.evaluate("[...document.querySelectorAll('input, textarea')].map(each => each.value)")
            yield "\n".join([self.page.url, self.page.content(), *values])
        assert self.page.url == f"{self.address}/"


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


def driver_error() -> type[Exception]:
    """Return the error class of the browser's driver, which is installed in a separate environment."""
    kind: type[Exception] = importlib.import_module("playwright.sync_api").Error
    return kind
