"""Every page of the desk in Chromium: accessible, without console errors or other origins, and locked immediately."""

from typing import TYPE_CHECKING

import pytest

from tests.kit.tab import Tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]


def test_no_page_on_the_way_to_a_case_has_a_fault(tab: Tab) -> None:
    tab.open("/")
    faults = {"sign in": tab.looked_at()}
    tab.page.get_by_role("link", name="Choose a fictitious staff member").click()
    faults["choose"] = tab.looked_at()
    tab.page.get_by_role("button", name="Sign in as Mila").click()
    faults["today"] = tab.looked_at()
    tab.page.get_by_role("link", name="Open the case").first.click()
    tab.page.wait_for_selector("#path")
    faults["case"] = tab.looked_at()
    tab.open("/search")
    tab.page.get_by_label("Name").fill("Fictitious")
    tab.page.get_by_role("button", name="Search").click()
    faults["search"] = tab.looked_at()
    tab.open("/cases/0195566e-7a10-7000-8000-0000000000ff")
    faults["not found"] = tab.looked_at()
    tab.page.get_by_role("button", name="Sign out").click()
    tab.page.wait_for_url("**/signed-out")
    faults["signed out"] = tab.looked_at()
    tab.sign_in("Noor")
    faults["not registered"] = tab.looked_at()
    assert {name: found for name, found in faults.items() if found} == {}


def test_escape_twice_locks_and_going_back_shows_nothing(tab: Tab) -> None:
    tab.sign_in("Mila")
    tab.page.get_by_role("link", name="Open the case").first.click()
    tab.page.wait_for_selector("#path")
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_url("**/locked")
    assert tab.looked_at() == []
    tab.page.go_back()
    tab.page.wait_for_load_state()
    assert tab.page.locator("#path").count() == 0
    assert tab.page.locator('a[href^="/sign-in"]').count() > 0


def test_everything_is_reached_by_keyboard_beginning_with_the_content(tab: Tab) -> None:
    tab.sign_in("Mila")
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_alerts_are_asked_for_again_without_loading_the_page(tab: Tab) -> None:
    tab.sign_in("Mila")
    with tab.page.expect_response(lambda answer: answer.url.endswith("/alerts")) as asked:
        tab.page.evaluate("htmx.ajax('GET', '/alerts', {target: '#alerts', swap: 'outerHTML'})")
    assert asked.value.status == 200
    assert asked.value.request.headers["hx-request"] == "true"
    assert tab.looked_at() == []


def test_a_lock_or_a_sign_out_empties_the_other_tabs_at_once(tab: Tab) -> None:
    tab.sign_in("Mila")
    for words, address in (("Lock", "**/locked"), ("Sign out", "**/signed-out")):
        other = tab.page.context.new_page()
        other.goto(tab.address)
        other.get_by_role("link", name="Open the case").first.click()
        other.wait_for_selector("#path")
        tab.press(words)
        tab.page.wait_for_url(address)
        other.wait_for_url("**/locked")
        assert other.locator("#path").count() == 0
        other.close()
        tab.sign_in("Mila")


def test_a_page_whose_session_ended_elsewhere_is_replaced_by_its_own_question(tab: Tab) -> None:
    tab.sign_in("Mila")
    tab.page.get_by_role("link", name="Open the case").first.click()
    tab.page.wait_for_selector("#path")
    # The session of this browser ends without notice to the page, as when it expires or is revoked.
    tab.page.context.clear_cookies()
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tab.page.wait_for_selector("#path", state="detached")
    assert tab.page.locator("#lock").count() == 0


def test_without_scripts_a_case_is_reached_and_left_all_the_same(chromium: "Browser", desk: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(desk)
    page.get_by_role("link", name="Choose a fictitious staff member").click()
    page.get_by_role("button", name="Sign in as Mila").click()
    page.get_by_role("link", name="Open the case").first.click()
    assert page.locator("#path").count() == 1
    page.get_by_role("button", name="Lock").click()
    page.wait_for_url("**/locked")
    context.close()
