"""A supervisor's day: a colleague proposes to close a case, and a second person decides."""

import pytest

from tests.kit.desk_day import Day
from tests.kit.tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.browser_day, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]


def test_a_supervisors_day(day: Day) -> None:
    case = day.open_case()

    mila = day.arrives("Mila")
    proposes_to_close(mila, case)
    assert day.stored("Mila", "intake", case)["status"] == "open"
    is_not_asked_to_confirm_her_own_proposal(mila)

    joris = day.arrives("Joris")
    confirms(joris, case)
    assert day.stored("Mila", "intake", case)["status"] == "closed"


def proposes_to_close(mila: Tab, case: str) -> None:
    mila.open(f"/cases/{case}")
    mila.follow("Record or change something")
    mila.follow("Propose to close the case")
    mila.choose("reason", "lost_contact")
    mila.press("Propose it")
    # An alert is still open, and the form asks why the case should be closed nevertheless.
    mila.page.locator('#errors a[href="#f-although_open"]').first.wait_for()
    mila.choose("although_open", "person_not_reachable")
    mila.press("Propose it")
    mila.page.wait_for_url(f"**/cases/{case}?done=1")


def is_not_asked_to_confirm_her_own_proposal(mila: Tab) -> None:
    mila.open("/confirmations")
    assert mila.page.locator('a[href^="/do/confirm-"]').count() == 0


def confirms(joris: Tab, case: str) -> None:
    joris.follow("Record")
    joris.follow("Waiting for a second person")
    proposal = joris.page.locator("main li", has=joris.page.locator(f'a[href="/cases/{case}"]'))
    proposal.locator('a[href^="/do/confirm-closing/"]').click()
    joris.page.locator("#f-confirms-yes").check()
    joris.press("Continue")
    joris.page.locator("input[name=confirmed]").wait_for(state="attached")
    joris.press("Yes: Continue")
    joris.page.wait_for_url("**/confirmations?done=1")
    assert joris.page.locator(f'a[href="/cases/{case}"]').count() == 0
