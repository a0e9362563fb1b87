"""`python -m tests.browser.screens`: write docs/screens/*.png from a separate training installation.

Every person in the pictures is fictitious. `make screens` installs the browser and runs this.
"""

import shutil
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import sync_playwright

from deploy.cli import desk as cli_desk
from deploy.cli.api import Api, ApiProblem, Targets, targets_of
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
#: The maximum size of a picture (bytes).
LARGEST: Final = 150_000


def main() -> int:
    """Create the pictures; return the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with empty(in_memory=True) as installation, started(installation):
        targets = targets_of(installation)
        address = cli_desk.address(installation)
        wait_until(lambda: answers(f"{address}/health/ready"), "the desk is ready", 120)
        last = Api(targets, roles=[PEOPLE[-1].role], subject=PEOPLE[-1].id)
        wait_until(lambda: bool(last.get("intake", "/v1/me").json()["registered"]), "the staff is registered", 120)
        [alerted] = play_open_cases(targets, ["NL"])
        followed = _case_of_months(targets)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium-headless-shell"),
                args=["--no-sandbox", "--disable-dev-shm-usage"],
            )
            context = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB")  # type: ignore[arg-type]  # the library's
            _draw(context.new_page(), address, alerted, followed)
            browser.close()
    too_large = [path.name for path in FOLDER.glob("*.png") if path.stat().st_size > LARGEST]
    for name in too_large:
        sys.stderr.write(f"{name} is larger than {LARGEST} bytes\n")
    return 1 if too_large else 0


def _case_of_months(targets: Targets) -> str:
    """Record a fictitious case with a path of ten weeks, led by the training caseworker; return it."""

    def day(ago: int) -> str:
        return (date.today() - timedelta(days=ago)).isoformat()  # noqa: DTZ011 - the day of this machine

    by = {person.role: Api(targets, roles=[person.role], subject=person.id, patience=30.0) for person in PEOPLE}
    opened = {"jurisdiction": "NL", "source": "ngo", "channel": "in_person", "language": "ro", "anonymous": True}
    caseworker = by["caseworker"]
    case = caseworker.post("intake", "/v1/cases", {**opened, "age": "adult", "opened_on": day(70)}).json()["id"]
    path = f"/v1/cases/{case}"
    for person in PEOPLE[1:4]:
        caseworker.post("intake", f"{path}/team", {"member": person.id, "role": person.role})
    for ago, kinds in ((68, ["ForcedLabour"]), (41, ["ForcedLabour", "ForcedCriminality"])):
        body = {"detector": "ngo", "indicators": ["debt_bondage"], "exploitation_types": kinds, "detected_on": day(ago)}
        caseworker.post("intake", f"{path}/detections", {**body, "means_of_control": ["DebtBondage"]})
    for name, api in (("legal", by["legal_adviser"]), ("support", by["support_worker"])):
        wait_until(lambda name=name, api=api: _reads(api, name, path), f"{name} has the case", 60)
    advice = {"phase": "before_entry_decision", "status": "given", "topics": ["compensation"], "funding": "legal_aid"}
    by["legal_adviser"].post(
        "legal", f"{path}/advice", {**advice, "language": "ro", "interpreter": True, "given_on": day(63)}
    )
    caseworker.post(
        "intake", f"{path}/entry-decisions", {"decision": "enter", "advice": "given", "decided_on": day(60)}
    )
    for stage, ago in (("signal", 58), ("reflection_offered", 57), ("reflection_accepted", 55)):
        caseworker.post("intake", f"{path}/identification", {"stage": stage, "occurred_on": day(ago)})
    for kind, ago in (("accommodation_emergency", 66), ("medical", 50), ("counselling", 33), ("peer_support", 12)):
        body = {"service_type": kind, "urgent": False, "delivered_on": day(ago)}
        by["support_worker"].post("support", f"{path}/services", body)
    return str(case)


def _reads(api: Api, service: str, path: str) -> bool:
    try:
        api.get(service, path)
    except ApiProblem:
        return False
    return True


def _draw(page: "Page", address: str, alerted: str, followed: str) -> None:
    page.goto(address)
    _keep(page, "sign-in")
    _sign_in(page, address, "Mila")
    _keep(page, "today")
    page.goto(f"{address}/cases/{alerted}")
    _keep(page, "case")
    page.goto(f"{address}/cases/{followed}")
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
