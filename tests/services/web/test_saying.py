"""A page shows the message about an action once, and only in the session of that action."""

import pytest

from tests.kit.desk import Browser, Site
from tests.kit.desk_doing import CASE, Services
from tests.kit.desk_pages import ALERT

pytestmark = pytest.mark.integration
PAGES = ("/", f"/cases/{CASE}", "/do", "/offers", "/confirmations")
#: The way in which a page shows the message.
MESSAGE = '<div class="notice" role="status">'


@pytest.mark.hazard("H-DESK-3", control="messages-are-of-the-session")
@pytest.mark.parametrize("page", PAGES)
def test_no_address_makes_a_page_say_that_an_action_was_done(site: Site, browser: Browser, page: str) -> None:
    Services(site)
    said = {
        browser.get(f"{page}{query}").text.count(MESSAGE) for query in ("", "?done=1", "?done=saved", "?said=saved")
    }
    assert len(said) == 1


@pytest.mark.hazard("H-DESK-3", control="messages-are-of-the-session")
def test_a_message_is_shown_once_and_to_no_other_session(site: Site, browser: Browser) -> None:
    other = site.browser()
    other.sign_in()
    Services(site).reply = (201, {"id": ALERT})
    usual = browser.get("/do").text.count(MESSAGE)
    site.desk.sessions.say(browser.cookie() or "", "saved /do")
    assert other.get("/do?done=1").text.count(MESSAGE) == usual
    assert browser.get("/search").text.count(MESSAGE) == 0, "another page does not show it, and does not use it up"
    assert [browser.get("/do?done=1").text.count(MESSAGE) - usual for _ in range(3)] == [1, 0, 0]


@pytest.mark.hazard("H-DESK-3", control="messages-are-of-the-session")
def test_an_action_leads_to_a_page_that_says_so_once(site: Site, browser: Browser) -> None:
    Services(site).reply = (201, {"id": ALERT})
    form = {"form_token": browser.form_token(), "case": CASE, "key": "k", "sure": "1"}
    done = browser.post(f"/alerts/{ALERT}/acknowledgement", form)
    assert done.status_code == 303
    assert [browser.get(done.headers["Location"]).text.count(MESSAGE) for _ in range(2)] == [1, 0]
