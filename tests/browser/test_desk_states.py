"""The desk in Chromium: a stopped service, two people at one record, keyboard only, and Romanian."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from deploy.cli import running
from deploy.cli.api import Api, Targets
from deploy.cli.installation import Installation
from deploy.training.people import PEOPLE
from tests.kit.tab import NARROW, Tab

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]


@contextmanager
def stopped(installation: Installation, service: str) -> Iterator[None]:
    """Suspend a service, so that it answers no request."""
    processes = running.read(installation.running_file)["processes"]
    pids = [int(each["pid"]) for each in processes if each["name"] == service]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _open_case(tab: Tab) -> str:
    tab.sign_in("Mila")
    tab.page.get_by_role("link", name="Open the case").first.click()
    tab.page.wait_for_selector("#path")
    return tab.page.url.partition("?")[0].removeprefix(tab.address)


def test_a_service_that_stopped_is_named_and_the_rest_works(tab: Tab, running_installation: Installation) -> None:
    case = _open_case(tab)
    with stopped(running_installation, "support"):
        tab.open(case)
        assert tab.page.locator('.alert[role="alert"]').count() >= 1
        assert tab.page.locator("#path").count() == 1
        assert tab.page.locator("#contact").count() == 1
        faults = tab.looked_at()
        tab.open("/search")
        tab.page.get_by_label("Name").fill("Fictitious")
        tab.page.get_by_role("button", name="Search").click()
        assert tab.page.get_by_role("heading", level=2).count() >= 1
    assert faults == []
    tab.open(case)
    assert tab.page.locator('.alert[role="alert"]').count() == 0


def test_two_people_who_edit_one_record_see_both_versions(tab: Tab, installation: Targets) -> None:
    case = _open_case(tab)
    tab.open(f"{case}/do/safe-contact")
    # The page saves a draft 2 seconds after the last key. It must not arrive together with the form.
    with tab.page.expect_response(lambda answer: answer.url.endswith("/draft")):
        tab.page.locator("#f-warning").fill("Typed here")
    _agree_otherwise(installation, case)
    tab.page.get_by_role("button", name="Save").click()
    tab.page.wait_for_selector("text=Both versions")
    assert tab.looked_at() == []
    shown = tab.page.locator("main").inner_text()
    assert "Typed elsewhere" in shown
    assert tab.page.locator("#f-warning").input_value() == "Typed here"


def _agree_otherwise(installation: Targets, case: str) -> None:
    """Change the safe contact of a case as another person."""
    colleague = Api(installation, roles=["caseworker"], subject=PEOPLE[0].id)
    body = {
        "channels": ["phone"],
        "unsafe": [],
        "zone": "Europe/Amsterdam",
        "if_another_answers": "hang_up",
        "warning": f"Typed elsewhere {uuid4().hex[:6]}",
    }
    etag = str(colleague.get("intake", f"/v1{case}").headers["ETag"])
    colleague.put("intake", f"/v1{case}/safe-contact", body, if_match=etag)


def test_a_case_is_reached_and_locked_by_keyboard_alone(tab: Tab) -> None:
    tab.sign_in("Mila")
    _press_until(tab, "Open the case")
    tab.page.wait_for_selector("#path")
    _press_until(tab, "Lock")
    tab.page.wait_for_url("**/locked")


def _press_until(tab: Tab, words: str) -> None:
    """Move the focus to the link or button with this label, and press Enter; the focus is always visible."""
    for _ in range(60):
        tab.page.keyboard.press("Tab")
        said = str(tab.page.evaluate("document.activeElement.innerText || ''")).strip()
        outline = tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if said:
            assert outline != "none", said
        if said == words:
            tab.page.keyboard.press("Enter")
            return
    raise AssertionError(f"{words!r} is not reached by keyboard")


def test_romanian_is_chosen_on_a_page_and_english_is_one_step_away(tab: Tab) -> None:
    case = _open_case(tab)
    tab.page.get_by_role("button", name="română").click()
    assert tab.page.url.endswith(case)
    faults = {}
    for path in (case, "/", "/search", "/register", "/register/staff"):
        tab.open(path)
        assert tab.page.evaluate("document.documentElement.lang") == "ro"
        faults[path.replace(case, "case")] = tab.looked_at()
    assert {name: found for name, found in faults.items() if found} == {}
    tab.page.get_by_role("button", name="Read this page in English").click()
    assert tab.page.evaluate("document.documentElement.lang") == "en"
    assert tab.page.locator(".unchecked").count() == 0


def test_a_page_of_320_pixels_scrolls_in_one_direction_only(tab: Tab) -> None:
    case = _open_case(tab)
    tab.page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a size of the library
    for path in ("/", case, "/search", "/register", "/register/staff"):
        tab.open(path)
        assert not tab.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
