"""A page in a browser and its faults: violations of axe's rules, console errors, other origins, storage, its width."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "browser" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}


@dataclass
class Tab:
    """A page in the browser, and the errors that occurred in it."""

    page: "Page"
    address: str
    own: tuple[str, ...]
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(self.own):
            self.complaints.append(f"another origin: {request.url}")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def sign_in(self, name: str) -> None:
        self.open("/")
        self.page.get_by_role("link", name="Choose a fictitious staff member").click()
        self.page.get_by_role("button", name=f"Sign in as {name}").click()
        self.page.wait_for_load_state()

    def follow(self, words: str) -> None:
        """Follow the first link with this text."""
        self.page.get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state()

    def press(self, words: str) -> None:
        """Press the button with this label."""
        self.page.get_by_role("button", name=words).click()
        self.page.wait_for_load_state()

    def choose(self, name: str, code: str) -> None:
        """Choose a code in the list of a form's field."""
        self.page.locator(f'select[name="{name}"]').select_option(code)

    def tick(self, name: str, code: str) -> None:
        """Tick a code of a form's field."""
        self.page.locator(f'input[name="{name}"][value="{code}"]').check()

    def fill(self, name: str, text: str) -> None:
        """Fill in an input of a form."""
        self.page.locator(f'[name="{name}"]').fill(text)

    def fill_day(self, name: str, day: date) -> None:
        """Fill in a whole date."""
        for part in ("day", "month", "year"):
            self.fill(f"{name}.{part}", str(getattr(day, part)))

    def is_too_wide(self) -> bool:
        """Return whether the page has to be scrolled sideways."""
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(wider))

    def looked_at(self) -> list[str]:
        """Return the faults of the page in its current state, wide and narrow."""
        found = list(self.complaints)
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for size in (WIDE, NARROW):
            found += self.faults_at(size)
        found += self.page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a size of the library
        return found

    def faults_at(self, size: dict[str, int]) -> list[str]:
        """Return the violations that axe finds at a window size, and whether the page is too wide.

        The page must have loaded axe.
        """
        self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a size of the library
        options = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False}
        result = self.page.evaluate("options => axe.run(options)", options)
        found = [f"{size['width']}: {each['id']} {each['nodes'][0]['html']}" for each in result["violations"]]
        return [*found, f"{size['width']}: wider than the window"] if self.is_too_wide() else found
