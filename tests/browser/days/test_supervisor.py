"""A supervisor's day: a case at risk is to be closed over a limit; the adviser and a supervisor decide."""

from uuid import uuid4

import pytest

from tests.kit.desk_day import Day
from tests.kit.tab import Tab
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.browser_day, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]


def test_a_supervisors_day(day: Day) -> None:
    case = day.open_case()
    is_assessed_at_risk(day, case)

    mila = day.arrives("Mila")
    proposes_to_close(mila, case)
    assert day.stored("Mila", "intake", case)["status"] == "open"
    is_not_asked_to_confirm_her_own_proposal(mila)

    adam = day.arrives("Adam")
    confirms(adam, case)
    assert day.stored("Mila", "intake", case)["status"] == "open"

    joris = day.arrives("Joris")
    confirms(joris, case)
    assert day.stored("Mila", "intake", case)["status"] == "closed"


def is_assessed_at_risk(day: Day, case: str) -> None:
    domains = {"immediate_safety": {"need": 4, "risk": 4, "priority": 1}}
    path = f"/v1/cases/{case}/assessments"
    day.api("Sanne").post("support", path, {"type": "initial", "domains": domains}, idempotency_key=str(uuid4()))
    wait_until(lambda: day.stored("Mila", "intake", case)["assessed_urgent"], "the risk arrives at intake", 30)


def proposes_to_close(mila: Tab, case: str) -> None:
    mila.open(f"/cases/{case}")
    mila.follow("Record or change something")
    mila.follow("Propose to close the case")
    mila.choose("reason", "lost_contact")
    mila.press("Propose it")
    # An alert is still open, and the form asks for a reason to close the case nevertheless.
    mila.page.locator('#errors a[href="#f-although_open"]').first.wait_for()
    mila.choose("although_open", "person_not_reachable")
    mila.press("Propose it")
    mila.page.wait_for_url(f"**/cases/{case}?done=1")


def is_not_asked_to_confirm_her_own_proposal(mila: Tab) -> None:
    mila.open("/confirmations")
    assert mila.page.locator('a[href^="/do/confirm-"]').count() == 0


def confirms(tab: Tab, case: str) -> None:
    tab.open("/")
    tab.follow("Record")
    tab.follow("Waiting for a second person")
    proposal = tab.page.locator("main li", has=tab.page.locator(f'a[href="/cases/{case}"]'))
    proposal.locator('a[href^="/do/confirm-closing/"]').click()
    tab.page.locator("#f-confirms-yes").check()
    tab.press("Continue")
    tab.page.locator("input[name=confirmed]").wait_for(state="attached")
    tab.press("Yes: Continue")
    tab.page.wait_for_url("**/confirmations?done=1")
    assert tab.page.locator(f'a[href="/cases/{case}"]').count() == 0
