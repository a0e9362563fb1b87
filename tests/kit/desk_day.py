"""A short day of work at the desk of a running installation: the people, their case, and their tabs."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from deploy.cli.api import Api, Targets
from deploy.cli.training import play_open_cases
from deploy.training.people import PEOPLE
from tests.kit.passing_time import PassingTime
from tests.kit.tab import WIDE, Tab
from tests.kit.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: The maximum wait for a page, in milliseconds, also on a loaded machine.
LONGEST_STEP = 60_000
MEMBERS = {person.name.partition(" ")[0]: person for person in PEOPLE}


@dataclass
class Day:
    """A day at the desk. Each person who arrives has a browser of their own."""

    browser: "Browser"
    desk: str
    provider: str
    targets: Targets
    has_scripts: bool
    tabs: list[Tab] = field(default_factory=list)

    def arrives(self, name: str) -> Tab:
        """Sign in as this member of the training staff."""
        context = self.browser.new_context(viewport=WIDE, java_script_enabled=self.has_scripts)  # type: ignore[arg-type]  # the library's
        context.set_default_timeout(LONGEST_STEP)
        tab = Tab(context.new_page(), self.desk, (self.desk, self.provider))
        self.tabs.append(tab)
        tab.sign_in(name)
        return tab

    def open_case(self, jurisdiction: str = "NL") -> str:
        """Return an open case with a safe contact and an alert that a counsellor raised during the night.

        Every service has received the events of the others: intake knows the alert, and support knows the whole team.
        """
        case = play_open_cases(self.targets, [jurisdiction])[0]
        PassingTime(self.targets).settle()
        return case

    def today(self) -> date:
        """Return the services' current day."""
        return date.fromisoformat(str(self.api("Otto").get("intake", "/v1/clock").json()["now"])[:10])

    def api(self, name: str) -> Api:
        """Return the API as a member of staff, to check what the services have stored."""
        return Api(self.targets, roles=[MEMBERS[name].role], subject=MEMBERS[name].id, patience=PATIENCE)

    def stored(self, name: str, service: str, case: str) -> dict[str, Any]:
        """Return a case as a service shows it to a member of staff."""
        found: dict[str, Any] = self.api(name).get(service, f"/v1/cases/{case}").json()
        return found
