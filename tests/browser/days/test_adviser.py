"""An adviser's day: a negative decision, a doubtful deadline that is explained and settled, and a claim."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.kit.desk_day import Day
from tests.kit.tab import NARROW, Tab
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.browser_day, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

DECISION, RECONSIDERATION, CLAIM = "reasonable_grounds", "GB.RECONSIDER", "GB.CICA"


def test_an_advisers_day(day: Day) -> None:
    case = day.open_case("GB-EAW")
    decided_in, decided_on = day.today() - timedelta(days=45), day.today() - timedelta(days=5)

    mila = day.arrives("Mila")
    records_the_decision_by_its_month(mila, case, decided_in)
    wait_until(lambda: deadlines(day, case)[0:1] == ["doubtful"], "the deadline arrives at legal", 30)

    adam = day.arrives("Adam")
    reads_why_the_deadline_is_doubtful(adam, case)
    answers_its_question(adam, case, decided_on)
    wait_until(lambda: deadlines(day, case) == ["running"], "the deadline has a date", 30)

    opens_a_claim(adam, case)
    [matter] = day.stored("Adam", "legal", case)["matters"]
    assert (matter["remedy"], matter["status"]) == (CLAIM, "opened")


def deadlines(day: Day, case: str) -> list[str]:
    """Return the states of the deadlines for a request for reconsideration."""
    clocks: list[dict[str, Any]] = day.stored("Adam", "legal", case)["clocks"]
    return [str(clock["state"]) for clock in clocks if clock["code"] == RECONSIDERATION]


def records_the_decision_by_its_month(mila: Tab, case: str, month: date) -> None:
    mila.open(f"/cases/{case}")
    mila.follow("Record or change something")
    mila.follow("Record a step of official identification")
    mila.choose("stage", DECISION)
    mila.choose("outcome", "negative")
    mila.choose("authority", "GB.SCA")
    mila.fill("happened.month", str(month.month))
    mila.fill("happened.year", str(month.year))
    mila.page.locator("#f-made_elsewhere-yes").check()
    mila.press("Save")
    mila.page.wait_for_url(f"**/cases/{case}?done=1")


def reads_why_the_deadline_is_doubtful(adam: Tab, case: str) -> None:
    adam.open("/")
    adam.page.locator(f'main a[href="/cases/{case}"]').first.click()
    row = adam.page.locator("#deadlines ~ div tr", has_text="reconsider").first
    row.locator(f'a[href^="/cases/{case}/deadlines/"]').first.click()
    adam.page.locator('section a[href*="/do/correct-fact/"]').wait_for()
    address = row.locator("a").first.get_attribute("href")
    adam.open(str(address))
    adam.page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a size of the library
    assert not adam.is_too_wide()


def answers_its_question(adam: Tab, case: str, decided_on: date) -> None:
    adam.page.locator('section a[href*="/do/correct-fact/"]').first.click()
    adam.choose("reason", "more_exact_date")
    adam.fill_day("happened", decided_on)
    adam.press("Save")
    adam.page.wait_for_url(f"**/cases/{case}?done=1")


def opens_a_claim(adam: Tab, case: str) -> None:
    adam.follow("Record or change something")
    adam.follow("Open a claim")
    adam.choose("remedy", CLAIM)
    adam.press("Open the claim")
    adam.page.wait_for_url(f"**/cases/{case}?done=1")
