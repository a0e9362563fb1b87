"""The forms of the desk in Chromium: accessible in each state, saved while typing, and shown again after a lock."""

import pytest

from tests.kit.tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]


def _open_case(tab: Tab) -> str:
    tab.sign_in("Mila")
    tab.page.get_by_role("link", name="Open the case").first.click()
    tab.page.wait_for_selector("#path")
    return tab.page.url.partition("?")[0].removeprefix(tab.address)


def test_no_state_of_a_form_has_a_fault(tab: Tab) -> None:
    case = _open_case(tab)
    faults = {}
    for path in ("/do", "/offers", "/do/open", f"{case}/do"):
        tab.open(path)
        faults[path.removeprefix(case)] = tab.looked_at()
    for code in ("safe-contact", "detection", "fact", "correct-detection", "consent", "contact-attempt"):
        tab.open(f"{case}/do/{code}")
        faults[code] = tab.looked_at()
    tab.open(f"{case}/do/fact")
    tab.page.get_by_label("What happened").select_option("period_opened")
    tab.page.get_by_role("button", name="Continue").click()
    tab.page.wait_for_selector("#f-clock")
    faults["chosen"] = tab.looked_at()
    tab.page.locator("#f-happened-month").fill("13")
    tab.page.get_by_role("button", name="Save").click()
    tab.page.wait_for_selector("#errors")
    faults["refused"] = tab.looked_at()
    tab.open(f"{case}/do/consent")
    tab.page.locator("#f-agency").select_option(index=1)
    tab.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    tab.page.locator("input[name=purposes]").first.check()
    tab.page.locator("input[name=data_categories]").first.check()
    for box in tab.page.locator("input[name=checklist]").all():
        box.check()
    tab.page.locator("#f-language").select_option("en")
    tab.page.locator("#f-expires_on").fill("2199-12-31")
    tab.page.get_by_role("button", name="Save").click()
    tab.page.wait_for_selector("input[name=confirmed]", state="attached")
    faults["second question"] = tab.looked_at()
    tab.page.get_by_role("button", name="Sign out").click()
    tab.page.wait_for_url("**/signed-out")
    tab.sign_in("Sanne")
    tab.open(f"{case}/do/assessment")
    tab.page.locator("details").first.click()
    faults["assessment"] = tab.looked_at()
    tab.page.get_by_role("button", name="Sign out").click()
    tab.page.wait_for_url("**/signed-out")
    tab.sign_in("Joris")
    tab.open("/confirmations")
    faults["confirmations"] = tab.looked_at()
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(tab: Tab) -> None:
    case = _open_case(tab)
    tab.open(f"{case}/do/contact-attempt")
    tab.page.get_by_role("button", name="Save").click()
    tab.page.wait_for_selector("#errors")
    assert tab.page.evaluate("document.activeElement.id") == "errors"
    tab.page.locator("#errors a").first.click()
    assert tab.page.evaluate("document.activeElement.id").startswith("f-")


def test_what_is_typed_survives_a_lock_in_mid_form(tab: Tab) -> None:
    case = _open_case(tab)
    tab.open(f"{case}/do/fact")
    tab.page.get_by_label("What happened").select_option("crime_reported")
    tab.page.get_by_role("button", name="Continue").click()
    with tab.page.expect_response(lambda answer: answer.url.endswith("/do/fact/draft")) as saved:
        tab.page.locator("#f-happened-year").press_sequentially("2025")
    assert saved.value.status == 200
    tab.page.wait_for_function("document.getElementById('draft-state').textContent.includes('kept until')")
    assert tab.looked_at() == []
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_url("**/locked")
    tab.sign_in("Mila")
    tab.open(f"{case}/do/fact")
    assert tab.page.locator("#f-happened-year").input_value() == "2025"
    assert tab.looked_at() == []
    tab.page.get_by_role("button", name="Discard what I typed").click()
    tab.page.wait_for_selector("#f-kind")
    assert tab.page.locator("#f-happened-year").count() == 0
