"""A caseworker's day: an alert of the night, a safe contact, a correction, a referral, and a withdrawn consent."""

from datetime import date, timedelta
from typing import Any

import pytest

from deploy.training.people import PEOPLE
from tests.kit.desk_day import Day
from tests.kit.listening_agency import ListeningAgency
from tests.kit.tab import Tab
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.browser_day, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

PURPOSE, CATEGORIES = "referral_for_support", ("identity", "contact_safe")
ENTRY = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_caseworkers_day(day: Day) -> None:
    case = day.open_case()
    agency = ListeningAgency.agreed_with(day.targets, ENTRY, [PURPOSE], CATEGORIES, ("reading", "reporting"))
    consent = day.api("Mila").post("intake", f"/v1/cases/{case}/consents", agency.consent(*CATEGORIES)).json()["id"]

    mila = day.arrives("Mila")
    takes_the_alert_of_the_night(mila, case)
    assert all(alert["acknowledged_by"] == PEOPLE[0].id for alert in day.stored("Mila", "support", case)["alerts"])

    reads_how_to_contact_the_person_safely(mila, case)

    work_ended_on = day.today() - timedelta(days=40)
    corrects_when_the_work_ended(mila, case, work_ended_on)
    [detection] = day.stored("Mila", "intake", case)["detections"]
    assert detection["work_ended_on"] == str(work_ended_on)

    refers_to_the_agency(mila, case, agency, reply_by=day.today() + timedelta(days=14))
    [referral] = day.stored("Mila", "intake", case)["referrals"]
    assert (referral["state"], referral["agency"]) == ("sent", agency.id)
    wait_until(lambda: bool(agency.hears()), "the agency receives events", 30)

    withdraws_the_consent(mila, case, consent)
    [withdrawn] = day.stored("Mila", "intake", case)["consents"]
    assert withdrawn["withdrawn_on"] is not None
    assert withdrawn["erase_requested"] is True
    sees_what_the_withdrawal_did(mila)
    sees_who_still_holds_data(mila, 1)
    wait_until(lambda: bool(withdrawals_of(agency)), "the agency receives the withdrawal", 30)
    agency.answers_withdrawal(withdrawals_of(agency)[0]["data"]["consent"], "deleted")
    sees_who_still_holds_data(mila, 0)


def withdrawals_of(agency: ListeningAgency) -> list[Any]:
    """Return the withdrawals that the agency has received so far."""
    agency.heard_up_to = 0
    return [event for event in agency.hears() if "consent.withdrawn" in event["type"]]


def takes_the_alert_of_the_night(mila: Tab, case: str) -> None:
    mila.open("/")
    alerts = mila.page.locator("#alerts li", has=mila.page.locator(f'a[href="/cases/{case}"]'))
    # The person is a child, so their detection raised another alert.
    for left in (1, 0):
        alerts.get_by_role("button", name="I take care of it").first.click()
        mila.page.get_by_role("button", name="Yes: I take care of it").click()
        mila.page.wait_for_url("**/?done=1")
        alerts.nth(left).wait_for(state="detached")


def reads_how_to_contact_the_person_safely(mila: Tab, case: str) -> None:
    mila.page.locator(f'main a[href="/cases/{case}"]').first.click()
    contact = mila.page.locator("#contact + dl")
    contact.wait_for()
    assert "tulip" in contact.inner_text()


def corrects_when_the_work_ended(mila: Tab, case: str, day: date) -> None:
    mila.follow("Record or change something")
    mila.follow("Correct signs of exploitation")
    mila.page.locator(f'main a[href^="/cases/{case}/do/correct-detection/"]').click()
    mila.choose("reason", "more_exact_date")
    mila.fill_day("work_ended_on", day)
    mila.press("Save")
    mila.page.wait_for_url(f"**/cases/{case}?done=1")


def refers_to_the_agency(mila: Tab, case: str, agency: ListeningAgency, *, reply_by: date) -> None:
    mila.follow("Record or change something")
    mila.follow("Draft a referral")
    mila.choose("agency", agency.id)
    mila.choose("purpose", PURPOSE)
    mila.page.locator("#f-service_types summary").click()
    mila.tick("service_types", "accommodation_emergency")
    for category in CATEGORIES:
        mila.tick("data_categories", category)
    mila.fill_day("reply_by", reply_by)
    mila.press("Save the draft")
    mila.page.wait_for_url(f"**/cases/{case}/do/referral-package/*?done=1")

    mila.page.locator(f'main a[href^="/cases/{case}/do/send-referral/"]').click()
    mila.press("Send the referral")
    mila.page.locator("input[name=confirmed]").wait_for(state="attached")
    mila.press("Yes: Send the referral")
    mila.page.wait_for_url(f"**/cases/{case}?done=1")


def withdraws_the_consent(mila: Tab, case: str, consent: str) -> None:
    mila.follow("Consents and deliveries")
    mila.page.locator(f'a[href="/cases/{case}/consents/{consent}/withdrawal"]').click()
    mila.page.locator("#erase-yes").check()
    mila.page.locator("#sure").check()
    mila.press("Withdraw the consent now")
    mila.page.wait_for_url(f"**/cases/{case}/consents?done=1")


def sees_what_the_withdrawal_did(mila: Tab) -> None:
    consents = mila.page.locator("#consents + ul li")
    consents.locator(".tag.late").wait_for()
    assert consents.locator('a[href$="/withdrawal"]').count() == 0


def sees_who_still_holds_data(mila: Tab, agencies: int) -> None:
    """Reload the consents until this many agencies show the withdrawal, which reaches them after a moment."""
    ended, holders = "#deliveries li .tag.late", f'#deliveries [data-holders="{agencies}"]'

    def is_shown() -> bool:
        mila.page.reload()
        return mila.page.locator(ended).count() > 0 and mila.page.locator(holders).count() == 1

    wait_until(is_shown, f"{agencies} agencies still hold data", 30)
    answered = "deleted" if agencies == 0 else "silent"
    assert mila.page.locator(f'#deliveries li [data-holding="{answered}"]').count() == 1
