"""`python -m tests.browser.screens`: write docs/screens/*.png from a training installation of its own.

Every person in the pictures is fictitious. `make screens` installs the browser and runs this.
"""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import sync_playwright

from deploy.cli import desk as cli_desk
from deploy.cli.api import Api, targets_of
from deploy.cli.environment import answers
from deploy.cli.installation import CHECKOUT
from deploy.cli.training import play_open_cases
from deploy.training.people import PEOPLE
from tests.kit.installation import empty, started
from tests.kit.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER: Final = CHECKOUT / "docs" / "screens"
SIZE: Final = {"width": 1024, "height": 720}
#: A picture is no larger than this (bytes).
LARGEST: Final = 150_000


def main() -> int:
    """Write the pictures; return the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with empty(in_memory=True) as installation, started(installation):
        targets = targets_of(installation)
        address = cli_desk.address(installation)
        wait_until(lambda: answers(f"{address}/health/ready"), "the desk is ready", 120)
        last = Api(targets, roles=[PEOPLE[-1].role], subject=PEOPLE[-1].id)
        wait_until(lambda: bool(last.get("intake", "/v1/me").json()["registered"]), "the staff is registered", 120)
        play_open_cases(targets, ["NL", "RO"])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium-headless-shell"),
                args=["--no-sandbox", "--disable-dev-shm-usage"],
            )
            context = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB")  # type: ignore[arg-type]  # the library's
            _draw(context.new_page(), address)
            browser.close()
    too_large = [path.name for path in FOLDER.glob("*.png") if path.stat().st_size > LARGEST]
    for name in too_large:
        sys.stderr.write(f"{name} is larger than {LARGEST} bytes\n")
    return 1 if too_large else 0


def _draw(page: "Page", address: str) -> None:
    page.goto(address)
    _keep(page, "sign-in")
    _sign_in(page, address, "Mila")
    _keep(page, "today")
    page.get_by_role("link", name="Open the case").first.click()
    page.wait_for_selector("#path")
    _keep(page, "case")
    page.locator("#path").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('path').scrollIntoView()")
    _keep(page, "path")
    page.goto(f"{address}/register")
    _keep(page, "register")
    _sign_in(page, address, "Otto")
    page.goto(f"{address}/operator")
    _keep(page, "operator")


def _sign_in(page: "Page", address: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(address)
    page.get_by_role("link", name="Choose a fictitious staff member").click()
    page.get_by_role("button", name=f"Sign in as {name}").click()
    page.wait_for_load_state()


def _keep(page: "Page", name: str) -> None:
    page.screenshot(path=Path(FOLDER / f"{name}.png"))


if __name__ == "__main__":
    sys.exit(main())
