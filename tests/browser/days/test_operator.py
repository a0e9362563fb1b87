"""An operator's day: an agency calls because it receives no events.

The pages state the reasons, and the operator helps.
"""

import pytest

from tests.kit.desk_day import Day
from tests.kit.listening_agency import ListeningAgency
from tests.kit.tab import Tab
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.browser_day, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

NAME = "Fictitious Quay"


def test_an_operators_day(day: Day) -> None:
    entry = {"name": NAME, "type": "Shelter", "country": "NL"}
    agency = ListeningAgency.agreed_with(day.targets, entry, ["referral_for_support"], ["identity"])
    day.api("Otto").post("partners", f"/v1/agencies/{agency.id}/suspension", {"reason": "data_protection_concern"})

    otto = day.arrives("Otto")
    finds_why_it_receives_nothing(otto, agency)
    assert "agency_suspended" in obstacles(day, agency)
    the_page_states_each_reason(otto, day, agency)

    resumes_it(otto, agency)
    wait_until(lambda: "agency_suspended" not in obstacles(day, agency), "the agency takes part again", 30)
    finds_why_it_receives_nothing(otto, agency)
    assert "no_ground" in obstacles(day, agency), "no person has consented"
    the_page_states_each_reason(otto, day, agency)


def obstacles(day: Day, agency: ListeningAgency) -> list[str]:
    """Return the reasons why the agency receives no events, as the service states them."""
    found = day.api("Otto").get("partners", "/v1/reception").json()["agencies"]
    return [code for each in found if each["agency"] == agency.id for code in each["obstacles"]]


def the_page_states_each_reason(otto: Tab, day: Day, agency: ListeningAgency) -> None:
    """Wait for a page with as many reasons as the service states. A first event may come between the two responses."""

    def page_agrees() -> bool:
        otto.page.reload()
        return otto.page.locator("#why ~ ol li").count() == len(obstacles(day, agency))

    wait_until(page_agrees, "the page states each reason of the service", 30)


def finds_why_it_receives_nothing(otto: Tab, agency: ListeningAgency) -> None:
    otto.follow("Services")
    otto.follow("What each agency receives")
    otto.page.locator(f'main a[href="/operator/agencies/{agency.id}"]').click()
    otto.page.locator("#why ~ ol li").first.wait_for()


def resumes_it(otto: Tab, agency: ListeningAgency) -> None:
    otto.page.locator(f'main a[href="/register/agencies/{agency.id}"]').click()
    otto.press("Resume")
    otto.page.wait_for_url(f"**/register/agencies/{agency.id}?done=*")
